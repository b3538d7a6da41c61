"""The table of agreement. Arguments: millrace, and a file with documents."""

import json
import pathlib
import subprocess
import sys
import tempfile

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)

from rules import rule

FAMILIES = {
    "gopher-quality": GopherQualityFilter(),
    "gopher-repetition": GopherRepetitionFilter(),
    "c4": C4QualityFilter(),
    "fineweb": FineWebQualityFilter(),
}

millrace, file = sys.argv[1:]
lines = [json.loads(line) for line in pathlib.Path(file).read_text("utf-8").split("\n") if line]


def theirs(family, line):
    """The name of the rule that drops it, empty if none does, and the text that is left."""
    document = Document(text=line["text"], id=line["id"])
    try:
        verdict = FAMILIES[family].filter(document)
    except ZeroDivisionError:
        return "divides by zero", ""
    return (rule(family, "" if verdict is True else verdict[1]), document.text)


def ours(family):
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder, "run.yaml")
        run.write_text(f"refinery: {{stages: [{family}]}}\n")
        command = [millrace, "explain", "--run", run, file]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    for line in map(json.loads, filter(None, out.split("\n"))):
        yield (line["rule"] or "").rpartition(".")[2], line["text"]


print("| family | documents | dropped by both | by datatrove alone | by us alone | by another rule | another text |")
print("|---|---|---|---|---|---|---|")
for family in FAMILIES:
    both = alone = we_alone = other_rule = other_text = 0
    for line, (a, text_a), (b, text_b) in zip(lines, (theirs(family, line) for line in lines), ours(family), strict=True):
        both += bool(a and b)
        alone += bool(a and not b)
        we_alone += bool(b and not a)
        other_rule += bool(a and b and a != b)
        other_text += bool(not a and not b and text_a != text_b)
        if a != b or (not a and text_a != text_b):
            print(f"{family} of {line['id']}: datatrove {a or 'keeps it'}, we {b or 'keep it'}", file=sys.stderr)
    print(f"| {family} | {len(lines)} | {both} | {alone} | {we_alone} | {other_rule} | {other_text} |")
