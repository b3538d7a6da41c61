"""Makes tiny random BERT and BART directories with transformers, and what they make of a text by the definitions of
MaskedReading and DenoisingReading, in float64 and by plain loops: one forward pass a row, one row a pass.

Usage: python objectives_golden.py EVALUATOR_RESOURCES

    python -m venv venv && venv/bin/pip install torch==2.7.1 transformers==5.23.0
    venv/bin/python evaluator/src/test/python/objectives_golden.py evaluator/src/test/resources/dev/millrace/evaluator

Each directory gets config.json, model.safetensors, tokenizer.json, text.txt and golden.json: the nll of each token of
text.txt for windows as long as the context allows and for a stride of 5 tokens, and what the model writes after a
prompt when it takes the likeliest token each time.
"""

import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import BartConfig, BartForConditionalGeneration, BertConfig, BertForPreTraining

CONTEXT, STRIDE, SPAN = 16, 5, 3
TEXT = "The water turned the wheel, and the wheel turned a stone. It went round and round in the mill all day.\n"
LEARNT = ["the water turned the wheel and the wheel turned the stone round and round all day"] * 20
PROMPT = "the water "


def randomised(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Positions more than others, so that what is written is not one token again and again.
            parameter.add_(torch.randn_like(parameter) * (1.5 if "position" in name else 0.25))
    return model.eval()


def exact(model):
    twin = type(model)(model.config).double().eval()
    twin.load_state_dict({name: value.double() for name, value in model.state_dict().items()})
    return twin


def blocks(tokens, size, stride):
    """Windows of so many tokens and the stretches that are scored in them: (first, past the last, window's first)."""
    for first in range(0, tokens, stride):
        left = max(0, min(first - (size - stride) // 2, tokens - size))
        yield first, min(first + stride, tokens), left


def log_probability(logits, token):
    return torch.log_softmax(logits, -1)[token].item()


def masked(model, ids, marks, stride):
    begin, end, mask = marks
    size = CONTEXT - 2
    nll = []
    for first, last, left in blocks(len(ids), size, stride):
        window = ids[left : left + size]
        for place in range(first, last):
            row = [begin] + window + [end]
            row[1 + place - left] = mask
            logits = model(torch.tensor([row])).prediction_logits[0, 1 + place - left]
            nll.append(-log_probability(logits, ids[place]))
    return nll


def denoising(model, ids, marks, stride):
    start, begin, end, mask = marks
    size = CONTEXT - 2
    nll = [None] * len(ids)
    for first, last, left in blocks(len(ids), size, stride):
        right = min(left + size, len(ids))
        for hidden in range(3):
            source = [begin]
            for place in range(left, right):
                if place // SPAN % 3 != hidden:
                    source.append(ids[place])
                elif place == left or place % SPAN == 0:
                    source.append(mask)
            source.append(end)
            written = [start, begin] + ids[left:right]
            logits = model(torch.tensor([source]), decoder_input_ids=torch.tensor([written[:-1]])).logits[0]
            for place in range(first, last):
                if place // SPAN % 3 == hidden:
                    nll[place] = -log_probability(logits[1 + place - left], ids[place])
    return nll


def likeliest(model, prompt, marks, count, spelled):
    """After a prompt that the encoder sees with a mask behind it."""
    start, begin, end, mask = marks
    source = torch.tensor([[begin] + prompt + [mask, end]])
    written = [start, begin] + prompt
    for _ in range(count):
        logits = model(source, decoder_input_ids=torch.tensor([written])).logits[0, -1, :spelled]
        written.append(logits.argmax().item())
    return written[2 + len(prompt) :]


def save(root, name, model, tokenizer, golden):
    directory = root / name
    model.save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    (directory / "model.safetensors").chmod(0o644)
    tokenizer.save(str(directory / "tokenizer.json"))
    (directory / "text.txt").write_text(TEXT, "utf-8")
    (directory / "golden.json").write_text(json.dumps(golden) + "\n", "utf-8")


def bert(root):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(
        LEARNT + [TEXT], trainers.WordPieceTrainer(vocab_size=90, special_tokens=special, show_progress=False)
    )
    config = BertConfig(
        vocab_size=96, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=40,
        max_position_embeddings=CONTEXT, attn_implementation="eager",
    )
    model = randomised(BertForPreTraining(config), 1)
    ids = tokenizer.encode(TEXT, add_special_tokens=False).ids
    marks = [tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[MASK]")]
    with torch.no_grad():
        golden = {
            "ids": ids,
            "nll": masked(exact(model), ids, marks, CONTEXT - 2),
            "nllOfStride": masked(exact(model), ids, marks, STRIDE),
        }
    save(root, "bert-golden", model, tokenizer, golden)


def bart(root):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        LEARNT,
        trainers.BpeTrainer(
            vocab_size=290, special_tokens=special, initial_alphabet=alphabet, show_progress=False
        ),
    )
    config = BartConfig(
        vocab_size=300, d_model=24, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=3, encoder_ffn_dim=40, decoder_ffn_dim=32, max_position_embeddings=CONTEXT,
        dropout=0.1, attention_dropout=0.1, activation_dropout=0.1, attn_implementation="eager",
    )
    model = randomised(BartForConditionalGeneration(config), 2)
    ids = tokenizer.encode(TEXT, add_special_tokens=False).ids
    prompt = tokenizer.encode(PROMPT, add_special_tokens=False).ids
    marks = [2, 0, 2, tokenizer.token_to_id("<mask>")]
    with torch.no_grad():
        written = likeliest(exact(model), prompt, marks, 8, tokenizer.get_vocab_size())
        golden = {
            "ids": ids,
            "nll": denoising(exact(model), ids, marks, CONTEXT - 2),
            "nllOfStride": denoising(exact(model), ids, marks, STRIDE),
            "prompt": PROMPT,
            "written": written,
        }
    save(root, "bart-golden", model, tokenizer, golden)


if __name__ == "__main__":
    bert(pathlib.Path(sys.argv[1]))
    bart(pathlib.Path(sys.argv[1]))
