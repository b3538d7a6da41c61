def model_layers(self, x: Tensor, input_layernorm_weight: Tensor, self_attn_q_proj_weight: Tensor, outer_cos_4: Tensor, outer_sin_5: Tensor, self_attn_k_proj_weight: Tensor, self_attn_v_proj_weight: Tensor, self_attn_o_proj_weight: Tensor, post_attention_layernorm_weight: Tensor, mlp_gate_proj_weight: Tensor, mlp_up_proj_weight: Tensor, mlp_down_proj_weight: Tensor) -> Tensor:
  norm_1 = torch.rms_norm(x, torch.size(input_layernorm_weight), input_layernorm_weight, 1.0E-5)
  linear_2 = torch.linear(norm_1, self_attn_q_proj_weight)
  heads_3 = torch.unflatten(linear_2, 2, [-1, 4])
  parts_4 = torch.chunk(heads_3, 2, -1)
  part_5 = parts_4[0]
  part_6 = parts_4[1]
  turned_7 = torch.sub(torch.mul(part_5, outer_cos_4), torch.mul(part_6, outer_sin_5))
  turned_8 = torch.add(torch.mul(part_6, outer_cos_4), torch.mul(part_5, outer_sin_5))
  rotated_9 = torch.flatten(torch.cat([turned_7, turned_8], -1), 2)
  linear_10 = torch.linear(norm_1, self_attn_k_proj_weight)
  heads_11 = torch.unflatten(linear_10, 2, [-1, 4])
  parts_12 = torch.chunk(heads_11, 2, -1)
  part_13 = parts_12[0]
  part_14 = parts_12[1]
  turned_15 = torch.sub(torch.mul(part_13, outer_cos_4), torch.mul(part_14, outer_sin_5))
  turned_16 = torch.add(torch.mul(part_14, outer_cos_4), torch.mul(part_13, outer_sin_5))
  rotated_17 = torch.flatten(torch.cat([turned_15, turned_16], -1), 2)
  linear_18 = torch.linear(norm_1, self_attn_v_proj_weight)
  heads_19 = torch.transpose(torch.unflatten(rotated_9, 2, [2, -1]), 1, 2)
  heads_20 = torch.transpose(torch.unflatten(rotated_17, 2, [1, -1]), 1, 2)
  shared_21 = torch.flatten(torch.expand(torch.unsqueeze(heads_20, 2), [-1, -1, 2, -1, -1]), 1, 2)
  heads_22 = torch.transpose(torch.unflatten(linear_18, 2, [1, -1]), 1, 2)
  shared_23 = torch.flatten(torch.expand(torch.unsqueeze(heads_22, 2), [-1, -1, 2, -1, -1]), 1, 2)
  attention_24 = torch.scaled_dot_product_attention(heads_19, shared_21, shared_23, None, 0.0, True)
  joined_25 = torch.flatten(torch.transpose(attention_24, 1, 2), 2)
  linear_26 = torch.linear(joined_25, self_attn_o_proj_weight)
  add_27 = torch.add(x, linear_26)
  norm_28 = torch.rms_norm(add_27, torch.size(post_attention_layernorm_weight), post_attention_layernorm_weight, 1.0E-5)
  linear_29 = torch.linear(norm_28, mlp_gate_proj_weight)
  silu_30 = torch.silu(linear_29)
  linear_31 = torch.linear(norm_28, mlp_up_proj_weight)
  product_32 = torch.mul(silu_30, linear_31)
  linear_33 = torch.linear(product_32, mlp_down_proj_weight)
  add_34 = torch.add(add_27, linear_33)
  return add_34
