"""Trains models of transformers and ours on the same batches from the same weights: infra/bench/peers/training."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import transformers
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
THREADS = int(os.environ.get("THREADS", "2"))
PRECISIONS = os.environ.get("PRECISIONS", "fp32 bf16").split()
SETTINGS = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weightDecay": 0.1, "maxGradNorm": 1.0, "learningRate": 1e-3}


# In bfloat16 both sides round, each in its own order.
CURVES_APART = {"fp32": 1e-3, "bf16": 5e-2}


def gpt2(width, heads, layers, length, vocabulary):
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=vocabulary, n_positions=length, n_embd=width, n_head=heads, n_layer=layers, bos_token_id=0,
        eos_token_id=0, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, use_cache=False))


def llama(width, inner, heads, keys, layers, length, vocabulary, tied):
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=vocabulary, max_position_embeddings=length, hidden_size=width, intermediate_size=inner,
        num_attention_heads=heads, num_key_value_heads=keys, num_hidden_layers=layers, tie_word_embeddings=tied,
        rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, use_cache=False))


# Name: model, rows, length, vocabulary. Those of `speed` are TrainedSize's.
SMALL = {
    "gpt2": (lambda: gpt2(128, 4, 4, 128, 256), 8, 128, 256),
    "llama": (lambda: llama(128, 384, 4, 2, 4, 128, 256, False), 8, 128, 256),
}
SIZES = {
    "gpt2-14m": (lambda: gpt2(384, 6, 6, 256, 8192), 8, 256, 8192),
    "llama-29m": (lambda: llama(512, 1536, 8, 4, 8, 512, 8192, True), 4, 512, 8192),
}


def text_batches(count, rows, length):
    """Bytes of this project's own pages: something that can be learned."""
    pages = sorted((HERE.parent.parent / "decisions").glob("*.md"))
    text = torch.tensor(list(b"".join(page.read_bytes() for page in pages)))
    generator = torch.Generator().manual_seed(5)
    for _ in range(count):
        starts = torch.randint(0, len(text) - length - 1, (rows,), generator=generator)
        yield (torch.stack([text[s:s + length] for s in starts]), torch.stack([text[s + 1:s + length + 1] for s in starts]))


def random_batches(rows, length, vocabulary):
    ids = torch.randint(0, vocabulary, (rows, length), generator=torch.Generator().manual_seed(6))
    yield ids, torch.roll(ids, -1, 1)


def write(name, model, batches):
    """What our side reads: the model as save_pretrained writes it, the batches, the settings."""
    directory = HERE / "work" / name
    model.save_pretrained(directory)
    with open(directory / "batches.jsonl", "w") as file:
        for ids, labels in batches:
            line = {"rows": len(ids), "inputIds": ids.flatten().tolist(), "labels": labels.flatten().tolist()}
            file.write(json.dumps(line) + "\n")
    (directory / "training.json").write_text(json.dumps(SETTINGS))
    return directory


