package dev.millrace.trainer.torch;

import dev.millrace.model.Parameter;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon): matrices inside the layers
 * change by their momentum made orthogonal, by five steps of a Newton-Schulz iteration. An update
 * is scaled to the size that AdamW's has, 0.2 sqrt(max(rows, columns)), so that learning rate and
 * weight decay are AdamW's too (Liu et al. 2025, arXiv:2502.16982, equation 4). Embeddings, output
 * matrix, biases and gains are AdamW's. Second moments of the matrices stay 0.
 *
 * @param momentum decay of the first moment, 0 to less than 1; Nesterov's
 * @param rest for all that is no matrix of a layer; its weight decay holds for those as well
 */
public record Muon(double momentum, AdamW rest) implements Optimizer {
  /** {@code transformer.h.0.mlp.c_fc.weight}: only what is in a layer has a number in its name. */
  private static final Pattern IN_A_LAYER = Pattern.compile(".*\\.\\d+\\..*");

  public Muon {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "momentum must be at least 0 and less than 1: " + momentum);
    }
  }

  /** Whether a parameter is made orthogonal. */
  static boolean isMatrixOfALayer(Parameter parameter) {
    return parameter.shape().size() == 2 && IN_A_LAYER.matcher(parameter.name()).matches();
  }

  @Override
  public String method() {
    return "muon_update";
  }

  @Override
  public String source() {
    return SOURCE;
  }

  @Override
  public List<Predicate<Parameter>> groups() {
    return List.of(
        Muon::isMatrixOfALayer,
        parameter -> parameter.isDecayed() && !isMatrixOfALayer(parameter),
        parameter -> !parameter.isDecayed());
  }

  @Override
  public List<Double> constants() {
    return List.of(momentum, rest.beta1(), rest.beta2(), rest.epsilon(), rest.weightDecay());
  }

  /** The iteration's coefficients are Jordan's, tuned for steepness at 0. */
  private static final String SOURCE =
      """
      def orthogonal(self, x: Tensor) -> Tensor:
        tall = torch.gt(torch.size(x, 0), torch.size(x, 1))
        if tall:
          y = torch.t(x)
        else:
          y = x
        y = torch.div(y, torch.add(torch.linalg_vector_norm(y, 2), 1.0e-7))
        for i in range(5):
          a = torch.matmul(y, torch.t(y))
          b = torch.add(torch.mul(a, -4.775), torch.matmul(a, a), alpha=2.0315)
          y = torch.add(torch.mul(y, 3.4445), torch.matmul(b, y))
        if tall:
          z = torch.t(y)
        else:
          z = y
        return z
      def muon(self, p: Tensor, g: Tensor, m: Tensor, scale: Tensor, lr: float, momentum: float, \
      decay: float) -> None:
        clipped = torch.div(g, scale)
        torch.add_(torch.mul_(m, momentum), clipped)
        size = max(torch.size(p, 0), torch.size(p, 1))
        update = self.orthogonal(torch.add(clipped, m, alpha=momentum))
        torch.mul_(p, torch.sub(1.0, torch.mul(lr, decay)))
        torch.add_(p, update, alpha=torch.mul(torch.mul(lr, -0.2), torch.sqrt(float(size))))
        return None
      def muon_update(self, g: List[Tensor], gm: List[Tensor], gd: List[Tensor], gn: List[Tensor], \
      pm: List[Tensor], pd: List[Tensor], pn: List[Tensor], mm: List[Tensor], md: List[Tensor], \
      mn: List[Tensor], vm: List[Tensor], vd: List[Tensor], vn: List[Tensor], sm: List[Tensor], \
      sd: List[Tensor], sn: List[Tensor], clip: float, lr: float, momentum: float, beta1: float, \
      beta2: float, epsilon: float, decay: float) -> Tensor:
        torch.set_grad_enabled(False)
        norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
        if bool(torch.isfinite(norm)):
          scale = torch.clamp(torch.div(torch.add(norm, 1.0e-6), clip), 1.0)
          torch._foreach_add_(sm, 1)
          for i in range(torch.len(pm)):
            self.muon(pm[i], gm[i], mm[i], scale, lr, momentum, decay)
          self.adamw(pd, gd, md, vd, sd, scale, lr, beta1, beta2, epsilon, decay)
          self.adamw(pn, gn, mn, vn, sn, scale, lr, beta1, beta2, epsilon, 0.)
        return norm
      """;
}