def model_layers_2(self, x: Tensor, input_layernorm_weight: Tensor, self_attn_q_proj_weight: Tensor, outer_cos_4: Tensor, outer_sin_5: Tensor, self_attn_k_proj_weight: Tensor, self_attn_v_proj_weight: Tensor, self_attn_o_proj_weight: Tensor, post_attention_layernorm_weight: Tensor, mlp_gate_proj_weight: Tensor, mlp_up_proj_weight: Tensor, mlp_down_proj_weight: Tensor) -> Tensor:
  norm_1 = torch.rms_norm(x, torch.size(input_layernorm_weight), input_layernorm_weight, 1.0E-5)
  linear_2 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_1), self_attn_q_proj_weight, None))
  heads_3 = torch.unflatten(linear_2, 2, [-1, 4])
  parts_4 = torch.chunk(heads_3, 2, -1)
  part_5 = parts_4[0]
  part_6 = parts_4[1]
  turned_7 = torch.sub(torch.mul(part_5, outer_cos_4), torch.mul(part_6, outer_sin_5))
  turned_8 = torch.add(torch.mul(part_6, outer_cos_4), torch.mul(part_5, outer_sin_5))
  rotated_9 = torch.flatten(torch.cat([turned_7, turned_8], -1), 2)
  linear_10 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_1), self_attn_k_proj_weight, None))
  heads_11 = torch.unflatten(linear_10, 2, [-1, 4])
  parts_12 = torch.chunk(heads_11, 2, -1)
  part_13 = parts_12[0]
  part_14 = parts_12[1]
  turned_15 = torch.sub(torch.mul(part_13, outer_cos_4), torch.mul(part_14, outer_sin_5))
  turned_16 = torch.add(torch.mul(part_14, outer_cos_4), torch.mul(part_13, outer_sin_5))
  rotated_17 = torch.flatten(torch.cat([turned_15, turned_16], -1), 2)
  linear_18 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_1), self_attn_v_proj_weight, None))
  heads_19 = torch.transpose(torch.unflatten(rotated_9, 2, [2, -1]), 1, 2)
  heads_20 = torch.transpose(torch.unflatten(rotated_17, 2, [1, -1]), 1, 2)
  shared_21 = torch.flatten(torch.expand(torch.unsqueeze(heads_20, 2), [-1, -1, 2, -1, -1]), 1, 2)
  heads_22 = torch.transpose(torch.unflatten(linear_18, 2, [1, -1]), 1, 2)
  shared_23 = torch.flatten(torch.expand(torch.unsqueeze(heads_22, 2), [-1, -1, 2, -1, -1]), 1, 2)
  attention_24 = torch.scaled_dot_product_attention(heads_19, shared_21, shared_23, None, 0.0, True)
  joined_25 = torch.flatten(torch.transpose(attention_24, 1, 2), 2)
  linear_26 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(joined_25), self_attn_o_proj_weight, None))
  add_27 = torch.add(x, linear_26)
  norm_28 = torch.rms_norm(add_27, torch.size(post_attention_layernorm_weight), post_attention_layernorm_weight, 1.0E-5)
  linear_29 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_28), mlp_gate_proj_weight, None))
  silu_30 = torch.silu(linear_29)
  linear_31 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_28), mlp_up_proj_weight, None))
  product_32 = torch.mul(silu_30, linear_31)
  linear_33 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(product_32), mlp_down_proj_weight, None))
  add_34 = torch.add(add_27, linear_33)
  return add_34
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
  embedding_2 = torch.embedding(p[0], input_ids)
  angles_3 = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(positions_1, 7), -1), torch.add(torch.tensor([0.5, 0.005], dtype=7, device=positions_1.device), torch.tensor([0.0, 1.11758706E-10], dtype=7, device=positions_1.device))), -2)
  cos_4 = torch.to(torch.mul(torch.cos(angles_3), 1.0), 6)
  sin_5 = torch.to(torch.mul(torch.sin(angles_3), 1.0), 6)
  block_6 = self.model_layers(embedding_2, p[1], p[2], cos_4, sin_5, p[3], p[4], p[5], p[6], p[7], p[8], p[9])
  norm_7 = torch.rms_norm(block_6, torch.size(p[10]), p[10], 1.0E-5)
  linear_8 = torch.linear(norm_7, p[11])
  nll_9 = torch.reshape(torch.cross_entropy_loss(torch.flatten(linear_8, 0, -2), torch.flatten(labels), None, 0, -100, 0.), torch.size(labels))
  return [nll_9]
def logits(self, input_ids: Tensor, labels: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[0], input_ids)
  angles_3 = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(positions_1, 7), -1), torch.add(torch.tensor([0.5, 0.005], dtype=7, device=positions_1.device), torch.tensor([0.0, 1.11758706E-10], dtype=7, device=positions_1.device))), -2)
  cos_4 = torch.to(torch.mul(torch.cos(angles_3), 1.0), 6)
  sin_5 = torch.to(torch.mul(torch.sin(angles_3), 1.0), 6)
  block_6 = self.model_layers(embedding_2, p[1], p[2], cos_4, sin_5, p[3], p[4], p[5], p[6], p[7], p[8], p[9])
  norm_7 = torch.rms_norm(block_6, torch.size(p[10]), p[10], 1.0E-5)
  linear_8 = torch.linear(norm_7, p[11])
  return [linear_8]
def accumulate(self, input_ids: Tensor, labels: Tensor, p: List[Tensor], counts: List[float], seed: int) -> List[Tensor]:
  torch.set_grad_enabled(True)
  torch.manual_seed(seed)
  positions_1 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_2 = torch.embedding(p[0], input_ids)
  angles_3 = torch.unsqueeze(torch.mul(torch.unsqueeze(torch.to(positions_1, 7), -1), torch.add(torch.tensor([0.5, 0.005], dtype=7, device=positions_1.device), torch.tensor([0.0, 1.11758706E-10], dtype=7, device=positions_1.device))), -2)
  cos_4 = torch.to(torch.mul(torch.cos(angles_3), 1.0), 6)
  sin_5 = torch.to(torch.mul(torch.sin(angles_3), 1.0), 6)
  block_6 = self.model_layers_2(embedding_2, p[1], p[2], cos_4, sin_5, p[3], p[4], p[5], p[6], p[7], p[8], p[9])
  norm_7 = torch.rms_norm(block_6, torch.size(p[10]), p[10], 1.0E-5)
  nll_9 = self.linear_nll_3(norm_7, p[11], None, labels, counts[0])
  nll_10 = nll_9[0]
  rows_11 = torch.detach(torch.sum(torch.reshape(nll_10, [torch.size(nll_10, 0), -1]), 1))
  torch.backward([norm_7, p[11]], annotate(List[Optional[Tensor]], [nll_9[1], nll_9[2]]))
  torch.set_grad_enabled(False)
  return [rows_11]
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
