"""A text → the same text as a hurried, careless or devious customer would have sent it; the same on every run."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.random import Generator

from pipeline.evaluation.metrics import Bools
from pipeline.text.alphabet import LETTER, TWINS

_LATIN_TWINS = {chr(cyrillic): chr(latin) for latin, cyrillic in TWINS.items()}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060"
_DRAWN_OUT = 3  # a drawn-out letter is written this many times, and up to three times more
_VOWELS = frozenset("аеёиоуыэюяєії")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_WORD = re.compile(rf"{LETTER}+")
_EMOJI = re.compile("[\u2300-\u27bf\u2b00-\u2bff\u200d\ufe0f\U0001f000-\U0001faff]")  # signs such as № stay
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_KEYBOARDS = {
    "ru": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    "uk": ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
}
_ONE_LATIN = dict(zip("абвгґдезийклмнопрстуфыэі", "abvggdeziyklmnoprstufyei", strict=True))
_MORE_LATIN = {"ё": "yo", "є": "ye", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
_LATIN = _ONE_LATIN | _MORE_LATIN | {"ъ": "", "ь": "", "ю": "yu", "я": "ya", "ї": "yi"}
_UKRAINIAN_LATIN = _LATIN | {"г": "h", "и": "y"}


@dataclass(frozen=True)
class Perturbation:
    """A named change of texts; `undone` marks what the normal form ought to take back."""

    name: str
    change: Callable[[str, Generator], str]
    undone: bool = False

    def apply(self, text: str) -> str:
        """Change a text, each time in the same way; one of which nothing would be left stays as it is."""
        seed = blake2b(f"{self.name} {text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        changed = self.change(text, np.random.default_rng(int.from_bytes(seed)))
        return changed if changed.strip() else text


def _lookalikes(share: float) -> Callable[[str, Generator], str]:
    """Latin letters in place of a share of the Cyrillic letters that look the same."""

    def change(text: str, random: Generator) -> str:
        chosen = random.random(len(text)) < share
        return "".join(_LATIN_TWINS.get(char, char) if yes else char for char, yes in _pairs(text, chosen))

    return change


def _zero_width(text: str, random: Generator) -> str:
    """A character without width after every second letter."""
    chosen = random.random(len(text)) < 0.5  # noqa: PLR2004 - every second one
    drawn = random.choice(list(_ZERO_WIDTH), len(text))
    return "".join(
        char + hidden if yes and char.isalpha() else char
        for (char, yes), hidden in zip(_pairs(text, chosen), drawn, strict=True)
    )


def _capitals(text: str, random: Generator) -> str:  # noqa: ARG001
    return text.upper()


def _repeated_letters(text: str, random: Generator) -> str:
    """One word in three has one of its vowels drawn out."""

    def draw_out(found: re.Match[str]) -> str:
        word = found[0]
        vowels = [place for place, letter in enumerate(word) if letter.lower() in _VOWELS]
        if len(word) == 1 or not vowels or random.integers(3):
            return word
        place = vowels[random.integers(len(vowels))]
        more = int(random.integers(_DRAWN_OUT - 1, 2 * _DRAWN_OUT))
        return word[: place + 1] + word[place].lower() * more + word[place + 1 :]

    return _WORD.sub(draw_out, text)


def _typos(text: str, random: Generator) -> str:
    """Of the letters 5 % are swapped with the next one, dropped, or missed by one key."""
    neighbours = _neighbours(_KEYBOARDS["uk" if _UKRAINIAN.search(text) else "ru"])
    chars = list(text)
    for place in np.flatnonzero(random.random(len(text)) < 0.05):  # noqa: PLR2004 - the share that is documented
        if not chars[place].isalpha():
            continue
        kind = random.integers(3)
        if kind == 0 and place + 1 < len(chars):
            chars[place], chars[place + 1] = chars[place + 1], chars[place]
        elif kind == 1:
            chars[place] = ""
        else:
            keys = neighbours.get(chars[place].lower(), chars[place])
            chars[place] = keys[random.integers(len(keys))]
    return "".join(chars)


def _neighbours(rows: Iterable[str]) -> dict[str, str]:
    return {
        key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
        for row in rows
        for place, key in enumerate(row)
    }


def _no_punctuation(text: str, random: Generator) -> str:  # noqa: ARG001
    return "".join(char for char in text if not unicodedata.category(char).startswith("P"))


def _transliteration(text: str, random: Generator) -> str:  # noqa: ARG001
    """Latin letters by ear, as on a telephone without a Cyrillic keyboard."""
    table = _UKRAINIAN_LATIN if _UKRAINIAN.search(text) else _LATIN
    return "".join(_as_written(char, table) for char in text)


def _as_written(char: str, table: dict[str, str]) -> str:
    latin = table.get(char.lower(), char)
    return latin if char.islower() else latin.capitalize()


def _no_emoji(text: str, random: Generator) -> str:  # noqa: ARG001
    return _EMOJI.sub("", text)


def _without_first_sentence(text: str, random: Generator) -> str:  # noqa: ARG001
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[-1]


def _without_last_sentence(text: str, random: Generator) -> str:  # noqa: ARG001
    ends = list(_SENTENCE_END.finditer(text.strip()))
    return text.strip()[: ends[-1].start()] if ends else text


def _pasted_twice(text: str, random: Generator) -> str:  # noqa: ARG001
    return f"{text}\n\n{text}"


def _pairs(text: str, chosen: Bools) -> Iterable[tuple[str, bool]]:
    return zip(text, chosen.tolist(), strict=True)


PERTURBATIONS = (
    Perturbation("lookalikes_15", _lookalikes(0.15), undone=True),
    Perturbation("lookalikes_50", _lookalikes(0.5), undone=True),
    Perturbation("zero_width", _zero_width, undone=True),
    Perturbation("capitals", _capitals, undone=True),
    Perturbation("repeated_letters", _repeated_letters, undone=True),
    Perturbation("typos", _typos),
    Perturbation("no_punctuation", _no_punctuation),
    Perturbation("transliteration", _transliteration),
    Perturbation("no_emoji", _no_emoji),
    Perturbation("without_first_sentence", _without_first_sentence),
    Perturbation("without_last_sentence", _without_last_sentence),
    Perturbation("pasted_twice", _pasted_twice),
)
