"""Writes c4.jsonl and fineweb.jsonl beside this file: what datatrove's own filters say of documents at the
boundary of each rule and one step to either side; and sentences.jsonl: how many sentences it finds in a line;
and punctuation.txt: the characters that make no word. GoldenTest expects the same of ours.

    python -m venv venv && venv/bin/pip install datatrove==0.10.1 spacy==3.8.18 regex && venv/bin/python golden.py
"""

import json
import pathlib

from datatrove.data import Document
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter
from datatrove.utils.text import PUNCTUATION_SET, split_into_sentences

RULES = {
    "lorem_ipsum": "c4.lorem-ipsum",
    "curly_bracket": "c4.curly-bracket",
    "too_few_sentences": "c4.sentences-min",
    "empty": "fineweb.line-punctuation-min",  # No lines: none ends in punctuation.
    "line_punct_ratio": "fineweb.line-punctuation-min",
    "short_line_ratio": "fineweb.short-lines-max",
    "char_dup_ratio": "fineweb.duplicate-line-characters-max",
    "list_ratio": "fineweb.list-ratio-max",
}

S = "The race leads the water to the wheel."
FIVE = "\n".join([S] * 5)
FOUR = "\n".join([S] * 4)


LINES = (
    "Mr. Mill sat. Mrs. Mill sat. Dr. Mill sat. They sat.",
    "He left the U.S. in May. She left the U.K. too. They left the EU. All of them.",
    "It cost 3.5 pounds. It cost 4. It cost 5.0. It was dear.",
    "See example.com for more. See http://example.com/a.B?c=d. See www.mill.org. All done.",
    "He said: \"Go.\" She went. (It rained.) They stayed. [It snowed.]",
    "What?! Really?? Yes!!! No... So be it.",
    "One.Two.Three.Four.Five and so on.",
    "e.g. a mill, i.e. a wheel, at 5 p.m. on Jan. 3. That is all. No. Not yet.",
    "This is plan A. This is plan B. This is plan C. This is IV. This is it.",
    "It is warm, 30°C. It is cold, 5°F. So it is, 50%. So it is, 1+. All right.",
    "Great.\U0001f600 Well done.\U0001f600 So long. Good bye. And so on.",
    "Wait…what. Wait... what. Wait.. what. Wait . what. Wait",
    "It ends. ' It ends. \" It ends. ) It ends. - It ends.",
    "It ends. $5. It ends. `so`. It ends. ~",
    "End.  Two spaces.\u00a0No break. \u00a0Both.\tTab. ?",
    "A mill? A mill! A mill? A mill! A mill.",
    "Vol. 3, No. 4, pp. 5-6, fig. 7, etc. and so on.",
    "J. R. R. Tolkien wrote it. G.K. Chesterton read it. Inc., Ltd., Co. and Corp. sold it. (Mr. X)",
    "我们走。你们走？他们走！ The end. So it is.",
    "Всё. Да. Нет. Он ушёл. Она осталась.",
    "it's Bob's. it was Ann's.\" so 'twas Jo's.' and so on. yes",
    "a. b. c. d. e. f. g. A. B. C. D. E. AA. BB. CC. DD. EE.",
    "",
    "   ",
    "No mark",
    "Write to Todd.Miller@mill.org. Or todd.Miller@mill.Org. <Todd.Miller@mill.org> (a.B@c.d) so a.B@c. so @a.B. so",
    "It has an id. So thats. So Wed. so -id. so (whos. so) so im. so \"hes.\" so hesitates. So Youd. so YOUD. so",
    "End.  ",
    "End. ",
    "Lakes-St. Lawrence is. Mr.Smith is. a.B is c/o. them. Oct.-Nov. so. Oct./Nov. so; Oct.,Nov. so. Vol.3-St. so",
    "It cost 560m. So it was 12g. So 3t. So 5b. So 7km. So in the 1980\u00a6s. So 3St. So \u2026St. so",
    "No artigo 224\u00ba. Mais do que isso. 3\u00aa. So",
    "?",
    "? !",
    "http://example.com/a.B is it. example.com/a.B is it. mill.Race is it. Mill.Race is it",
    "(Mr. Mill) \"Mrs. Mill\" Mr., Mr.; Mr.'s [Jr.] -Jr. Jr.- and so on",
    "1a.m. 12p.m. 13a.m. 5 a.m. A.M. so it is",
    "#. so. *. so. %. so. _. so. @. so. /. so. |. so. ~. so. ^. so. =. so",
    "....! so. ?.. so. !.? so. .! so. !. so. ?!. so. .\". so. \u2026. so. \u2026! so",
    ".NET is it. .com is it. ...so it is. ?why. !no.",
    "tail.-head. tail.)head. tail.\"Head. tail.'Head.",
)


