"""datatrove's side of compare: one line a step with its name, seconds of processor time for one pass after a warm-up
on the first documents (which loads its tokenizers), and the reason for which it drops each document, empty where it
keeps it."""

import json
import sys
import time

from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.utils.hashing import HashConfig
from datatrove.utils.text import TextNormConfig

WARM_UP = 20

STEPS = {
    "gopher-quality": GopherQualityFilter(),
    "gopher-repetition": GopherRepetitionFilter(),
    "c4": C4QualityFilter(filter_no_terminal_punct=True),
    "fineweb": FineWebQualityFilter(),
}


def documents(lines):
    # Made anew for every step: C4 changes them.
    return [Document(text=line["text"], id=line["id"]) for line in lines]


def reason(verdict):
    if isinstance(verdict, tuple):
        return "" if verdict[0] else verdict[1]
    return "" if verdict else "dropped"


def timed(step, lines):
    for document in documents(lines[:WARM_UP]):
        step(document)
    fresh = documents(lines)
    start = time.process_time()
    results = [step(document) for document in fresh]
    return time.process_time() - start, results


with open(sys.argv[1], encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
for name, filter in STEPS.items():
    seconds, verdicts = timed(filter.filter, lines)
    print(json.dumps({"step": name, "seconds": seconds, "rules": [reason(v) for v in verdicts]}))

config = MinhashConfig(
    hash_config=HashConfig(precision=64), n_grams=5, num_buckets=14, hashes_per_bucket=8, norm_config=TextNormConfig()
)
minhash = MinhashDedupSignature(output_folder="/dev/null", config=config)
seconds, _ = timed(lambda document: minhash.get_signature(minhash.get_shingles(document.text)), lines)
print(json.dumps({"step": "minhash", "seconds": seconds, "rules": []}))
