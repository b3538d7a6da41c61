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

  private static final String SOURCE =
      """
      (self, x: Tensor, w: Tensor, b: Optional[Tensor], targets: Tensor, count: float) \
      -> List[Tensor]:
        torch.set_grad_enabled(False)
        rows = torch.flatten(x, 0, -2)
        to = torch.flatten(targets)
        if x.is_cuda:
          elements = %1$d
        else:
          elements = %2$d
        chunk = max(1, torch.floordiv(elements, torch.size(w, 0)))
        nll = torch.new_empty(rows, [torch.size(rows, 0)], dtype=6)
        gradient = torch.new_empty(rows, [torch.size(rows, 0), torch.size(w, 0)])
        for i in range(torch.floordiv(torch.sub(torch.add(torch.size(rows, 0), chunk), 1), chunk)):
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
          torch.copy_(torch.slice(gradient, 0, first, end), y)
        by_x = %5$s
        by_w = %6$s
        by_b = torch.sum(gradient, [0])
        torch.set_grad_enabled(True)
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
    String source =
        SOURCE.formatted(
            ELEMENTS_OF_A_GPU,
            ELEMENTS,
            Graph.IGNORED,
            product(oneDnn, "torch.slice(rows, 0, first, end)", "w", "b"),
            product(oneDnn, "gradient", "torch.t(w)", "None"),
            product(oneDnn, "torch.t(gradient)", "torch.t(rows)", "None"));
    if (bias) return source;
    return source.replace("  by_b = torch.sum(gradient, [0])\n", "").replace(", by_b]", "]");
  }

  private static String product(boolean oneDnn, String x, String weight, String bias) {
    return oneDnn
        ? "ops.mkldnn._linear_pointwise(%s, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")"
            .formatted(x, weight, bias)
        : "torch.linear(%s, %s, %s)".formatted(x, weight, bias);
  }
}
