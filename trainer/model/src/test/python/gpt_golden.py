"""Makes the golden values of the first GPT, with the environment of gpt2_golden.py.

Usage: python gpt_golden.py MODEL_RESOURCES

    venv/bin/python trainer/model/src/test/python/gpt_golden.py \
        trainer/model/src/test/resources/dev/millrace/model/gpt-golden
"""

import sys

import torch
from transformers import OpenAIGPTConfig, OpenAIGPTLMHeadModel

import gpt2_golden

VOCABULARY = 97


def main(directory):
    torch.manual_seed(20261122)
    config = OpenAIGPTConfig(
        vocab_size=VOCABULARY, n_positions=16, n_embd=32, n_head=4, n_layer=2,
        bos_token_id=0, eos_token_id=0,
    )
    model = OpenAIGPTLMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    ids, labels = gpt2_golden.batch(torch.Generator().manual_seed(1), VOCABULARY)
    segments = torch.tensor([[0] * 5 + [1] * 7, [3] * 2 + [4] * 9 + [5]])
    exact = OpenAIGPTLMHeadModel(config).double().eval()
    exact.load_state_dict({k: v.double() for k, v in model.state_dict().items()})
    with torch.no_grad():
        logits = exact(ids).logits
        golden = {
            "rows": gpt2_golden.ROWS,
            "inputIds": ids.flatten().tolist(),
            "labels": labels.flatten().tolist(),
            "segments": segments.flatten().tolist(),
            "nll": gpt2_golden.token_nll(logits, labels).flatten().tolist(),
            "lastLogits": logits[:, -1].flatten().tolist(),
        }
        # It has no masks of its own; a document alone has its place in the row's positions.
        masked = torch.zeros_like(logits)
        for row in range(ids.shape[0]):
            for segment in segments[row].unique():
                places = (segments[row] == segment).nonzero().flatten()
                alone = exact(ids[row : row + 1, places], position_ids=places[None]).logits
                masked[row, places] = alone[0]
        golden["nllWithDocumentMasks"] = (
            gpt2_golden.token_nll(masked, labels).flatten().tolist())
    gpt2_golden.save(model, directory, golden)


if __name__ == "__main__":
    main(sys.argv[1])
