"""A normalised text comes in; ru, uk, mixed or other comes out, with the shares of words that say so."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import yaml
from lingua import Language as Lingua
from lingua import LanguageDetector as LinguaDetector
from lingua import LanguageDetectorBuilder
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.data.schema import Language
from pipeline.errors import SkargaError

MIXED_SHARE = 0.03  # of the words; one in thirty and more is a habit, less is a slip or a quoted word
FOREIGN_SHARE = 0.1  # of the words; with letters of neither alphabet
CYRILLIC_SHARE = 0.25  # of the letters; fewer are a name in a foreign text
# Odds against Russian in a text without і: few Ukrainian or Belarusian sentences lack it, few customers are Bulgarian.
UKRAINIAN_ODDS = 0.1
OTHER_ODDS = 0.1
TELLING_SHARE = 0.15  # of the words; enough to be believed against the statistics of letters

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_RUSSIAN_LETTER = re.compile("[ыэё]|ъ[ея]")
_UKRAINIAN_LETTER = re.compile("[іїєґ]|[бпвмфркдтзнсл]'[яюєї]")
_FOREIGN_LETTER = re.compile("[\u0452-\u0453\u0455\u0458-\u048f\u0492-\u04ff]")
_RUSSIAN_ONLY = re.compile("[ыэёў]|ъ[ея]")
_UKRAINIAN_ONLY = re.compile("[їєґ]")
_NOT_BELARUSIAN = re.compile("[ищ]")  # Belarusian has і and ы, but neither и nor щ
_RUSSIAN_SHAPE = re.compile("(?<![тлн])[длнт]є(?!$)|(?:ую|аю|яю)щ|[йвт]щик|ств[еє]нн|іров")
_STATISTICS_READ = 1000  # characters: more tell no more
_NAMES: dict[Lingua | None, Language] = {Lingua.RUSSIAN: "ru", Lingua.UKRAINIAN: "uk"}


class _Lexicon(BaseModel):
    """language.yaml as it is written: words apart by spaces."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    russian: str
    ukrainian: str
    surzhyk: str


@dataclass(frozen=True)
class Shares:
    """How many words there are, and the shares of them (0 to 1) that only one language has."""

    words: int
    russian: float
    ukrainian: float
    surzhyk: float
    foreign: float


class LanguageDetector:
    """Word lists decide where letters and words are telling; the statistics of letters where they are not."""

    def __init__(self, lexicon: _Lexicon) -> None:
        self._russian = frozenset(lexicon.russian.split())
        self._ukrainian = frozenset(lexicon.ukrainian.split())
        surzhyk = lexicon.surzhyk.split()
        self._surzhyk = frozenset(surzhyk)
        self._russian_stems = tuple(word[:-1] for word in surzhyk if word.endswith("*"))
        self._kind_of = lru_cache(maxsize=50_000)(self._kind)  # words repeat, and a look is dear
        self._statistics = _statistics()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the word lists.

        Raises:
            SkargaError: The file is missing or breaks the schema.
        """
        remedy = f"restore {path.name} from the repository or the bundle"
        try:
            return cls(_Lexicon.model_validate(yaml.safe_load(path.read_text("utf-8"))))
        except FileNotFoundError as error:
            raise SkargaError(f"{path}: no such file", remedy) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise SkargaError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}", remedy) from error

    def detect(self, text: str) -> Language:
        """Name the language; `other` also when the text has hardly any Cyrillic letters."""
        shares = self.shares(text)
        letters = sum(map(str.isalpha, text))
        if shares.foreign >= FOREIGN_SHARE or len(_CYRILLIC.findall(text)) <= CYRILLIC_SHARE * letters:
            return "other"
        base = self._base(text.lower(), shares)
        if base == "other":
            return base
        return "mixed" if self._is_mixed(base, shares) else base

    def shares(self, text: str) -> Shares:
        """Count the telling words of a text; words without Cyrillic letters do not count."""
        words = [word for word in _WORD.findall(text.lower()) if _CYRILLIC.search(word)]
        kinds = [self._kind_of(word) for word in words]
        count = max(len(words), 1)
        return Shares(len(words), *(kinds.count(kind) / count for kind in ("ru", "uk", "surzhyk", "foreign")))

    def _kind(self, word: str) -> str | None:
        if _FOREIGN_LETTER.search(word):
            return "foreign"
        if _RUSSIAN_LETTER.search(word) or word in self._russian:
            return "ru"
        if word in self._surzhyk:
            return "surzhyk"
        if word.startswith(self._russian_stems) or _RUSSIAN_SHAPE.search(word):
            return "ru"
        return "uk" if _UKRAINIAN_LETTER.search(word) or word in self._ukrainian else None

    def _base(self, lowered: str, shares: Shares) -> Language:
        """Name the language that the text is mainly in: ru, uk or other."""
        russian_letters = _RUSSIAN_ONLY.search(lowered)
        if _UKRAINIAN_ONLY.search(lowered) or (
            "і" in lowered and (not russian_letters or _NOT_BELARUSIAN.search(lowered))
        ):
            return "ru" if russian_letters and shares.russian > shares.ukrainian else "uk"
        if "і" not in lowered and (russian_letters or max(shares.russian, shares.ukrainian) >= TELLING_SHARE):
            return "uk" if shares.ukrainian > shares.russian else "ru"
        return self._likely(lowered)

    def _is_mixed(self, base: Language, shares: Shares) -> bool:
        """Tell a habit from a slip; in a Ukrainian text one word of surzhyk is no slip."""
        minority = shares.russian + shares.surzhyk if base == "uk" else shares.ukrainian
        lone = round(minority * shares.words) <= 1
        return minority >= MIXED_SHARE and (not lone or (base == "uk" and shares.surzhyk > 0 < shares.ukrainian))

    def _likely(self, lowered: str) -> Language:
        """Ask the statistics of letters."""
        scores: dict[Language, float] = {"ru": 0.0, "uk": 0.0, "other": 0.0}
        for found in self._statistics.compute_language_confidence_values(lowered[:_STATISTICS_READ]):
            scores[_NAMES.get(found.language, "other")] += found.value
        if "і" not in lowered:
            scores["uk"] *= UKRAINIAN_ODDS
            scores["other"] *= OTHER_ODDS
        return max(scores, key=scores.__getitem__)


def _statistics() -> LinguaDetector:
    """Belarusian and Bulgarian stand for every other language in Cyrillic; the small models load in no time."""
    languages = (Lingua.RUSSIAN, Lingua.UKRAINIAN, Lingua.BELARUSIAN, Lingua.BULGARIAN)
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
