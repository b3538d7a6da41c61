"""Both sides of interop: see there. Definitions of the scores are those of evaluator/src/test/python."""

import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

import checkpoint_probe
import numpy
import onnx
import onnxruntime
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForPreTraining,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = HERE / "work" / "interop"
sys.path.insert(0, str(ROOT / "evaluator/src/test/python"))
import objectives_golden as plain  # noqa: E402

CHECKPOINTS = ROOT / "trainer/service/src/test/resources/dev/millrace/trainer/checkpoints"
CONTEXT, VOCABULARY, CHARACTERS, PADDING = 64, 1000, 3000, 7
WIKI_CONTEXT, BATCH = 256, 16
PROMPT, WRITTEN = "subject to the terms", 24
IGNORED = -100
OPTIMUM = {
    "gpt2": {"input_ids", "attention_mask", "position_ids"},
    "llama": {"input_ids", "attention_mask", "position_ids"},
    "bert": {"input_ids", "attention_mask", "token_type_ids"},
    "bart": {"input_ids", "attention_mask", "decoder_input_ids"},
}


def millrace(*arguments):
    command = os.environ.get("MILLRACE", str(ROOT / "millrace"))
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"millrace {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def byte_level(text, special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def word_piece(text):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        [text], trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special, show_progress=False)
    )
    return tokenizer


def gpt2(context):
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=VOCABULARY, n_positions=context, n_embd=64, n_head=4, n_layer=3, bos_token_id=0, eos_token_id=0
        )
    )


def families(text):
    end = ["<|endoftext|>"]
    yield "gpt2", gpt2(CONTEXT), byte_level(text, end)
    yield "llama", LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY, hidden_size=64, intermediate_size=160, num_hidden_layers=3, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=CONTEXT, bos_token_id=0, eos_token_id=0,
            tie_word_embeddings=False,
        )
    ), byte_level(text, end)
    yield "bert", BertForPreTraining(
        BertConfig(
            vocab_size=VOCABULARY, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=160,
            max_position_embeddings=CONTEXT,
        )
    ), word_piece(text)
    yield "bart", BartForConditionalGeneration(
        BartConfig(
            vocab_size=VOCABULARY, d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=160, decoder_ffn_dim=160, max_position_embeddings=CONTEXT,
        )
    ), byte_level(text, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])


def save(name, model, tokenizer):
    directory = WORK / name
    model.save_pretrained(directory)
    tokenizer.save(str(directory / "tokenizer.json"))
    return directory


def rolling(model, ids, begin, context, stride):
    """Windows that roll, as lm-evaluation-harness cuts them, each token once; float32 as the model is."""
    windows, scored = [], 0
    while scored < len(ids):
        last = min(len(ids), context if scored == 0 else scored + stride)
        windows.append((max(0, last - context), last, scored))
        scored = last
    nll = [0.0] * len(ids)
    row = [begin] + ids
    for at in range(0, len(windows), BATCH):
        some = windows[at : at + BATCH]
        length = max(last - first for first, last, _ in some)
        inputs = [row[first:last] + [0] * (length - last + first) for first, last, _ in some]
        with torch.no_grad():
            log_probabilities = torch.log_softmax(model(torch.tensor(inputs)).logits.double(), -1)
        for r, (first, last, fresh) in enumerate(some):
            for place in range(fresh, last):
                nll[place] = -log_probabilities[r, place - first, ids[place]].item()
    return nll


