"""The table of compare. Argument: the directory with documents.jsonl, theirs.jsonl and ours.jsonl."""

import json
import pathlib
import sys

from rules import rule


def read(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


work = pathlib.Path(sys.argv[1])
texts = [document["text"] for document in read(work / "documents.jsonl")]
megabytes = sum(len(text.encode()) for text in texts) / 1e6
theirs = {line["step"]: line for line in read(work / "theirs.jsonl")}
ours = {line["step"]: line for line in read(work / "ours.jsonl")}

print(f"{len(texts)} documents, {megabytes:.1f} MB, one core, seconds of processor time, starting up not counted\n")
print("| step | datatrove, documents/s | ours, documents/s | ours, MB/s | ratio | dropped by both / one | same verdict | same first rule |")
print("|---|---|---|---|---|---|---|---|")
for step, their in theirs.items():
    our = ours[step]
    speed = f"| {step} | {len(texts) / their['seconds']:,.0f} | {len(texts) / our['seconds']:,.0f} "
    speed += f"| {megabytes / our['seconds']:.1f} | {their['seconds'] / our['seconds']:.0f} "
    if not their["rules"]:
        print(speed + "| | | |")
        continue
    pairs = [(rule(step, a), b.rpartition(".")[2]) for a, b in zip(their["rules"], our["rules"], strict=True)]
    both = sum(bool(a) and bool(b) for a, b in pairs)
    one = sum(bool(a) != bool(b) for a, b in pairs)
    first = sum(a == b for a, b in pairs)
    print(speed + f"| {both} / {one} | {1 - one / len(pairs):.2%} | {first / len(pairs):.2%} |")