def beside_a_point():
    """Every character of ASCII and Latin-1 that is no letter, and some others, at each side of a point."""
    latin = [chr(c) for c in range(33, 256) if not chr(c).isalnum() and not chr(c).isspace()]
    for c in [*latin, *"ªº²³¼5aAéÉß", *"…“”‘’„‚–—―‹›†•€₽™※、。！？～·א我가あ\u0301\U0001f600\U00010428"]:
        yield f"So a{c}. so. So A{c}. so. So {c}. so"
        yield f"So a.{c} so. So .{c} so. So A.{c} so"
        yield f"So a{c}.So {c}.So so"
        yield f"So a.{c}So .{c}So so"
        yield f"So it?{c} so. So it{c}! so. So {c}?{c} so"


def c4():
    yield "nothing", ""
    yield "white space", " \n\t\n"
    for n in (4, 5, 6):
        yield f"{n} sentences on {n} lines", "\n".join([S] * n)
        yield f"{n} sentences on one line", " ".join([S] * n)
    for end in (".", "?", "!", '"', "'", "...", "….", ":", ";", ")", "”", ". ", ".\u00a0", ".”", "。", "！", ".[1]", ". [1]", ".[edit]"):
        yield f"fifth line ends in {end!r}", FOUR + "\n" + S[:-1] + end
    for line in ("Go.", "Go on.", "Go on now.", "Go on [1].", "[1] on now.", "a b ."):
        yield f"fifth line {line!r}", FOUR + "\n" + line
    for n in (999, 1000, 1001):
        yield f"word of {n} letters", FOUR + "\nSee the " + "a" * n + " there."
        yield f"word of {n} emoji", FOUR + "\nSee the " + "\U0001f600" * n + " there."
    for phrase in (
        "JavaScript", "java script", "javascript", "terms of use", "Terms Of Use", "terms of us", "privacy policy",
        "cookie policy", "cookies policy", "uses cookies", "use of cookies", "use cookies", "COOKIE POLICY", "uses  cookies",
        "coo\u212aie policy", "use \u017fookies",
    ):
        yield f"fifth line has {phrase!r}", FOUR + f"\nHere is the {phrase} of this page."
        yield f"sixth line has {phrase!r}", FIVE + f"\nHere is the {phrase} of this page."
    for phrase in ("lorem ipsum", "Lorem Ipsum", "lorem  ipsum", "lorem-ipsum", "LOREM IPSUMS"):
        yield f"has {phrase!r}", FIVE + f"\nHere is {phrase} for you."
    yield "lorem ipsum without its mark", FIVE + "\nHere is lorem ipsum for you"
    yield "lorem ipsum in two words", FIVE + "\nLorem ipsum."
    yield "lorem ipsum beside javascript", FIVE + "\nHere is lorem ipsum in javascript."
    yield "lorem ipsum over a line's end", FIVE + "\nHere is the lorem\nipsum for all of you."
    yield "curly bracket", FIVE + "\nHere is a { for you."
    yield "closing curly bracket", FIVE + "\nHere is a } for you."
    yield "curly bracket without its mark", FIVE + "\nfunction f() {"
    yield "curly bracket beside javascript", FIVE + "\nHere is javascript { for you."
    yield "curly bracket beside a policy", FIVE + "\nHere is a privacy policy { for you."
    yield "curly bracket, then lorem ipsum", FIVE + "\nHere is a { for you.\nHere is lorem ipsum for you."
    yield "lorem ipsum, then curly bracket", FIVE + "\nHere is lorem ipsum for you.\nHere is a { for you."
    yield "both on a line", FIVE + "\nHere is a { and lorem ipsum for you."
    yield "both, too few sentences", "Here is a { and lorem ipsum for you."
    yield "bracket in a citation's place", FIVE + "\nHere is [{] for you."
    for citation in ("[1]", "[]", "[12345]", "[edit]", "[citation needed]", "[Edit]", "[1", "[[1]]", "[a]", "[\u0661]", "[1] [2]", "[1][2]"):
        yield f"citation {citation}", FIVE + f"\nThe mill{citation} stands here."
    for name, feed in (("CR LF", "\r\n"), ("CR", "\r"), ("VT", "\v"), ("FF", "\f"), ("FS", "\x1c"), ("US", "\x1f"), ("NEL", "\x85"), ("LS", "\u2028"), ("PS", "\u2029")):
        yield f"lines end in {name}", feed.join([S] * 4 + ["Here is more", S])
    yield "lines with white space around", "\n".join(["  " + S + " \t"] * 5) + "\n\n"
    yield "space left at the ends", "[1] The mill stands here.\n" + FIVE


