"""Makes the golden values of GPT-2 out of Hugging Face's transformers and PyTorch.

Usage: python gpt2_golden.py MODEL_RESOURCES TRAINING_RESOURCES

    python -m venv venv && venv/bin/pip install torch==2.7.1 transformers==5.23.0
    venv/bin/python trainer/model/src/test/python/gpt2_golden.py \
        trainer/model/src/test/resources/dev/millrace/model/gpt2-golden \
        trainer/service/src/test/resources/dev/millrace/trainer/torch/gpt2-training-golden

Each directory gets what save_pretrained writes for a tiny random model (config.json and
model.safetensors, float32) and golden.json with numbers computed from those weights in float64.
"""

import datetime
import json
import pathlib
import sys

import torch
import transformers
from transformers import GPT2Config, GPT2LMHeadModel

IGNORED = -100
ROWS, LENGTH = 2, 12


def tiny(seed, vocabulary, width, heads, layers):
    """A model whose biases and gains are random too, so that a mix-up shows."""
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=vocabulary, n_positions=16, n_embd=width, n_head=heads, n_layer=layers,
        bos_token_id=0, eos_token_id=0, attn_implementation="eager",
    )
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model


def batch(generator, vocabulary, rows=ROWS):
    ids = torch.randint(0, vocabulary, (rows, LENGTH), generator=generator)
    labels = torch.randint(0, vocabulary, (rows, LENGTH), generator=generator)
    labels[torch.rand(rows, LENGTH, generator=generator) < 0.2] = IGNORED
    return ids, labels


def token_nll(logits, labels):
    flat = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
    )
    return flat.view_as(labels)


def save(model, directory, golden):
    directory = pathlib.Path(directory)
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    (directory / "model.safetensors").chmod(0o644)
    golden["madeOn"] = datetime.date.today().isoformat()
    golden["madeWith"] = f"transformers {transformers.__version__}, torch {torch.__version__}"
    (directory / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


def forward(directory):
    vocabulary = 97
    model = tiny(20261121, vocabulary, width=32, heads=4, layers=2).eval()
    ids, labels = batch(torch.Generator().manual_seed(1), vocabulary)
    segments = torch.tensor([[0] * 5 + [1] * 7, [3] * 2 + [4] * 9 + [5]])
    exact = GPT2LMHeadModel(model.config).double().eval()
    exact.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    seen = torch.tril(segments[:, :, None] == segments[:, None, :])[:, None]
    mask = torch.zeros(seen.shape, dtype=torch.float64).masked_fill(~seen, -1e30)
    with torch.no_grad():
        logits = exact(ids).logits
        masked = exact(ids, attention_mask=mask).logits
    golden = {
        "rows": ROWS,
        "inputIds": ids.flatten().tolist(),
        "labels": labels.flatten().tolist(),
        "segments": segments.flatten().tolist(),
        "nll": token_nll(logits, labels).flatten().tolist(),
        "lastLogits": logits[:, -1].flatten().tolist(),
        "nllWithDocumentMasks": token_nll(masked, labels).flatten().tolist(),
    }
    save(model, directory, golden)


def training(directory):
    vocabulary = 53
    beta1, beta2, epsilon, decay, norm_max = 0.9, 0.95, 1e-8, 0.1, 1.2
    rates = [0.004, 0.008, 0.01, 0.006, 0.002]
    model = tiny(7, vocabulary, width=16, heads=2, layers=2)
    exact = GPT2LMHeadModel(model.config).double().eval()  # No dropout, with gradients.
    exact.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    parameters = list(exact.parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": decay},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ],
        betas=(beta1, beta2), eps=epsilon, lr=0.0,
    )
    generator = torch.Generator().manual_seed(2)
    step = [batch(generator, vocabulary, rows) for rows in (2, 1)]
    targets = sum((labels != IGNORED).sum() for _, labels in step)
    losses, norms = [], []
    for rate in rates:
        loss = 0.0
        for ids, labels in step:
            part = token_nll(exact(ids).logits, labels).sum() / targets
            part.backward()
            loss += part.item()
        losses.append(loss)
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, norm_max).item())
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad()
    golden = {
        "beta1": beta1, "beta2": beta2, "epsilon": epsilon, "weightDecay": decay,
        "gradientNormMax": norm_max, "learningRates": rates,
        "length": LENGTH,
        "microbatches": [
            {"inputIds": i.flatten().tolist(), "labels": l.flatten().tolist()} for i, l in step
        ],
        "losses": losses, "gradientNorms": norms,
        "finalWeightSums": {n: p.detach().abs().sum().item() for n, p in exact.named_parameters()},
    }
    save(model, directory, golden)


if __name__ == "__main__":
    forward(sys.argv[1])
    training(sys.argv[2])
