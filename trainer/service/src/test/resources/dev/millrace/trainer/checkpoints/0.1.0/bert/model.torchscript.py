def bert_encoder_layer(self, x: Tensor, attention_self_query_weight: Tensor, attention_self_query_bias: Tensor, attention_self_key_weight: Tensor, attention_self_key_bias: Tensor, attention_self_value_weight: Tensor, attention_self_value_bias: Tensor, outer_mask_9: Tensor, attention_output_dense_weight: Tensor, attention_output_dense_bias: Tensor, attention_output_LayerNorm_weight: Tensor, attention_output_LayerNorm_bias: Tensor, intermediate_dense_weight: Tensor, intermediate_dense_bias: Tensor, output_dense_weight: Tensor, output_dense_bias: Tensor, output_LayerNorm_weight: Tensor, output_LayerNorm_bias: Tensor) -> Tensor:
  linear_1 = torch.linear(x, attention_self_query_weight, attention_self_query_bias)
  linear_2 = torch.linear(x, attention_self_key_weight, attention_self_key_bias)
  linear_3 = torch.linear(x, attention_self_value_weight, attention_self_value_bias)
  heads_4 = torch.transpose(torch.unflatten(linear_1, 2, [2, -1]), 1, 2)
  heads_5 = torch.transpose(torch.unflatten(linear_2, 2, [2, -1]), 1, 2)
  heads_6 = torch.transpose(torch.unflatten(linear_3, 2, [2, -1]), 1, 2)
  attention_7 = torch.scaled_dot_product_attention(heads_4, heads_5, heads_6, outer_mask_9, 0.0, False)
  joined_8 = torch.flatten(torch.transpose(attention_7, 1, 2), 2)
  linear_9 = torch.linear(joined_8, attention_output_dense_weight, attention_output_dense_bias)
  add_10 = torch.add(x, linear_9)
  norm_11 = torch.layer_norm(add_10, torch.size(attention_output_LayerNorm_weight), attention_output_LayerNorm_weight, attention_output_LayerNorm_bias, 1.0E-12)
  linear_12 = torch.linear(norm_11, intermediate_dense_weight, intermediate_dense_bias)
  gelu_13 = torch.gelu(linear_12, approximate="none")
  linear_14 = torch.linear(gelu_13, output_dense_weight, output_dense_bias)
  add_15 = torch.add(norm_11, linear_14)
  norm_16 = torch.layer_norm(add_15, torch.size(output_LayerNorm_weight), output_LayerNorm_weight, output_LayerNorm_bias, 1.0E-12)
  return norm_16
def bert_encoder_layer_2(self, x: Tensor, attention_self_query_weight: Tensor, attention_self_query_bias: Tensor, attention_self_key_weight: Tensor, attention_self_key_bias: Tensor, attention_self_value_weight: Tensor, attention_self_value_bias: Tensor, outer_mask_9: Tensor, attention_output_dense_weight: Tensor, attention_output_dense_bias: Tensor, attention_output_LayerNorm_weight: Tensor, attention_output_LayerNorm_bias: Tensor, intermediate_dense_weight: Tensor, intermediate_dense_bias: Tensor, output_dense_weight: Tensor, output_dense_bias: Tensor, output_LayerNorm_weight: Tensor, output_LayerNorm_bias: Tensor) -> Tensor:
  linear_1 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), attention_self_query_weight, attention_self_query_bias))
  linear_2 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), attention_self_key_weight, attention_self_key_bias))
  linear_3 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(x), attention_self_value_weight, attention_self_value_bias))
  heads_4 = torch.transpose(torch.unflatten(linear_1, 2, [2, -1]), 1, 2)
  heads_5 = torch.transpose(torch.unflatten(linear_2, 2, [2, -1]), 1, 2)
  heads_6 = torch.transpose(torch.unflatten(linear_3, 2, [2, -1]), 1, 2)
  attention_7 = torch.scaled_dot_product_attention(heads_4, heads_5, heads_6, outer_mask_9, 0.0, False)
  joined_8 = torch.flatten(torch.transpose(attention_7, 1, 2), 2)
  linear_9 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(joined_8), attention_output_dense_weight, attention_output_dense_bias))
  add_10 = torch.add(x, linear_9)
  norm_11 = torch.layer_norm(add_10, torch.size(attention_output_LayerNorm_weight), attention_output_LayerNorm_weight, attention_output_LayerNorm_bias, 1.0E-12)
  linear_12 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(norm_11), intermediate_dense_weight, intermediate_dense_bias))
  gelu_13 = torch.gelu(linear_12, approximate="none")
  linear_14 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(gelu_13), output_dense_weight, output_dense_bias))
  add_15 = torch.add(norm_11, linear_14)
  norm_16 = torch.layer_norm(add_15, torch.size(output_LayerNorm_weight), output_LayerNorm_weight, output_LayerNorm_bias, 1.0E-12)
  return norm_16
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
  by_b = torch.sum(gradient, [0])
  torch.set_grad_enabled(True)
  return [torch.reshape(nll, torch.size(targets)), torch.reshape(by_x, torch.size(x)), by_w, by_b]
