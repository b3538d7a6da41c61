"""Opens checkpoints with transformers and holds their probes against what it computes. Arguments: their directories.

Prints a table: tensors that are missing or have no place, and the largest absolute difference of a token's nll in nats.
"""

import json
import pathlib
import sys

import torch
import transformers


def row(directory):
    config = json.loads((directory / "config.json").read_text())
    architecture = getattr(transformers, config["architectures"][0])
    model, report = architecture.from_pretrained(directory, output_loading_info=True)
    model.eval()
    given = json.loads((directory / "probe.json").read_text())
    further = {
        name: torch.tensor(rows)
        for name, rows in given.get("further", {}).items()
        if name in ("attention_mask", "token_type_ids", "decoder_input_ids")
    }
    with torch.no_grad():
        outputs = model(input_ids=torch.tensor(given["inputs"]), **further)
    logits = outputs.prediction_logits if "prediction_logits" in outputs else outputs.logits
    nll = torch.nn.functional.cross_entropy(
        logits.transpose(1, 2), torch.tensor(given["labels"]), ignore_index=-100, reduction="none"
    )
    difference = (nll - torch.tensor(given["nll"])).abs().max().item()
    missing, surplus = (", ".join(sorted(report[keys])) or "none" for keys in ("missing_keys", "unexpected_keys"))
    return f"| {'/'.join(directory.parts[-2:])} | `{architecture.__name__}` | {missing} | {surplus} | {difference:.1e} |"


def table(directories):
    transformers.utils.logging.disable_progress_bar()
    print("| checkpoint | opened with | tensors missing | surplus | nll, max abs difference |")
    print("|---|---|---|---|---|")
    for directory in directories:
        print(row(directory))


if __name__ == "__main__":
    table(map(pathlib.Path, sys.argv[1:]))
