package dev.millrace.model;

/**
 * A linear layer by oneDNN, on a CPU where PyTorch would leave it to MKL: a convolution of one
 * point, whose positions are the rows and whose channels are the columns. That is the same product,
 * PyTorch leaves convolutions and their backward pass to oneDNN, and tensors stay ordinary ones.
 *
 * <p>x [..., D], w [N, D], b [N]: [..., N]. A dilation says nothing of a single point; only where
 * there is one does PyTorch take oneDNN with a single thread as well.
 */
final class TorchLinear {
  private TorchLinear() {}

  /** The method without its name. */
  static final String SOURCE =
      """
      (self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
        rows = torch.reshape(x, [1, 1, -1, torch.size(x, -1)])
        points = torch.unsqueeze(torch.unsqueeze(w, -1), -1)
        y = torch.mkldnn_convolution(torch.permute(rows, [0, 3, 1, 2]), points, b, [0, 0], [1, 1], \
      [2, 2], 1)
        size = torch.add(torch.slice(torch.size(x), 0, -1), [torch.size(w, 0)])
        return torch.reshape(torch.permute(y, [0, 2, 3, 1]), size)
      """;
}