class Ours:
    def __init__(self, directory, precision):
        self.process = subprocess.Popen(
            [str(HERE.parent / "run"), "peer-training", str(directory), precision, str(THREADS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def steps(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Theirs:
    def __init__(self, model, batches, precision, compiled):
        self.model, self.batches, self.step = model.train(), batches, 0
        parameters = list(model.parameters())
        groups = [
            {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": SETTINGS["weightDecay"]},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(
            groups, lr=SETTINGS["learningRate"], betas=(SETTINGS["beta1"], SETTINGS["beta2"]), eps=SETTINGS["epsilon"],
            fused=True)
        self.low = precision == "bf16"
        self.loss = torch.compile(self.plain_loss) if compiled else self.plain_loss

    def plain_loss(self, ids, labels):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.low):
            logits = self.model(input_ids=ids).logits
        return functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten())

    def take(self):
        ids, labels = self.batches[self.step % len(self.batches)]
        loss = self.loss(ids, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), SETTINGS["maxGradNorm"])
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return loss.item()

    def steps(self, count):
        told = {"losses": [], "seconds": [], "cpuSeconds": []}
        for _ in range(count):
            start, cpu = time.perf_counter(), time.process_time()
            told["losses"].append(self.take())
            told["seconds"].append(time.perf_counter() - start)
            told["cpuSeconds"].append(time.process_time() - cpu)
        return told

    def close(self):
        pass


def curves(steps, precision):
    print(f"{precision}, {steps} steps, AdamW, learning rate {SETTINGS['learningRate']}, norm clipped to 1; "
          f"torch {torch.__version__}, transformers {transformers.__version__}, {THREADS} threads")
    worst = 0.0
    for name, (make, rows, length, _) in SMALL.items():
        torch.manual_seed(11)
        model = make()
        batches = list(text_batches(steps, rows, length))
        ours = Ours(write(f"curve-{name}-{precision}", model, batches), precision)
        mine = ours.steps(steps)["losses"]
        ours.close()
        yours = Theirs(model, batches, precision, False).steps(steps)["losses"]
        apart = [abs(a - b) for a, b in zip(mine, yours)]
        worst = max(worst, max(apart))
        print(f"{name}: {model.num_parameters():,} parameters, {rows} x {length} tokens a step")
        for i in sorted({0, 1, 4, 9, 19, 29, 39, steps - 1}):
            print(f"  step {i + 1:3d}  ours {mine[i]:.6f}  theirs {yours[i]:.6f}  apart {apart[i]:.1e}")
        print(f"  largest difference of {len(apart)} losses: {max(apart):.1e}")
    return 0 if worst < CURVES_APART[precision] else 1


def compiled_or_why(make):
    try:
        contender = make(True)
        contender.steps(2)
        return contender, ""
    except Exception as e:  # Whatever the compiler lacks here.
        return None, f"torch.compile does not work here: {type(e).__name__}: {str(e).strip().splitlines()[0][:200]}"


def speed(rounds, sizes):
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, {THREADS} threads, rounds of 1 step, "
          f"median of {rounds} (least to most)")
    for name in sizes:
        make, rows, length, vocabulary = SIZES[name]
        tokens = rows * length
        for precision in PRECISIONS:
            torch.manual_seed(11)
            model = make()
            batches = list(random_batches(rows, length, vocabulary))
            directory = write(f"speed-{name}", model, batches)

            def theirs(compiled):
                copy = make()
                copy.load_state_dict(model.state_dict())
                return Theirs(copy, batches, precision, compiled)

            contenders = {"ours": Ours(directory, precision), "eager": theirs(False)}
            compiled, why = compiled_or_why(theirs)
            if compiled:
                contenders["compiled"] = compiled
            else:
                print(why)
            times = {who: {"seconds": [], "cpuSeconds": []} for who in contenders}
            for contender in contenders.values():
                contender.steps(2)
            for _ in range(rounds):
                for who, contender in contenders.items():
                    told = contender.steps(1)
                    for clock in times[who]:
                        times[who][clock] += told[clock]
            contenders["ours"].close()
            print(f"{name} {precision}, {tokens} tokens a step")
            for who, clocks in times.items():
                print(f"  {who:9s} {spread([tokens / s for s in clocks['seconds']], ',.0f')} tokens/s; "
                      f"{spread([tokens / s for s in clocks['cpuSeconds']], ',.0f')} per second of processor time")
            for clock, words in (("seconds", "tokens/s"), ("cpuSeconds", "tokens per second of processor time")):
                best = min((w for w in times if w != "ours"), key=lambda w: statistics.median(times[w][clock]))
                ratios = [b / a for a, b in zip(times["ours"][clock], times[best][clock])]
                print(f"  ours over theirs ({best}): {spread(ratios, '.2f')} in {words}")
            sys.stdout.flush()
    return 0


def spread(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "curves":
        sys.exit(curves(int(rest[0]) if rest else 50, rest[1] if len(rest) > 1 else "fp32"))
    sys.exit(speed(int(rest[0]) if rest else 5, rest[1:] or list(SIZES)))