def theirs(name, model, tokenizer, ids):
    if name == "bert":
        marks = [tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[MASK]")]
        return plain.masked(model, ids, marks, CONTEXT - 2)
    if name == "bart":
        return plain.denoising(model, ids, [2, 0, 2, tokenizer.token_to_id("<mask>")], CONTEXT - 2)
    return rolling(model, ids, 0, CONTEXT, CONTEXT)


def batch(name):
    """Two rows, the second padded on its right, by optimum's names; and labels."""
    generator = torch.Generator().manual_seed(1)
    length = CONTEXT - 4
    ids = torch.randint(5, VOCABULARY, (2, length), generator=generator)
    labels = torch.randint(5, VOCABULARY, (2, length), generator=generator)
    mask = torch.ones(2, length, dtype=torch.long)
    mask[1, -PADDING:] = 0
    inputs = {"input_ids": ids, "attention_mask": mask}
    if name == "bert":
        inputs["token_type_ids"] = (torch.arange(length) > length // 2).long().expand(2, -1).contiguous()
    if name == "bart":
        inputs["decoder_input_ids"] = torch.randint(5, VOCABULARY, (2, length), generator=generator)
    else:
        labels[mask == 0] = IGNORED
    if name in ("gpt2", "llama"):
        inputs["position_ids"] = (mask.cumsum(-1) - 1).clamp(min=0)
    return inputs, labels


def exported(name, model, directory):
    out = WORK / (name + "-onnx")
    millrace("checkpoint", "export", directory, "--out", out)
    file = out / "model.onnx"
    onnx.checker.check_model(str(file), full_check=True)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = {value.name for value in session.get_inputs()}
    inputs, labels = batch(name)
    with torch.no_grad():
        output = model(**inputs)
    expected = output.prediction_logits if name == "bert" else output.logits
    nll = torch.nn.functional.cross_entropy(
        expected.flatten(0, 1).double(), labels.flatten(), ignore_index=IGNORED, reduction="none"
    ).view_as(labels)
    fed = {key: value.numpy() for key, value in inputs.items()}
    logits, scored = session.run(["logits", "nll"], fed | {"labels": labels.numpy()})
    real = torch.ones_like(labels) if name == "bart" else inputs["attention_mask"]
    off = (numpy.abs(logits - expected.numpy()) * real[..., None].numpy()).max()
    outputs = ", ".join(value.name for value in session.get_outputs())
    right = "as optimum's" if names == OPTIMUM[name] else f"NOT AS OPTIMUM'S: {sorted(names)}"
    print(f"| {name} | passes | {right} | {outputs} | {off:.1e} | {numpy.abs(scored - nll.numpy()).max():.1e} |")


def section(name, config):
    """A run file's model section that asks for this model."""
    if name == "gpt2":
        sizes = {"layers": config.n_layer, "heads": config.n_head, "width": config.n_embd}
    elif name == "bart":
        sizes = {"layers": config.encoder_layers, "heads": config.encoder_attention_heads, "width": config.d_model,
                 "intermediateSize": config.encoder_ffn_dim}
    else:
        sizes = {"layers": config.num_hidden_layers, "heads": config.num_attention_heads, "width": config.hidden_size,
                 "intermediateSize": config.intermediate_size}
    if name == "llama":
        sizes |= {"keyValueHeads": config.num_key_value_heads, "tieWordEmbeddings": config.tie_word_embeddings}
    return {"family": name, "contextLength": CONTEXT} | sizes


def imported(name, model, tokenizer):
    """What 'checkpoint import' makes of the model in shards: the directory that a run begins with."""
    directory = WORK / (name + "-shards")
    model.save_pretrained(directory, max_shard_size="100KB")
    tokenizer.save(str(directory / "tokenizer.json"))
    shards = len(list(directory.glob("model-*.safetensors")))
    assert shards > 1 and not (directory / "model.safetensors").exists(), shards
    run = WORK / (name + "-run")
    run.mkdir()
    settings = {"name": "imported-" + name, "model": section(name, model.config)}
    (run / "run.yaml").write_text(json.dumps(settings), "utf-8")  # JSON is YAML.
    millrace("checkpoint", "import", "--run", run / "run.yaml", "--dir", run, directory)
    return shards, run / "artifacts" / "imported" / settings["name"]


def written(name, model, tokenizer):
    """Greedy, by plain loops: a causal model begins with the token between texts, a BART sees a mask."""
    prompt = tokenizer.encode(PROMPT, add_special_tokens=False).ids
    spelled = tokenizer.get_vocab_size()
    if name == "bart":
        marks = [2, 0, 2, tokenizer.token_to_id("<mask>")]
        tokens, end = plain.likeliest(model, prompt, marks, WRITTEN, spelled), 2
    else:
        row, end = [0] + prompt, 0
        for _ in range(WRITTEN):
            row.append(model(torch.tensor([row])).logits[0, -1, :spelled].argmax().item())
        tokens = row[1 + len(prompt) :]
    tokens = tokens[: tokens.index(end)] if end in tokens else tokens
    return PROMPT + tokenizer.decode(tokens, skip_special_tokens=False)


def begun(name, model, tokenizer, text, sample):
    shards, directory = imported(name, model, tokenizer)
    nll = sum(theirs(name, model, tokenizer, tokenizer.encode(text, add_special_tokens=False).ids))
    ours = json.loads(millrace("score", "--checkpoint", directory, "--text", sample, "--json"))["nll"]
    if name == "bert":
        same = "writes none"
    else:
        options = ["--prompt", PROMPT, "--temperature", 0, "--tokens", WRITTEN]
        said = millrace("generate", "--checkpoint", directory, *options)
        same = "as theirs" if said == written(name, model, tokenizer) + "\n" else f"NOT AS THEIRS: {said!r}"
    print(f"| {name} | {shards} | {nll:.4f} | {ours:.4f} | {abs(nll - ours) / nll:.1e} | {same} |")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    onnxruntime.set_default_logger_severity(3)  # It warns of every default that an input has.
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    torch.manual_seed(7)
    plain.CONTEXT = CONTEXT
    text = (ROOT / "LICENSE").read_text("utf-8")[:CHARACTERS]
    sample = WORK / "text.txt"
    sample.write_text(text, "utf-8")
    made = [(name, plain.randomised(model, 7), tokenizer) for name, model, tokenizer in families(text)]
    directories = {name: save(name, model, tokenizer) for name, model, tokenizer in made}

    print("| family | onnx.checker | inputs | outputs | logits, max abs difference | nll, max abs difference |")
    print("|---|---|---|---|---|---|")
    for name, model, _ in made:
        exported(name, model, directories[name])

    print("\n| family | objective | tokens | nll of transformers, plain loop | nll of score | relative difference |")
    print("|---|---|---|---|---|---|")
    for name, model, tokenizer in made:
        ours = json.loads(millrace("score", "--checkpoint", directories[name], "--text", sample, "--json"))
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        with torch.no_grad():
            nll = theirs(name, model, tokenizer, ids)
        assert len(ids) == ours["tokens"], (len(ids), ours["tokens"])
        total = sum(nll)
        print(
            f"| {name} | {ours['objective']} | {len(ids):,} | {total:.4f} | {ours['nll']:.4f}"
            f" | {abs(total - ours['nll']) / total:.1e} |"
        )

    print("\n| family | shards | nll of transformers | nll of score, imported | relative difference | text, greedy |")
    print("|---|---|---|---|---|---|")
    with torch.no_grad():
        for name, model, tokenizer in made:
            begun(name, model, tokenizer, text, sample)
    print()
    checkpoint_probe.table(sorted(CHECKPOINTS.glob("*/*/")))
    if len(sys.argv) > 1:
        strided(pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else WIKI_CONTEXT // 2)


def strided(file, stride):
    text = file.read_bytes().decode("utf-8")
    tokenizer = byte_level(text, ["<|endoftext|>"])
    model = plain.randomised(gpt2(WIKI_CONTEXT), 8)
    directory = save("gpt2-strided", model, tokenizer)
    ours = json.loads(millrace("score", "--checkpoint", directory, "--text", file, "--stride", stride, "--json"))
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert len(ids) == ours["tokens"], (len(ids), ours["tokens"])
    mean = sum(rolling(model, ids, 0, WIKI_CONTEXT, stride)) / len(ids)
    print(f"\n{file.name}, {len(ids):,} tokens, GPT-2 of context {WIKI_CONTEXT}, stride {stride}:")
    print(f"token perplexity {math.exp(mean):.6f} by transformers, {ours['tokenPerplexity']:.6f} by score")


if __name__ == "__main__":
    main()
