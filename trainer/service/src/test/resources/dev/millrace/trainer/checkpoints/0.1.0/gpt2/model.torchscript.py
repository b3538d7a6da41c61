def transformer_h(self, x: Tensor, ln_1_weight: Tensor, ln_1_bias: Tensor, attn_c_attn_weight: Tensor, attn_c_attn_bias: Tensor, attn_c_proj_weight: Tensor, attn_c_proj_bias: Tensor, ln_2_weight: Tensor, ln_2_bias: Tensor, mlp_c_fc_weight: Tensor, mlp_c_fc_bias: Tensor, mlp_c_proj_weight: Tensor, mlp_c_proj_bias: Tensor) -> Tensor:
  norm_1 = torch.layer_norm(x, torch.size(ln_1_weight), ln_1_weight, ln_1_bias, 1.0E-5)
  transposed_2 = torch.t(attn_c_attn_weight)
  linear_3 = torch.linear(norm_1, transposed_2, attn_c_attn_bias)
  parts_4 = torch.chunk(linear_3, 3, -1)
  part_5 = parts_4[0]
  part_6 = parts_4[1]
  part_7 = parts_4[2]
  heads_8 = torch.transpose(torch.unflatten(part_5, 2, [2, -1]), 1, 2)
  heads_9 = torch.transpose(torch.unflatten(part_6, 2, [2, -1]), 1, 2)
  heads_10 = torch.transpose(torch.unflatten(part_7, 2, [2, -1]), 1, 2)
  attention_11 = torch.scaled_dot_product_attention(heads_8, heads_9, heads_10, None, 0.0, True)
  joined_12 = torch.flatten(torch.transpose(attention_11, 1, 2), 2)
  transposed_13 = torch.t(attn_c_proj_weight)
  linear_14 = torch.linear(joined_12, transposed_13, attn_c_proj_bias)
  add_15 = torch.add(x, linear_14)
  norm_16 = torch.layer_norm(add_15, torch.size(ln_2_weight), ln_2_weight, ln_2_bias, 1.0E-5)
  transposed_17 = torch.t(mlp_c_fc_weight)
  linear_18 = torch.linear(norm_16, transposed_17, mlp_c_fc_bias)
  gelu_19 = torch.gelu(linear_18, approximate="tanh")
  transposed_20 = torch.t(mlp_c_proj_weight)
  linear_21 = torch.linear(gelu_19, transposed_20, mlp_c_proj_bias)
  add_22 = torch.add(add_15, linear_21)
  return add_22
def transformer_h_2(self, x: Tensor, ln_1_weight: Tensor, ln_1_bias: Tensor, attn_c_attn_weight: Tensor, attn_c_attn_bias: Tensor, attn_c_proj_weight: Tensor, attn_c_proj_bias: Tensor, ln_2_weight: Tensor, ln_2_bias: Tensor, mlp_c_fc_weight: Tensor, mlp_c_fc_bias: Tensor, mlp_c_proj_weight: Tensor, mlp_c_proj_bias: Tensor) -> Tensor:
  norm_1 = torch.layer_norm(x, torch.size(ln_1_weight), ln_1_weight, ln_1_bias, 1.0E-5)
  transposed_2 = torch.t(attn_c_attn_weight)
  linear_3 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_1), transposed_2, attn_c_attn_bias))
  parts_4 = torch.chunk(linear_3, 3, -1)
  part_5 = parts_4[0]
  part_6 = parts_4[1]
  part_7 = parts_4[2]
  heads_8 = torch.transpose(torch.unflatten(part_5, 2, [2, -1]), 1, 2)
  heads_9 = torch.transpose(torch.unflatten(part_6, 2, [2, -1]), 1, 2)
  heads_10 = torch.transpose(torch.unflatten(part_7, 2, [2, -1]), 1, 2)
  attention_11 = torch.scaled_dot_product_attention(heads_8, heads_9, heads_10, None, 0.0, True)
  joined_12 = torch.flatten(torch.transpose(attention_11, 1, 2), 2)
  transposed_13 = torch.t(attn_c_proj_weight)
  linear_14 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(joined_12), transposed_13, attn_c_proj_bias))
  add_15 = torch.add(x, linear_14)
  norm_16 = torch.layer_norm(add_15, torch.size(ln_2_weight), ln_2_weight, ln_2_bias, 1.0E-5)
  transposed_17 = torch.t(mlp_c_fc_weight)
  linear_18 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_16), transposed_17, mlp_c_fc_bias))
  gelu_19 = torch.gelu(linear_18, approximate="tanh")
  transposed_20 = torch.t(mlp_c_proj_weight)
  linear_21 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(gelu_19), transposed_20, mlp_c_proj_bias))
  add_22 = torch.add(add_15, linear_21)
  return add_22
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
  norm_6 = torch.layer_norm(block_5, torch.size(p[14]), p[14], p[15], 1.0E-5)
  linear_7 = torch.linear(norm_6, p[0])
  nll_8 = torch.reshape(torch.cross_entropy_loss(torch.flatten(linear_7, 0, -2), torch.flatten(labels), None, 0, -100, 0.), torch.size(labels))
  return [nll_8]
def logits(self, input_ids: Tensor, labels: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[1], positions_1)
  embedding_3 = torch.embedding(p[0], input_ids)
  add_4 = torch.add(embedding_3, embedding_2)
  block_5 = self.transformer_h(add_4, p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13])
  norm_6 = torch.layer_norm(block_5, torch.size(p[14]), p[14], p[15], 1.0E-5)
  linear_7 = torch.linear(norm_6, p[0])
  return [linear_7]
def accumulate(self, input_ids: Tensor, labels: Tensor, p: List[Tensor], counts: List[float], seed: int) -> List[Tensor]:
  torch.set_grad_enabled(True)
  torch.manual_seed(seed)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[1], positions_1)
  embedding_3 = torch.embedding(p[0], input_ids)
  add_4 = torch.add(embedding_3, embedding_2)
  block_5 = self.transformer_h_2(add_4, p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13])
  norm_6 = torch.layer_norm(block_5, torch.size(p[14]), p[14], p[15], 1.0E-5)
  nll_8 = self.linear_nll_3(norm_6, p[0], None, labels, counts[0])
  nll_9 = nll_8[0]
  rows_10 = torch.detach(torch.sum(torch.reshape(nll_9, [torch.size(nll_9, 0), -1]), 1))
  torch.backward([norm_6, p[0]], annotate(List[Optional[Tensor]], [nll_8[1], nll_8[2]]))
  torch.set_grad_enabled(False)
  return [rows_10]
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
