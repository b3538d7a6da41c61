"""transformers' side of evaluation: the shape of EvaluatorSpeed. Arguments: threads (2), rounds (5)."""

import statistics
import sys
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

ROWS, WARM_UP = 4, 2

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
torch.set_num_threads(threads)
torch.manual_seed(1)
config = GPT2Config(vocab_size=8192, n_positions=512, n_embd=384, n_head=6, n_layer=6, attn_implementation="sdpa")
model = GPT2LMHeadModel(config).eval()
ids = torch.randint(0, config.vocab_size, (ROWS, config.n_positions))
labels = torch.randint(0, config.vocab_size, (ROWS, config.n_positions))


def forward():
    start = time.perf_counter()
    with torch.inference_mode():
        logits = model(ids, use_cache=False).logits
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    return time.perf_counter() - start


seconds = [forward() for _ in range(WARM_UP + rounds)][WARM_UP:]
tokens = ids.numel()
rates = tokens / statistics.median(seconds), tokens / max(seconds), tokens / min(seconds)
print("{:<28} {:>10,.0f} tokens/s   {:,.0f} - {:,.0f}".format(f"transformers, torch {torch.__version__}", *rates))
