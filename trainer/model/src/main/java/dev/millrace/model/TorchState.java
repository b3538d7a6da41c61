package dev.millrace.model;

/**
 * The methods with which a script's owner reaches into tensors, on whatever device they are: {@code
 * get(x, first, count)} is a view of elements in row order, {@code put(x, first, values)} writes
 * there, {@code fill(scalars, value)} sets them all.
 */
final class TorchState {
  private TorchState() {}

  static final String SOURCE =
      """
      def get(self, x: Tensor, first: int, count: int) -> Tensor:
        torch.set_grad_enabled(False)
        return torch.detach(torch.slice(torch.flatten(x), 0, first, torch.add(first, count)))
      def put(self, x: Tensor, first: int, values: Tensor) -> None:
        torch.set_grad_enabled(False)
        end = torch.add(first, torch.numel(values))
        torch.copy_(torch.slice(torch.flatten(x), 0, first, end), values)
        return None
      def fill(self, scalars: List[Tensor], value: float) -> None:
        torch.set_grad_enabled(False)
        torch._foreach_zero_(scalars)
        torch._foreach_add_(scalars, value)
        return None
      """;
}
