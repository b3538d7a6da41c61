def transformer_h(self, x: Tensor, attn_c_attn_weight: Tensor, attn_c_attn_bias: Tensor, attn_c_proj_weight: Tensor, attn_c_proj_bias: Tensor, ln_1_weight: Tensor, ln_1_bias: Tensor, mlp_c_fc_weight: Tensor, mlp_c_fc_bias: Tensor, mlp_c_proj_weight: Tensor, mlp_c_proj_bias: Tensor, ln_2_weight: Tensor, ln_2_bias: Tensor) -> Tensor:
  transposed_1 = torch.t(attn_c_attn_weight)
  linear_2 = torch.linear(x, transposed_1, attn_c_attn_bias)
  parts_3 = torch.chunk(linear_2, 3, -1)
  part_4 = parts_3[0]
  part_5 = parts_3[1]
  part_6 = parts_3[2]
  heads_7 = torch.transpose(torch.unflatten(part_4, 2, [2, -1]), 1, 2)
  heads_8 = torch.transpose(torch.unflatten(part_5, 2, [2, -1]), 1, 2)
  heads_9 = torch.transpose(torch.unflatten(part_6, 2, [2, -1]), 1, 2)
  attention_10 = torch.scaled_dot_product_attention(heads_7, heads_8, heads_9, None, 0.0, True)
  joined_11 = torch.flatten(torch.transpose(attention_10, 1, 2), 2)
  transposed_12 = torch.t(attn_c_proj_weight)
  linear_13 = torch.linear(joined_11, transposed_12, attn_c_proj_bias)
  add_14 = torch.add(x, linear_13)
  norm_15 = torch.layer_norm(add_14, torch.size(ln_1_weight), ln_1_weight, ln_1_bias, 1.0E-5)
  transposed_16 = torch.t(mlp_c_fc_weight)
  linear_17 = torch.linear(norm_15, transposed_16, mlp_c_fc_bias)
  gelu_18 = torch.gelu(linear_17, approximate="tanh")
  transposed_19 = torch.t(mlp_c_proj_weight)
  linear_20 = torch.linear(gelu_18, transposed_19, mlp_c_proj_bias)
  add_21 = torch.add(norm_15, linear_20)
  norm_22 = torch.layer_norm(add_21, torch.size(ln_2_weight), ln_2_weight, ln_2_bias, 1.0E-5)
  return norm_22
def transformer_h_2(self, x: Tensor, attn_c_attn_weight: Tensor, attn_c_attn_bias: Tensor, attn_c_proj_weight: Tensor, attn_c_proj_bias: Tensor, ln_1_weight: Tensor, ln_1_bias: Tensor, mlp_c_fc_weight: Tensor, mlp_c_fc_bias: Tensor, mlp_c_proj_weight: Tensor, mlp_c_proj_bias: Tensor, ln_2_weight: Tensor, ln_2_bias: Tensor) -> Tensor:
  transposed_1 = torch.t(attn_c_attn_weight)
  linear_2 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), transposed_1, attn_c_attn_bias))
  parts_3 = torch.chunk(linear_2, 3, -1)
  part_4 = parts_3[0]
  part_5 = parts_3[1]
  part_6 = parts_3[2]
  heads_7 = torch.transpose(torch.unflatten(part_4, 2, [2, -1]), 1, 2)
  heads_8 = torch.transpose(torch.unflatten(part_5, 2, [2, -1]), 1, 2)
  heads_9 = torch.transpose(torch.unflatten(part_6, 2, [2, -1]), 1, 2)
  attention_10 = torch.scaled_dot_product_attention(heads_7, heads_8, heads_9, None, 0.0, True)
  joined_11 = torch.flatten(torch.transpose(attention_10, 1, 2), 2)
  transposed_12 = torch.t(attn_c_proj_weight)
  linear_13 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(joined_11), transposed_12, attn_c_proj_bias))
  add_14 = torch.add(x, linear_13)
  norm_15 = torch.layer_norm(add_14, torch.size(ln_1_weight), ln_1_weight, ln_1_bias, 1.0E-5)
  transposed_16 = torch.t(mlp_c_fc_weight)
  linear_17 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_15), transposed_16, mlp_c_fc_bias))
  gelu_18 = torch.gelu(linear_17, approximate="tanh")
  transposed_19 = torch.t(mlp_c_proj_weight)
  linear_20 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(gelu_18), transposed_19, mlp_c_proj_bias))
  add_21 = torch.add(norm_15, linear_20)
  norm_22 = torch.layer_norm(add_21, torch.size(ln_2_weight), ln_2_weight, ln_2_bias, 1.0E-5)
  return norm_22
