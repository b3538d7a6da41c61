package dev.millrace.model;

/**
 * The last linear layer and its cross-entropy in one method, with their gradients.
 *
 * <p>{@code linear_nll(x [..., D], w [N, D], b [N], targets [...], count)} returns nll [...] in
 * FP32 and the gradients of sum(nll) / count by x, w and, where there is one, b, in their type.
 * Logits are never whole: rows go through in chunks that stay in a processor's cache, and what
 * remains of each is its gradient.
 */
final class TorchLoss {
  private TorchLoss() {}

  /** Logits at a time, 4 MiB of them. A GPU wants large products: 1 GiB. */
  private static final int ELEMENTS = 1 << 20;

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
        to = torch.flatten(targets)
      %1$s  nll = torch.new_empty(rows, [torch.size(rows, 0)], dtype=6)
      %2$s  for i in range(torch.floordiv(torch.sub(torch.add(torch.size(rows, 0), chunk), 1), chunk)):
          first = torch.mul(i, chunk)
          end = torch.add(first, chunk)
          labels = torch.slice(to, 0, first, end)
          known = torch.ne(labels, %3$d)
          index = torch.unsqueeze(torch.mul(labels, known), 1)
          logits = %4$s
          y = torch.log_softmax(torch.to(logits, 6), 1, None)
          found = torch.gather(y, 1, index)
          part = torch.neg(torch.mul(torch.squeeze(found, 1), known))
          torch.copy_(torch.slice(nll, 0, first, end), part)
          torch.exp_(y)
          torch.scatter_(y, 1, index, torch.sub(torch.exp(found), 1))
          torch.mul_(y, torch.unsqueeze(torch.div(torch.to(known, 6), count), 1))
      %5$s%6$s  torch.set_grad_enabled(True)
        return [torch.reshape(nll, torch.size(targets)), torch.reshape(by_x, torch.size(x)), by_w, \
      by_b]
      """;

  private static final String ROWS_OF_CHUNK = "torch.slice(rows, 0, first, end)";

  /**
   * The method without its name.
   *
   * @param oneDnn products go through oneDNN, which makes no gradients itself
   * @param bias there is a b; otherwise the last gradient is not returned
   */
  static String source(boolean oneDnn, boolean bias) {
    String source = oneDnn ? byChunks(bias) : together();
    if (bias) return source;
    String withoutBias = "(?m)^ +(by_b = .*|torch[.]add_[(]by_b, .*)\\n";
    return source.replaceAll(withoutBias, "").replace(", by_b]", "]");
  }

  /** Products for the gradients of all rows at once, when all chunks are through. */
  private static String together() {
    String chunk =
        """
        if x.is_cuda:
          elements = %d
        else:
          elements = %d
        chunk = max(1, torch.floordiv(elements, torch.size(w, 0)))
        """
            .formatted(ELEMENTS_OF_A_GPU, ELEMENTS);
    String gradients = "gradient = torch.new_empty(rows, [torch.size(rows, 0), torch.size(w, 0)])";
    String ofChunk = "torch.copy_(torch.slice(gradient, 0, first, end), y)";
    String end =
        """
        by_x = torch.linear(gradient, torch.t(w), None)
        by_w = torch.linear(torch.t(gradient), torch.t(rows), None)
        by_b = torch.sum(gradient, [0])
        """;
    String logits = "torch.linear(" + ROWS_OF_CHUNK + ", w, b)";
    return source(chunk, gradients, logits, ofChunk, end);
  }

  /** Products for the gradients of a chunk while it is in the cache. */
  private static String byChunks(boolean bias) {
    String gradients =
        """
        by_x = torch.new_empty(rows, torch.size(rows))
        by_w = torch.zeros_like(w)
        by_b = torch.new_zeros(rows, [torch.size(w, 0)])
        """;
    String ofChunk =
        """
        torch.copy_(torch.slice(by_x, 0, first, end), %s)
        more_w, more_b = torch.mkldnn_linear_backward_weights(torch.to_mkldnn(y), \
        torch.to_mkldnn(%s), w, %s)
        torch.add_(by_w, more_w)
        torch.add_(by_b, more_b)
        """
            .formatted(oneDnn("y", "torch.t(w)", "None"), ROWS_OF_CHUNK, bias ? "True" : "False");
    String logits = oneDnn(ROWS_OF_CHUNK, "w", "b");
    return source("chunk = " + ROWS, gradients, logits, ofChunk, "");
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
