"""Scores the probe of a saved BERT with transformers, all of its heads.

The frozen checkpoints of the first version come from before probes had the nll of further heads.

Usage: python checkpoint_heads_golden.py CHECKPOINT FILE, in the environment of
trainer/model/src/test/python/gpt2_golden.py

    CHECKPOINTS=trainer/service/src/test/resources/dev/millrace/trainer/checkpoints
    venv/bin/python trainer/service/src/test/python/checkpoint_heads_golden.py \
        $CHECKPOINTS/0.1.0/bert $CHECKPOINTS/0.1.0-bert.json
"""

import json
import pathlib
import sys

import torch
from torch.nn.functional import cross_entropy
from transformers import BertForPreTraining

IGNORED = -100


def main(checkpoint, file):
    probe = json.loads((pathlib.Path(checkpoint) / "probe.json").read_text())
    model = BertForPreTraining.from_pretrained(checkpoint, attn_implementation="eager")
    model = model.double().eval()
    labels = torch.tensor(probe["labels"])
    next_sentence = torch.tensor(probe["further"]["next_sentence_label"])
    with torch.no_grad():
        out = model(
            torch.tensor(probe["inputs"]),
            attention_mask=torch.tensor(probe["further"]["attention_mask"]),
            token_type_ids=torch.tensor(probe["further"]["token_type_ids"]),
        )
    probe["nll"] = cross_entropy(
        out.prediction_logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none"
    ).tolist()
    nsp = cross_entropy(out.seq_relationship_logits, next_sentence.flatten(), reduction="none")
    probe["headNll"] = {"nsp": nsp[:, None].tolist()}
    pathlib.Path(file).write_text(json.dumps(probe, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
