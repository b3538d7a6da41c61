"""Times the program that `infra/bench/run script` writes, in PyTorch itself.

Usage: python time_script.py FILE [--device cuda] [--steps 20] [--rows N] [--profile]

A step is forward, backward and AdamW of one microbatch. Prints tokens/s, the share of the matrix-product peak that the
same device shows in the same run, and, where the device is known, of its published dense peak in bfloat16 (the MFU).
"""

import argparse
import json
import statistics
import sys
import time

import torch

# Dense bfloat16, no sparsity, TFLOP/s: NVIDIA's data sheets.
PUBLISHED = {"A100": 312, "H100 PCIe": 756, "H100": 989, "H200": 989}


def synchronise(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def seconds(work, device):
    synchronise(device)
    start = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - start


def matrix_peak(device, dtype):
    """FLOP/s of the best of some large products."""
    n = 8192 if device.type == "cuda" else 2048
    a = torch.randn(n, n, device=device).to(dtype)
    b = torch.randn(n, n, device=device).to(dtype)
    best = min(seconds(lambda: torch.matmul(a, b), device) for _ in range(10))
    return 2 * n**3 / best


class Training:
    """Weights, moments and a batch for one program."""

    def __init__(self, file, device, rows=None):
        self.what = json.load(open(file + ".json"))
        self.script = torch.jit.load(file, map_location=device)
        torch.manual_seed(1)
        shapes = [p["shape"] for p in self.what["parameters"]]
        self.weights = [
            torch.randn(s, device=device) * 0.02 if len(s) > 1 else torch.zeros(s, device=device)
            for s in shapes
        ]
        self.moments = [[torch.zeros(s, device=device) for s in shapes] for _ in range(2)]
        self.steps = [torch.zeros((), device=device) for _ in shapes]
        rows = rows or self.what["rows"]
        size = (rows, self.what["length"])
        self.tokens = rows * self.what["length"]
        self.ids = torch.randint(0, self.what["vocabulary"], size, device=device)
        self.labels = torch.roll(self.ids, -1, 1)

    def groups(self, tensors):
        decays = [p["decays"] for p in self.what["parameters"]]
        return [t for t, d in zip(tensors, decays) if d], [t for t, d in zip(tensors, decays) if not d]

    def step(self, seed):
        leaves = self.script.leaves(self.weights)
        rows = self.script.accumulate(self.ids, self.labels, leaves, [float(self.tokens)], seed)
        gradients = self.script.gradients(leaves)
        lists = [part for all in (gradients, self.weights, *self.moments, self.steps) for part in self.groups(all)]
        self.script.update(gradients, *lists, 1.0, 6e-4, 0.9, 0.95, 1e-8, 0.1)
        return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dtype", default="bf16", choices=["bf16", "fp32"], help="of the peak to compare with")
    parser.add_argument("--tf32", action="store_true", help="float32 products in TF32")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch._C._set_graph_executor_optimize(False)  # As the trainer does.
    if arguments.tf32:
        torch.backends.cuda.matmul.allow_tf32 = True
    device = torch.device(arguments.device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {arguments.threads} threads"
    training = Training(arguments.file, device, arguments.rows)
    for seed in range(5):
        training.step(seed)
    times = [seconds(lambda: training.step(seed), device) for seed in range(arguments.steps)]
    peak = matrix_peak(device, torch.bfloat16 if arguments.dtype == "bf16" else torch.float32)
    median = statistics.median(times)
    rate = training.tokens / median
    flops = rate * training.what["flopsPerToken"]
    print(f"{name}, torch {torch.__version__}: {training.what['size']}, {training.tokens} tokens a step")
    print(f"median of {len(times)}: {median * 1e3:.1f} ms, {rate:,.0f} tokens/s; "
          f"fastest {training.tokens / min(times):,.0f}, slowest {training.tokens / max(times):,.0f}")
    print(f"{flops / 1e12:.2f} TFLOP/s, {flops / peak:.1%} of the {peak / 1e12:.2f} measured with large products")
    published = next((p for n, p in PUBLISHED.items() if n in name), None)
    if published:
        print(f"MFU {flops / published / 1e12:.1%} of {published} TFLOP/s")
    if device.type == "cuda":
        print(f"peak memory {torch.cuda.max_memory_allocated() / 1e9:.2f} GB")
    if arguments.profile:
        profile(training, device)
    return 0


def profile(training, device):
    activities = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=activities, record_shapes=True) as p:
        for seed in range(3):
            training.step(seed)
        synchronise(device)
    key = "self_cuda_time_total" if device.type == "cuda" else "self_cpu_time_total"
    print(p.key_averages(group_by_input_shape=True).table(sort_by=key, row_limit=45, max_name_column_width=45, max_shapes_column_width=70))


if __name__ == "__main__":
    sys.exit(main())