def fineweb():
    yield "nothing", ""
    yield "white space", " \n\t\n"
    long = "the water of the race turns the wheel number {}"
    lines = [long.format(f"{i:02}") for i in range(100)]

    def ending(n, end=".", total=100):
        return "\n".join(line + (end if i < n else "") for i, line in enumerate(lines[:total]))

    for n in (11, 12, 13):
        yield f"{n} of 100 lines end in a point", ending(n)
    for n in (2, 3, 4):
        yield f"{n} of 25 lines end in a point", ending(n, total=25)
    for end in ("!", "?", "\"", "'", "…", "...", ":", ".)", ".”", "。", "？", "।", "։", "؟", "۔", "។", ". ", ".\r", "\u2e2e", "\U00011047", "\U0001da88", "\U0001f600"):
        yield f"all lines end in {end!r}", ending(10, end, total=10)
    yield "blank lines are no lines", ending(12, total=100).replace("\n", "\n \t\n")

    def short(n, length=30, total=100):
        texts = [("s" * (length - 4) + f"{i:03}.") if i < n else lines[i % 100] + f" {i}." for i in range(total)]
        return "\n".join(texts)

    for n in (66, 67, 68):
        yield f"{n} of 100 lines have 30 characters", short(n)
    yield "all lines have 31 characters", short(100, 31)
    yield "all lines have 30 characters", short(100, 30)
    yield "all lines have 30 emoji", "\n".join("\U0001f600" * 26 + f"{i:03}." for i in range(100))
    yield "all lines have 31 characters, one of them a space", "\n".join("s " * 13 + f" {i:03}." for i in range(100))

    def duplicate(length, total):
        """A line of that length twice among `total` characters without feeds."""
        line = ("word " * length)[: length - 1] + "."
        rest = total - 2 * length
        each = ["other " * 20 + f"{i:04}." for i in range(rest // 125)]
        last = rest - sum(map(len, each))
        return "\n".join([line, *each, ("more " * 60)[: last - 1] + ".", line])

    for total in (9_999, 10_000, 10_001):
        yield f"100 duplicate characters of {total}", duplicate(100, total)
    for length in (99, 100, 101):
        yield f"{length} duplicate characters of 10000", duplicate(length, 10_000)
    yield "a line that differs by a space", duplicate(100, 2_000) + " "
    yield "three equal lines", duplicate(33, 10_000).replace("\n", "\n\n") + "\n" + ("word " * 33)[:32] + "."

    def listed(words, feeds):
        """Only words that every tokenizer takes for one, and long ones: no line is short."""
        parts = [[] for _ in range(feeds + 1)]
        for i in range(words):
            parts[i % (feeds + 1)].append(f"watermillstones{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}")
        return "\n".join(" ".join(part) for part in parts)

    def marked(words, feeds):
        """As listed, every line with a mark, which is a word: words + feeds + 1 of them."""
        return listed(words, feeds).replace("\n", " .\n") + " ."

    for words, feeds in ((200, 84), (199, 85), (200, 85), (201, 85), (198, 85), (197, 85), (199, 86)):
        yield f"{feeds} feeds among {words} words and marks", marked(words, feeds)
    for feeds in (29, 30, 31):
        text = marked(69, 30)
        yield f"{feeds} feeds among 100 words", text if feeds == 30 else (text + "\n" if feeds == 31 else text.replace(" .\n", " . ", 1))
    yield "feeds of blank lines count", marked(200, 40).replace("\n", "\n\n\n")
    yield "first rule of several", "a\nb\na\nb"
    yield "short before duplicate", "a.\nb.\na.\nb."
    yield "duplicate before list", ("the water of the race turns the wheel.\n" * 2) + "\n" * 30


def write(name, documents, judge):
    with open(pathlib.Path(__file__).with_name(name), "w", encoding="utf-8") as out:
        for title, text in documents:
            document = Document(text=text, id=title)
            verdict = judge.filter(document)
            rule = None if verdict is True else RULES[verdict[1]]
            case = {"title": title, "text": text, "rule": rule, "kept": None if rule else document.text}
            out.write(json.dumps(case) + "\n")


if __name__ == "__main__":
    write("c4.jsonl", c4(), C4QualityFilter())
    write("fineweb.jsonl", fineweb(), FineWebQualityFilter())
    with open(pathlib.Path(__file__).with_name("sentences.jsonl"), "w", encoding="utf-8") as out:
        for line in [*LINES, *beside_a_point()]:
            out.write(json.dumps({"line": line, "sentences": len(split_into_sentences(line))}) + "\n")
    pathlib.Path(__file__).with_name("punctuation.txt").write_text("".join(f"{ord(c):x}\n" for c in sorted(PUNCTUATION_SET)))
