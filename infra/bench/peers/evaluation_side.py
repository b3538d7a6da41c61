"""transformers' side of evaluation: the models and the shape of EvaluatorSpeed, whose table comes on standard input.
Arguments: threads (2), rounds (5)."""

import statistics
import sys
import time

import torch
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

VOCABULARY, CONTEXT, WIDTH, HEADS, LAYERS, ROWS, WARM_UP = 8192, 512, 384, 6, 6, 4, 2

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
torch.set_num_threads(threads)
torch.manual_seed(1)


def models():
    sdpa = {"vocab_size": VOCABULARY, "attn_implementation": "sdpa"}
    yield "gpt2", GPT2LMHeadModel(
        GPT2Config(
            n_positions=CONTEXT, n_embd=WIDTH, n_head=HEADS, n_layer=LAYERS, bos_token_id=0, eos_token_id=0, **sdpa
        )
    )
    yield "llama", LlamaForCausalLM(
        LlamaConfig(
            max_position_embeddings=CONTEXT, hidden_size=WIDTH, intermediate_size=1024, num_attention_heads=HEADS,
            num_key_value_heads=2, num_hidden_layers=LAYERS, tie_word_embeddings=True, **sdpa,
        )
    )
    yield "bert", BertForPreTraining(
        BertConfig(
            max_position_embeddings=CONTEXT, hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_attention_heads=HEADS,
            num_hidden_layers=LAYERS, **sdpa,
        )
    )
    yield "bart", BartForConditionalGeneration(
        BartConfig(
            max_position_embeddings=CONTEXT, d_model=WIDTH, encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH,
            encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_layers=LAYERS // 2,
            decoder_layers=LAYERS // 2, **sdpa,
        )
    )


def tokens():
    return torch.randint(0, VOCABULARY, (ROWS, CONTEXT))


def seconds(name, model):
    ids, labels = tokens(), tokens()
    inputs = {"input_ids": ids}
    if name in ("bert", "bart"):
        inputs["attention_mask"] = torch.ones_like(ids)
    if name == "bart":
        inputs["decoder_input_ids"] = tokens()
    if name != "bert":
        inputs["use_cache"] = False
    start = time.perf_counter()
    with torch.inference_mode():
        output = model(**inputs)
        logits = output.prediction_logits if name == "bert" else output.logits
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    return time.perf_counter() - start


def main():
    ours = {}
    for line in sys.stdin:
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[1][:1].isdigit():
            ours[cells[0]] = int(cells[1].replace(",", "")), float(cells[2].split()[0].replace(",", ""))
    print(f"| family | transformers, torch {torch.__version__} | evaluator / transformers |\n|---|---|---|")
    for name, model in models():
        model = model.eval()
        parameters, rate = ours[name]
        own = sum(parameter.numel() for parameter in model.parameters())
        assert own == parameters, f"{name}: {own} parameters here and {parameters} there"
        took = sorted([seconds(name, model) for _ in range(WARM_UP + rounds)][WARM_UP:])
        median, slowest, fastest = (ROWS * CONTEXT / s for s in (statistics.median(took), took[-1], took[0]))
        print(f"| {name} | {median:,.0f} ({slowest:,.0f} - {fastest:,.0f}) | {rate / median:.2f} |", flush=True)


main()
