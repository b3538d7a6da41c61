"""Makes the golden values of Llama, with the environment of gpt2_golden.py.

Usage: python llama_golden.py MODEL_RESOURCES

    venv/bin/python trainer/model/src/test/python/llama_golden.py \
        trainer/model/src/test/resources/dev/millrace/model/llama-golden

The directory gets a tiny random model, without tied output and with a head width of its own, and
golden.json: what these weights say in float64 with each kind of rope_parameters, and with the
embedding as output. Transformers turns rotary angles in float32 even then.
"""

import copy
import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM

import gpt2_golden

VOCABULARY, LENGTH = 61, 40
ROPES = {
    "default": {"rope_type": "default", "rope_theta": 100.0},
    "linear": {"rope_type": "linear", "rope_theta": 100.0, "factor": 4.0},
    "llama3": {
        "rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 32,
    },
    "yarn": {
        "rope_type": "yarn", "rope_theta": 100.0, "factor": 4.0, "beta_fast": 4.0,
        "original_max_position_embeddings": 64,
    },
    "yarnWithScales": {
        "rope_type": "yarn", "rope_theta": 100.0, "factor": 4.0, "mscale": 0.7,
        "mscale_all_dim": 0.3, "truncate": False, "original_max_position_embeddings": 128,
    },
}


def config(rope, tied=False):
    return LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=24, intermediate_size=40, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=8, max_position_embeddings=256,
        rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, tie_word_embeddings=tied,
        rope_parameters=copy.deepcopy(ROPES[rope]), attn_implementation="eager",
    )


def exact(model, rope, tied=False):
    other = LlamaForCausalLM(config(rope, tied)).double().eval()
    weights = {k: v.double() for k, v in model.state_dict().items()}
    if tied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    other.load_state_dict(weights)
    return other


def main(directory):
    torch.manual_seed(20261122)
    model = LlamaForCausalLM(config("llama3")).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, VOCABULARY, (gpt2_golden.ROWS, LENGTH), generator=generator)
    labels = torch.randint(0, VOCABULARY, ids.shape, generator=generator)
    labels[torch.rand(ids.shape, generator=generator) < 0.2] = gpt2_golden.IGNORED
    golden = {
        "rows": gpt2_golden.ROWS,
        "inputIds": ids.flatten().tolist(),
        "labels": labels.flatten().tolist(),
    }
    with torch.no_grad():
        logits = exact(model, "llama3").eval()(ids).logits
        golden["lastLogits"] = logits[:, -1].flatten().tolist()
        golden["ropes"] = []
        for name, parameters in ROPES.items():
            nll = gpt2_golden.token_nll(exact(model, name)(ids).logits, labels)
            golden["ropes"].append(
                {"name": name, "ropeParameters": parameters, "nll": nll.flatten().tolist()})
        tied = exact(model, "llama3", tied=True)(ids).logits
        golden["nllTied"] = gpt2_golden.token_nll(tied, labels).flatten().tolist()
    gpt2_golden.save(model, directory, golden)


if __name__ == "__main__":
    main(sys.argv[1])
