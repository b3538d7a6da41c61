package dev.millrace.model;

/**
 * GELU by tanh (Hendrycks and Gimpel 2016, arXiv:1606.08415) with one of PyTorch's tanhs in place
 * of two.
 *
 * <p>These take most of GELU's time, one forward and one backward. Here its slope is made in the
 * forward pass, by PyTorch, and the value by oneDNN, as what follows a convolution that does
 * nothing: every number by itself, times one. What is kept for the backward pass is the slope in
 * place of x. x [..., D]: the same shape and type.
 */
final class TorchGelu {
  private TorchGelu() {}

  /** The method without its name. */
  static final String SOURCE =
      """
      (self, x: Tensor) -> Tensor:
        given = torch.detach(x)
        width = torch.size(x, -1)
        rows = torch.permute(torch.reshape(given, [1, -1, 1, width]), [0, 3, 1, 2])
        ones = torch.new_ones(given, [width, 1, 1, 1])
        made = ops.mkldnn._convolution_pointwise(rows, ones, None, [0, 0], [1, 1], [1, 1], width, \
      "gelu", annotate(List[Optional[number]], []), "tanh")
        value = torch.reshape(torch.permute(made, [0, 2, 3, 1]), torch.size(x))
        if x.requires_grad:
          slope = torch.gelu_backward(torch.new_ones(given, [1]), given, approximate="tanh")
          y = torch.mul(x, slope)
          torch.copy_(torch.detach(y), value)
        else:
          y = value
        return y
      """;
}
