"""A text comes in; the words that are its writer's own come out: those that tell a language."""

import re

from pipeline.text.alphabet import CYRILLIC

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_QUOTATION = re.compile('[«"“„][^«»"“”„]{1,40}[»"”“]')
_SENTENCE_START = re.compile(r"(?:^|[.!?…)(\n:;*-])\W*$")
_SHOUTING = 0.3  # of the letters in capitals: they mark no names
_LOOK_BACK = 3  # characters before a capital in which a sentence may have ended


def own_words(text: str) -> list[str]:
    """List a text's Cyrillic words in lower case, without short quotations and names, which may be in any language."""
    text = _QUOTATION.sub(" ", text)
    shouting = sum(map(str.isupper, text)) > _SHOUTING * sum(map(str.isalpha, text))
    return [
        found.group().lower()
        for found in WORD.finditer(text)
        if CYRILLIC.search(found.group()) and (shouting or not _is_name(text, found))
    ]


def _is_name(text: str, found: re.Match[str]) -> bool:
    """Tell a capital inside a sentence from that at its start."""
    start = found.start()
    capital = len(found.group()) > 1 and text[start].isupper()
    return capital and start >= _LOOK_BACK and not _SENTENCE_START.search(text[start - _LOOK_BACK : start])