def linear_nll_3(self, x: Tensor, w: Tensor, b: Optional[Tensor], targets: Tensor, count: float) -> List[Tensor]:
  torch.set_grad_enabled(False)
  rows = torch.flatten(x, 0, -2)
  to = torch.flatten(targets)
  if x.is_cuda:
    elements = 268435456
  else:
    elements = 1048576
  chunk = max(1, torch.floordiv(elements, torch.size(w, 0)))
  nll = torch.new_empty(rows, [torch.size(rows, 0)], dtype=6)
  gradient = torch.new_empty(rows, [torch.size(rows, 0), torch.size(w, 0)])
  for i in range(torch.floordiv(torch.sub(torch.add(torch.size(rows, 0), chunk), 1), chunk)):
    first = torch.mul(i, chunk)
    end = torch.add(first, chunk)
    labels = torch.slice(to, 0, first, end)
    known = torch.ne(labels, -100)
    index = torch.unsqueeze(torch.mul(labels, known), 1)
    logits = ops.mkldnn._linear_pointwise(torch.slice(rows, 0, first, end), w, b, "none", annotate(List[Optional[number]], []), "")
    y = torch.log_softmax(torch.to(logits, 6), 1, None)
    found = torch.gather(y, 1, index)
    part = torch.neg(torch.mul(torch.squeeze(found, 1), known))
    torch.copy_(torch.slice(nll, 0, first, end), part)
    torch.exp_(y)
    torch.scatter_(y, 1, index, torch.sub(torch.exp(found), 1))
    torch.mul_(y, torch.unsqueeze(torch.div(torch.to(known, 6), count), 1))
    torch.copy_(torch.slice(gradient, 0, first, end), y)
  by_x = ops.mkldnn._linear_pointwise(gradient, torch.t(w), None, "none", annotate(List[Optional[number]], []), "")
  by_w = ops.mkldnn._linear_pointwise(torch.t(gradient), torch.t(rows), None, "none", annotate(List[Optional[number]], []), "")
  torch.set_grad_enabled(True)
  return [torch.reshape(nll, torch.size(targets)), torch.reshape(by_x, torch.size(x)), by_w]
def nll(self, input_ids: Tensor, labels: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[1], positions_1)
  embedding_3 = torch.embedding(p[0], input_ids)
  add_4 = torch.add(embedding_3, embedding_2)
  block_5 = self.transformer_h(add_4, p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13])
  linear_6 = torch.linear(block_5, p[0])
  nll_7 = torch.reshape(torch.cross_entropy_loss(torch.flatten(linear_6, 0, -2), torch.flatten(labels), None, 0, -100, 0.), torch.size(labels))
  return [nll_7]
def logits(self, input_ids: Tensor, labels: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[1], positions_1)
  embedding_3 = torch.embedding(p[0], input_ids)
  add_4 = torch.add(embedding_3, embedding_2)
  block_5 = self.transformer_h(add_4, p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13])
  linear_6 = torch.linear(block_5, p[0])
  return [linear_6]
def accumulate(self, input_ids: Tensor, labels: Tensor, p: List[Tensor], counts: List[float], seed: int) -> List[Tensor]:
  torch.set_grad_enabled(True)
  torch.manual_seed(seed)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[1], positions_1)
  embedding_3 = torch.embedding(p[0], input_ids)
  add_4 = torch.add(embedding_3, embedding_2)
  block_5 = self.transformer_h_2(add_4, p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13])
  nll_7 = self.linear_nll_3(block_5, p[0], None, labels, counts[0])
  nll_8 = nll_7[0]
  rows_9 = torch.detach(torch.sum(torch.reshape(nll_8, [torch.size(nll_8, 0), -1]), 1))
  torch.backward([block_5, p[0]], annotate(List[Optional[Tensor]], [nll_7[1], nll_7[2]]))
  torch.set_grad_enabled(False)
  return [rows_9]
def gradients(self, p: List[Tensor]) -> List[Tensor]:
  found = annotate(List[Tensor], [])
  for q in p:
    gradient = q.grad
    if torch.gt(torch.numel(gradient), 0):
      found.append(gradient)
  return found
def adamw(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], scale: Tensor, lr: float, beta1: float, beta2: float, epsilon: float, decay: float) -> None:
  torch._foreach_add_(steps, 1)
  torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=scale)
  return None
def update(self, g: List[Tensor], gd: List[Tensor], gn: List[Tensor], pd: List[Tensor], pn: List[Tensor], md: List[Tensor], mn: List[Tensor], vd: List[Tensor], vn: List[Tensor], sd: List[Tensor], sn: List[Tensor], clip: float, lr: float, beta1: float, beta2: float, epsilon: float, decay: float) -> Tensor:
  torch.set_grad_enabled(False)
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
  if bool(torch.isfinite(norm)):
    scale = torch.clamp(torch.div(torch.add(norm, 1.0e-6), clip), 1.0)
    self.adamw(pd, gd, md, vd, sd, scale, lr, beta1, beta2, epsilon, decay)
    self.adamw(pn, gn, mn, vn, sn, scale, lr, beta1, beta2, epsilon, 0.)
  torch._foreach_zero_(g)
  return norm
def discard(self, g: List[Tensor]) -> None:
  torch.set_grad_enabled(False)
  torch._foreach_zero_(g)
  return None
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
def gradient_norm(self, g: List[Tensor]) -> Tensor:
  torch.set_grad_enabled(False)
  return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
