package dev.millrace.model;

/**
 * The last linear layer and its cross-entropy in one method, with their gradients.
 *
 * <p>{@code linear_nll(x [..., D], w [N, D], b [N], targets [...], count)} returns nll [...] in
 * FP32 and the gradients of sum(nll) / count by x, w and, where there is one, b, in their type.
 * Probabilities are never whole: rows go through in chunks that stay in a processor's cache, and
 * what remains of each is the gradient of its logits, in their place. What a row weighs, 1 / count
 * or nothing, is multiplied to what is narrow: x before its product, and the gradient by x.
 *
 * <p>A target whose probability float32 hardly holds is looked at again by its logarithm.
 */
final class TorchLoss {
  private TorchLoss() {}

  /** Logits at a time, 2 MiB of them in FP32. A GPU wants few large kernels: 1 GiB. */
  private static final int ELEMENTS = 1 << 19;

  private static final int ELEMENTS_OF_A_GPU = 1 << 28;

  /**
   * Rows at a time of oneDNN. With fewer, adding up the gradients of w, which every chunk has
   * whole, would take longer than passing over the logits once.
   */
  private static final int ROWS = 512;

  private static final String SOURCE =
      """
      (self, x: Tensor, w: Tensor, b: Optional[Tensor], targets: Tensor, count: float) \
      -> List[Tensor]:
        torch.set_grad_enabled(False)
        rows = torch.flatten(x, 0, -2)
        to = torch.unsqueeze(torch.flatten(targets), 1)
        known = torch.ne(to, %3$d)
        index = torch.mul(to, known)
        share = torch.div(torch.to(known, 6), count)
        weighted = torch.to(torch.mul(rows, share), rows.dtype)
        nll = torch.new_empty(rows, [torch.size(rows, 0), 1], dtype=6)
      %1$s%2$s  for i in range(torch.floordiv(torch.sub(torch.add(torch.size(rows, 0), chunk), 1), chunk)):
          first = torch.mul(i, chunk)
          end = torch.add(first, chunk)
          target = torch.slice(index, 0, first, end)
          logits = %4$s
          y = torch.softmax(torch.to(logits, 6), 1, None)
          found = torch.gather(y, 1, target)
          if bool(torch.lt(torch.amin(found), 1.0e-30)):
            log = torch.gather(torch.log_softmax(torch.to(logits, 6), 1, None), 1, target)
          else:
            log = torch.log(found)
          part = torch.mul(torch.neg(log), torch.slice(known, 0, first, end))
          torch.copy_(torch.slice(nll, 0, first, end), part)
          torch.scatter_(y, 1, target, torch.sub(found, 1))
      %5$s%6$s  torch.set_grad_enabled(True)
        return [torch.reshape(nll, torch.size(targets)), torch.reshape(by_x, torch.size(x)), by_w, \
      by_b]
      """;

  /**
   * The method without its name.
   *
   * @param oneDnn products go through oneDNN, which makes no gradients itself
   * @param bias there is a b; otherwise the last gradient is not returned
   */
  static String source(boolean oneDnn, boolean bias) {
    String source = oneDnn ? byChunks() : together();
    if (bias) return source;
    String withoutBias = "(?m)^ +by_b = .*\\n";
    return source.replaceAll(withoutBias, "").replace(", by_b]", "]");
  }

  /** One product for all logits, and two when all chunks are through. */
  private static String together() {
    String logits =
        """
        if x.is_cuda:
          elements = %d
        else:
          elements = %d
        chunk = max(1, torch.floordiv(elements, torch.size(w, 0)))
        gradient = torch.linear(rows, w, b)
        """
            .formatted(ELEMENTS_OF_A_GPU, ELEMENTS);
    String ofChunk = "torch.copy_(logits, y)";
    String end =
        """
        by_x = torch.to(torch.mul(torch.linear(gradient, torch.t(w), None), share), rows.dtype)
        by_w = torch.linear(torch.t(gradient), torch.t(weighted), None)
        by_b = torch.div(torch.sum(torch.mul(gradient, known), [0]), count)
        """;
    return source(logits, "", "torch.slice(gradient, 0, first, end)", ofChunk, end);
  }

  /** Products for a chunk's logits and gradients while it is in the cache. */
  private static String byChunks() {
    String gradients =
        """
        by_x = torch.new_empty(rows, torch.size(rows))
        by_w = torch.zeros_like(w)
        by_b = torch.new_zeros(rows, [torch.size(w, 0)])
        """;
    String ofChunk =
        """
        torch.copy_(torch.slice(by_x, 0, first, end), %s)
        more_w, none = torch.mkldnn_linear_backward_weights(torch.to_mkldnn(y), \
        torch.to_mkldnn(torch.slice(weighted, 0, first, end)), w, False)
        torch.add_(by_w, more_w)
        by_b = torch.addmv(by_b, torch.t(y), torch.squeeze(torch.slice(share, 0, first, end), 1))
        """
            .formatted(oneDnn("y", "torch.t(w)", "None"));
    String logits = oneDnn("torch.slice(rows, 0, first, end)", "w", "b");
    return source("chunk = " + ROWS, gradients, logits, ofChunk, "torch.mul_(by_x, share)");
  }

  private static String source(
      String chunk, String gradients, String logits, String ofChunk, String end) {
    return SOURCE.formatted(
        chunk.indent(2),
        gradients.indent(2),
        Graph.IGNORED,
        logits,
        ofChunk.indent(4),
        end.indent(2));
  }

  /** Without a gradient. */
  private static String oneDnn(String x, String weight, String bias) {
    return "ops.mkldnn._linear_pointwise(%s, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")"
        .formatted(x, weight, bias);
  }
}
