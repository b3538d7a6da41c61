package dev.millrace.model;

/**
 * Attention as two products of matrices and a softmax, in the type of its operands, up to a length
 * where that is faster than PyTorch's fused one on a CPU and the scores still fit.
 *
 * <p>q [B, H, T, d], k and v [B, H, S, d], an additive mask [B, 1, T or 1, S] or a causal one: [B,
 * H, T, d]. No dropout at rate 0: one of PyTorch's executors draws its mask even then, a sixth of a
 * step's time.
 */
final class TorchAttention {
  private TorchAttention() {}

  /** Measured: infra/decisions/onednn.md. */
  private static final int LENGTH_MAX = 512;

  /** The method without its name. */
  static final String SOURCE =
      """
      (self, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], causal: bool, \
      dropout: float) -> Tensor:
        if torch.gt(torch.size(k, 2), %d):
          y = torch.scaled_dot_product_attention(q, k, v, mask, dropout, causal)
        else:
          heads = torch.mul(torch.size(q, 0), torch.size(q, 1))
          shape = [heads, torch.size(q, 2), torch.size(k, 2)]
          if causal:
            unseen = torch.triu(torch.new_full(q, [torch.size(q, 2), torch.size(k, 2)], -1.0e30), 1)
          else:
            if torch.__isnot__(mask, None):
              given = unchecked_cast(Tensor, mask)
              size = [torch.size(q, 0), torch.size(q, 1), torch.size(q, 2), torch.size(k, 2)]
              unseen = torch.flatten(torch.expand(given, size), 0, 1)
            else:
              unseen = torch.new_zeros(q, [1, 1])
          scale = torch.pow(torch.size(q, 3), -0.5)
          keys = torch.transpose(torch.flatten(k, 0, 1), 1, 2)
          scores = torch.baddbmm(torch.expand(unseen, shape), torch.flatten(q, 0, 1), keys, \
      beta=1, alpha=scale)
          weights = torch.softmax(scores, -1, None)
          if torch.gt(dropout, 0.0):
            weights = torch.dropout(weights, dropout, True)
          y = torch.reshape(torch.bmm(weights, torch.flatten(v, 0, 1)), torch.size(q))
        return y
      """
          .formatted(LENGTH_MAX);
}
