"""Makes the golden values of BERT, with the environment of gpt2_golden.py.

Usage: python bert_golden.py MODEL_RESOURCES

    venv/bin/python trainer/model/src/test/python/bert_golden.py \
        trainer/model/src/test/resources/dev/millrace/model/bert-golden
"""

import sys

import torch
from transformers import BertConfig, BertForPreTraining

import gpt2_golden

VOCABULARY, PADDING = 61, 3


def main(directory):
    torch.manual_seed(20261122)
    config = BertConfig(
        vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=40, max_position_embeddings=16, pad_token_id=PADDING,
        attn_implementation="eager",
    )
    model = BertForPreTraining(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    generator = torch.Generator().manual_seed(1)
    ids, labels = gpt2_golden.batch(generator, VOCABULARY)
    types = (torch.arange(gpt2_golden.LENGTH)[None] > torch.tensor([[5], [3]])).long()
    mask = (torch.arange(gpt2_golden.LENGTH)[None] < torch.tensor([[12], [8]])).long()
    ids[mask == 0] = PADDING
    labels[mask == 0] = gpt2_golden.IGNORED
    next_sentence = torch.tensor([0, 1])
    exact = BertForPreTraining(config).double().eval()
    exact.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    with torch.no_grad():
        out = exact(ids, attention_mask=mask, token_type_ids=types, labels=labels,
                    next_sentence_label=next_sentence)
    golden = {
        "rows": gpt2_golden.ROWS,
        "inputs": {
            "input_ids": ids.flatten().tolist(),
            "attention_mask": mask.flatten().tolist(),
            "token_type_ids": types.flatten().tolist(),
            "labels": labels.flatten().tolist(),
            "next_sentence_label": next_sentence.tolist(),
        },
        "mlmNll": gpt2_golden.token_nll(out.prediction_logits, labels).flatten().tolist(),
        "nspNll": torch.nn.functional.cross_entropy(
            out.seq_relationship_logits, next_sentence, reduction="none").tolist(),
        "nspLogits": out.seq_relationship_logits.flatten().tolist(),
        "firstMlmLogits": out.prediction_logits[:, 0].flatten().tolist(),
        "loss": out.loss.item(),
    }
    gpt2_golden.save(model, directory, golden)


if __name__ == "__main__":
    main(sys.argv[1])
