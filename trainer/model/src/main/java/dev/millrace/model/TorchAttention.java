package dev.millrace.model;

/**
 * Attention as products of matrices and a softmax, in the type of its operands, up to a length
 * where the scores still fit: faster than PyTorch's fused one on a CPU whose products are oneDNN's.
 * A causal one goes by blocks of queries, each of which sees the keys up to its own end, so that
 * little more than half of the scores are computed.
 *
 * <p>q [B, H, T, d], k and v [B, H or a part of it, S, d], an additive mask [B, 1, T or 1, S] or a
 * causal one: [B, H, T, d]. No dropout at rate 0: one of PyTorch's executors draws its mask even
 * then, a sixth of a step's time.
 */
final class TorchAttention {
  private TorchAttention() {}

  /** Measured: infra/decisions/onednn.md. */
  private static final int LENGTH_MAX = 512;

  private static final int QUERIES = 128;

  /** The method without its name. */
  static final String SOURCE =
      """
      (self, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], causal: bool, \
      dropout: float) -> Tensor:
        queries = torch.size(q, 2)
        keys = torch.size(k, 2)
        sharing = torch.floordiv(torch.size(q, 1), torch.size(k, 1))
        if torch.gt(keys, %1$d):
          if torch.gt(sharing, 1):
            kq = torch.repeat_interleave(k, sharing, 1)
            vq = torch.repeat_interleave(v, sharing, 1)
          else:
            kq = k
            vq = v
          y = torch.scaled_dot_product_attention(q, kq, vq, mask, dropout, causal)
        else:
          if causal:
            block = %2$d
          else:
            block = queries
          scale = torch.pow(torch.size(q, 3), -0.5)
          kt = torch.transpose(torch.flatten(k, 0, 1), 1, 2)
          vf = torch.flatten(v, 0, 1)
          parts = annotate(List[Tensor], [])
          for i in range(torch.floordiv(torch.sub(torch.add(queries, block), 1), block)):
            first = torch.mul(i, block)
            asked = torch.slice(q, 2, first, torch.add(first, block))
            rows = torch.size(asked, 2)
            if causal:
              seen = torch.add(first, rows)
              later = torch.triu(torch.new_full(q, [rows, seen], -1.0e30), torch.add(first, 1))
              unseen = torch.repeat(later, [sharing, 1])
            else:
              seen = keys
              if torch.__isnot__(mask, None):
                given = unchecked_cast(Tensor, mask)
                size = [torch.size(q, 0), torch.size(q, 1), queries, keys]
                shape = [torch.size(kt, 0), torch.mul(sharing, queries), keys]
                unseen = torch.reshape(torch.expand(given, size), shape)
              else:
                unseen = torch.new_zeros(q, [1, 1])
            asking = [torch.size(kt, 0), torch.mul(sharing, rows), torch.size(q, 3)]
            shared = torch.reshape(asked, asking)
            scores = torch.baddbmm(unseen, shared, torch.slice(kt, 2, 0, seen), beta=1, alpha=scale)
            weights = torch.softmax(scores, -1, None)
            if torch.gt(dropout, 0.0):
              weights = torch.dropout(weights, dropout, True)
            part = torch.bmm(weights, torch.slice(vf, 1, 0, seen))
            parts.append(torch.reshape(part, torch.size(asked)))
          y = torch.cat(parts, 2)
        return y
      """
          .formatted(LENGTH_MAX, QUERIES);
}
