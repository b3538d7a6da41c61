"""Makes the golden values of BART, with the environment of gpt2_golden.py.

Usage: python bart_golden.py MODEL_RESOURCES

    venv/bin/python trainer/model/src/test/python/bart_golden.py \
        trainer/model/src/test/resources/dev/millrace/model/bart-golden
"""

import sys

import torch
from transformers import BartConfig, BartForConditionalGeneration

import gpt2_golden

VOCABULARY, PADDING, SOURCE, TARGET = 61, 1, 13, 9


def main(directory):
    torch.manual_seed(20261122)
    config = BartConfig(
        vocab_size=VOCABULARY, d_model=24, encoder_layers=2, decoder_layers=1,
        encoder_attention_heads=4, decoder_attention_heads=3, encoder_ffn_dim=40,
        decoder_ffn_dim=32, max_position_embeddings=16, attention_dropout=0.1,
        activation_dropout=0.1, attn_implementation="eager",
    )
    model = BartForConditionalGeneration(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(3, VOCABULARY, (gpt2_golden.ROWS, SOURCE), generator=generator)
    mask = (torch.arange(SOURCE)[None] < torch.tensor([[13], [8]])).long()
    ids[mask == 0] = PADDING
    labels = torch.randint(3, VOCABULARY, (gpt2_golden.ROWS, TARGET), generator=generator)
    labels[1, 6:] = gpt2_golden.IGNORED
    exact = BartForConditionalGeneration(config).double().eval()
    exact.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    decoder_ids = exact.prepare_decoder_input_ids_from_labels(labels)
    with torch.no_grad():
        out = exact(ids, attention_mask=mask, decoder_input_ids=decoder_ids, labels=labels)
    golden = {
        "rows": gpt2_golden.ROWS,
        "inputs": {
            "input_ids": ids.flatten().tolist(),
            "attention_mask": mask.flatten().tolist(),
            "decoder_input_ids": decoder_ids.flatten().tolist(),
            "decoder_labels": labels.flatten().tolist(),
        },
        "nll": gpt2_golden.token_nll(out.logits, labels).flatten().tolist(),
        "lastLogits": out.logits[:, -1].flatten().tolist(),
        "loss": out.loss.item(),
    }
    gpt2_golden.save(model, directory, golden)


if __name__ == "__main__":
    main(sys.argv[1])
