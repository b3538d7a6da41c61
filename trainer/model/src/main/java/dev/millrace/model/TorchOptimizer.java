package dev.millrace.model;

/**
 * The methods that every script has, whatever its architecture: global-norm clipping (Pascanu et
 * al. 2013, arXiv:1211.5063) and AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
 *
 * <p>Arguments of {@code update}, lists in the order of the parameters: {@code g} all gradients;
 * then gradients, parameters, first moments, second moments and step counts (scalars), each as
 * those that decay (d) and those that do not (n). It returns the norm before clipping, and changes
 * nothing when that is not finite. The norm is scaled as {@code torch.nn.utils.clip_grad_norm_}
 * does, 1e-6 included.
 *
 * <p>A gradient that there is not is a tensor without elements, not None. Lists that are written to
 * must come as arguments: TorchScript drops writes to the elements of lists that it built itself.
 */
final class TorchOptimizer {
  private TorchOptimizer() {}

  static final String SOURCE =
      """
      def leaves(self, w: List[Tensor]) -> List[Tensor]:
        p = annotate(List[Tensor], [])
        for q in w:
          p.append(torch.requires_grad_(torch.detach(q), True))
        return p
      def gradients(self, p: List[Tensor]) -> List[Tensor]:
        found = annotate(List[Tensor], [])
        for q in p:
          gradient = q.grad
          if torch.gt(torch.numel(gradient), 0):
            found.append(gradient)
        return found
      def adamw(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], \
      steps: List[Tensor], scale: Tensor, lr: float, beta1: float, beta2: float, epsilon: float, \
      decay: float) -> None:
        torch._foreach_add_(steps, 1)
        torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, \
      beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=scale)
        return None
      def update(self, g: List[Tensor], gd: List[Tensor], gn: List[Tensor], pd: List[Tensor], \
      pn: List[Tensor], md: List[Tensor], mn: List[Tensor], vd: List[Tensor], vn: List[Tensor], \
      sd: List[Tensor], sn: List[Tensor], clip: float, lr: float, beta1: float, beta2: float, \
      epsilon: float, decay: float) -> Tensor:
        torch.set_grad_enabled(False)
        norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
        if bool(torch.isfinite(norm)):
          scale = torch.clamp(torch.div(torch.add(norm, 1.0e-6), clip), 1.0)
          self.adamw(pd, gd, md, vd, sd, scale, lr, beta1, beta2, epsilon, decay)
          self.adamw(pn, gn, mn, vn, sn, scale, lr, beta1, beta2, epsilon, 0.)
        return norm
      """;
}
