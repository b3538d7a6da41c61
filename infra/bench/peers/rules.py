"""datatrove's reasons by the names of our rules."""

import re

NAMES = {
    "gopher_short_doc": "words-min",
    "gopher_long_doc": "words-max",
    "gopher_below_avg_threshold": "mean-word-length-min",
    "gopher_above_avg_threshold": "mean-word-length-max",
    "gopher_too_many_hashes": "hash-ratio-max",
    "gopher_too_many_ellipsis": "ellipsis-ratio-max",
    "gopher_too_many_bullets": "bullet-lines-max",
    "gopher_too_many_end_ellipsis": "ellipsis-lines-max",
    "gopher_below_alpha_threshold": "alphabetic-words-min",
    "gopher_enough_stop_words": "stop-words-min",
    "dup_para_frac": "duplicate-paragraphs",
    "dup_para_char_frac": "duplicate-paragraph-characters",
    "dup_line_frac": "duplicate-lines",
    "dup_line_char_frac": "duplicate-line-characters",
    "lorem_ipsum": "lorem-ipsum",
    "curly_bracket": "curly-bracket",
    "too_few_sentences": "sentences-min",
    "line_punct_ratio": "line-punctuation-min",
    "short_line_ratio": "short-lines-max",
    "char_dup_ratio": "duplicate-line-characters-max",
    "list_ratio": "list-ratio-max",
}
EMPTY = {"gopher-repetition": "characters-min", "fineweb": "line-punctuation-min"}


def rule(step, reason):
    """The name of our rule for the reason of a step; both are empty where the document is kept."""
    if reason == "empty":
        return EMPTY[step]
    reason = re.sub(r"top_(\d+)_gram", r"top-\1-gram", reason)
    reason = re.sub(r"duplicated_(\d+)_n_grams", r"duplicate-\1-gram", reason)
    return NAMES.get(reason, reason)