def nll(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, labels: Tensor, next_sentence_label: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  embedding_1 = torch.embedding(p[1], token_type_ids)
  positions_2 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_3 = torch.embedding(p[2], positions_2)
  embedding_4 = torch.embedding(p[0], input_ids)
  add_5 = torch.add(embedding_4, embedding_1)
  add_6 = torch.add(add_5, embedding_3)
  norm_7 = torch.layer_norm(add_6, torch.size(p[3]), p[3], p[4], 1.0E-12)
  real_8 = torch.unsqueeze(torch.ne(attention_mask, 0), 1)
  mask_9 = torch.unsqueeze(torch.masked_fill(torch.zeros_like(real_8, dtype=6), torch.logical_not(real_8), -1.0e30), 1)
  block_10 = self.bert_encoder_layer(norm_7, p[5], p[6], p[7], p[8], p[9], p[10], mask_9, p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18], p[19], p[20])
  first_11 = torch.select(block_10, 1, 0)
  linear_12 = torch.linear(first_11, p[21], p[22])
  tanh_13 = torch.tanh(linear_12)
  linear_14 = torch.linear(block_10, p[23], p[24])
  gelu_15 = torch.gelu(linear_14, approximate="none")
  norm_16 = torch.layer_norm(gelu_15, torch.size(p[25]), p[25], p[26], 1.0E-12)
  linear_17 = torch.linear(norm_16, p[0], p[27])
  linear_18 = torch.linear(tanh_13, p[28], p[29])
  nll_19 = torch.reshape(torch.cross_entropy_loss(torch.flatten(linear_17, 0, -2), torch.flatten(labels), None, 0, -100, 0.), torch.size(labels))
  nll_20 = torch.reshape(torch.cross_entropy_loss(torch.flatten(linear_18, 0, -2), torch.flatten(next_sentence_label), None, 0, -100, 0.), torch.size(next_sentence_label))
  return [nll_19, nll_20]
def logits(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, labels: Tensor, next_sentence_label: Tensor, p: List[Tensor]) -> List[Tensor]:
  torch.set_grad_enabled(False)
  embedding_1 = torch.embedding(p[1], token_type_ids)
  positions_2 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_3 = torch.embedding(p[2], positions_2)
  embedding_4 = torch.embedding(p[0], input_ids)
  add_5 = torch.add(embedding_4, embedding_1)
  add_6 = torch.add(add_5, embedding_3)
  norm_7 = torch.layer_norm(add_6, torch.size(p[3]), p[3], p[4], 1.0E-12)
  real_8 = torch.unsqueeze(torch.ne(attention_mask, 0), 1)
  mask_9 = torch.unsqueeze(torch.masked_fill(torch.zeros_like(real_8, dtype=6), torch.logical_not(real_8), -1.0e30), 1)
  block_10 = self.bert_encoder_layer(norm_7, p[5], p[6], p[7], p[8], p[9], p[10], mask_9, p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18], p[19], p[20])
  first_11 = torch.select(block_10, 1, 0)
  linear_12 = torch.linear(first_11, p[21], p[22])
  tanh_13 = torch.tanh(linear_12)
  linear_14 = torch.linear(block_10, p[23], p[24])
  gelu_15 = torch.gelu(linear_14, approximate="none")
  norm_16 = torch.layer_norm(gelu_15, torch.size(p[25]), p[25], p[26], 1.0E-12)
  linear_17 = torch.linear(norm_16, p[0], p[27])
  linear_18 = torch.linear(tanh_13, p[28], p[29])
  return [linear_17, linear_18]
def accumulate(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, labels: Tensor, next_sentence_label: Tensor, p: List[Tensor], counts: List[float], seed: int) -> List[Tensor]:
  torch.set_grad_enabled(True)
  torch.manual_seed(seed)
  embedding_1 = torch.embedding(p[1], token_type_ids)
  positions_2 = torch.arange(0, torch.size(input_ids, 1), dtype=4, layout=0, device=input_ids.device)
  embedding_3 = torch.embedding(p[2], positions_2)
  embedding_4 = torch.embedding(p[0], input_ids)
  add_5 = torch.add(embedding_4, embedding_1)
  add_6 = torch.add(add_5, embedding_3)
  norm_7 = torch.layer_norm(add_6, torch.size(p[3]), p[3], p[4], 1.0E-12)
  real_8 = torch.unsqueeze(torch.ne(attention_mask, 0), 1)
  mask_9 = torch.unsqueeze(torch.masked_fill(torch.zeros_like(real_8, dtype=6), torch.logical_not(real_8), -1.0e30), 1)
  block_10 = self.bert_encoder_layer_2(norm_7, p[5], p[6], p[7], p[8], p[9], p[10], mask_9, p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18], p[19], p[20])
  first_11 = torch.select(block_10, 1, 0)
  linear_12 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(first_11), p[21], p[22]))
  tanh_13 = torch.tanh(linear_12)
  linear_14 = torch.to_dense(torch.mkldnn_linear(torch.to_mkldnn(block_10), p[23], p[24]))
  gelu_15 = torch.gelu(linear_14, approximate="none")
  norm_16 = torch.layer_norm(gelu_15, torch.size(p[25]), p[25], p[26], 1.0E-12)
  nll_19 = self.linear_nll_3(norm_16, p[0], p[27], labels, counts[0])
  nll_20 = nll_19[0]
  rows_21 = torch.detach(torch.sum(torch.reshape(nll_20, [torch.size(nll_20, 0), -1]), 1))
  nll_22 = self.linear_nll_3(tanh_13, p[28], p[29], next_sentence_label, counts[1])
  nll_23 = nll_22[0]
  rows_24 = torch.detach(torch.sum(torch.reshape(nll_23, [torch.size(nll_23, 0), -1]), 1))
  torch.backward([norm_16, p[0], p[27], tanh_13, p[28], p[29]], annotate(List[Optional[Tensor]], [nll_19[1], nll_19[2], nll_19[3], nll_22[1], nll_22[2], nll_22[3]]))
  torch.set_grad_enabled(False)
  return [rows_21, rows_24]
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
