"""A normalised text comes in; ru, uk, mixed or other comes out, with the shares of words that say so."""

import math
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
from pipeline.text.alphabet import CYRILLIC
from pipeline.text.ownwords import WORD, own_words
from pipeline.text.wordforms import UKRAINIAN_LETTER, WordForms

# Natural log-odds. A text is mixed when the other language explains it better by this, at any share of words.
MIXED_ODDS = 1.0
LISTED_ODDS = 4.0  # of a word that the lists hold
SPOKEN_ODDS = 2.0  # of a word that people who speak clean Ukrainian write too
LETTER_ODDS = 5.0  # of a word with a letter that the language lacks
CREDIT = 0.5  # of what n-grams say for the other language: they have not seen every name and rare word
NATIVE_CREDIT = 0.5  # of that, for a word spelled with letters that only the text's language has
CEILING = 3.0  # of what they say: two such words are needed, unless the text is very short
MINOR_SHARES = (0.03, 0.08, 0.2, 0.4)  # of the words, tried for the other language
FOREIGN_SHARE = 0.1  # of the words; with letters of neither alphabet
CYRILLIC_SHARE = 0.25  # of the letters; fewer are a name in a foreign text
# Odds against Russian in a text without і: few Ukrainian or Belarusian sentences lack it, few customers are Bulgarian.
UKRAINIAN_ODDS = OTHER_ODDS = 0.1
TELLING_SHARE = 0.15  # of the words; enough to be believed against the statistics of letters

_RUSSIAN_LETTER = re.compile("[ыэё]|ъ[ея]")
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
    spoken: str
    ngrams: str


@dataclass(frozen=True)
class _Foreign:
    """Log-odds that a word is foreign to a text, and whether n-grams alone say so."""

    odds: float
    doubtful: bool


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
        self._spoken = frozenset(lexicon.spoken.split())
        self._russian_stems = tuple(word[:-1] for word in surzhyk if word.endswith("*"))
        self._kind_of = lru_cache(maxsize=50_000)(self._kind)  # words repeat, and a look is dear
        self._forms = WordForms(lexicon.ngrams)
        self._foreignness = lru_cache(maxsize=50_000)(self._judge)
        self._statistics = _statistics()
        self._arbiter = LanguageDetectorBuilder.from_languages(Lingua.RUSSIAN, Lingua.UKRAINIAN).build()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the word lists.

        Raises:
            SkargaError: The file is missing or breaks the schema.
        """
        remedy = f"restore {path.name} from the repository or the bundle"
        try:
            content = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)  # in Python it would take 0.2 s
            return cls(_Lexicon.model_validate(content))
        except FileNotFoundError as error:
            raise SkargaError(f"{path}: no such file", remedy) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise SkargaError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}", remedy) from error

    def detect(self, text: str) -> Language:
        """Name the language; `other` also when the text has hardly any Cyrillic letters."""
        shares = self.shares(text)
        letters = sum(map(str.isalpha, text))
        if shares.foreign >= FOREIGN_SHARE or len(CYRILLIC.findall(text)) <= CYRILLIC_SHARE * letters:
            return "other"
        base = self._base(text.lower(), shares)
        if base == "other":
            return base
        return "mixed" if self.mixed_odds(text, base) > MIXED_ODDS else base

    def shares(self, text: str) -> Shares:
        """Count the telling words of a text; words without Cyrillic letters do not count."""
        words = [word for word in WORD.findall(text.lower()) if CYRILLIC.search(word)]
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
        return "uk" if UKRAINIAN_LETTER.search(word) or word in self._ukrainian else None

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

    def mixed_odds(self, text: str, base: Language) -> float:
        """Say by how much (natural log-odds) a share of words in the other language explains a text better than none.

        Words that only n-grams call foreign do not count where a larger model, reading them together, disagrees.
        """
        words = own_words(text)
        found = [self._foreignness(word, base) for word in words]
        odds = _odds(found)
        doubtful = [word for word, foreign in zip(words, found, strict=True) if foreign.doubtful]
        if odds <= MIXED_ODDS or not doubtful:  # without them the odds would only be lower, and the model is dear
            return odds
        if _NAMES.get(self._arbiter.detect_language_of(" ".join(doubtful)[:_STATISTICS_READ])) != base:
            return odds
        return _odds([foreign for foreign in found if not foreign.doubtful])

    def _judge(self, word: str, base: Language) -> _Foreign:
        """Weigh what lists, letters and n-grams say against a word of the language."""
        forms, uk = self._forms.foreignness(word), base == "uk"
        odds = forms.to_ukrainian if uk else forms.to_russian
        alien, native = (_RUSSIAN_LETTER, UKRAINIAN_LETTER)[:: 1 if uk else -1]
        doubtful = False
        if odds > 0 and alien.search(word):
            odds = LETTER_ODDS
        elif odds > 0:
            doubtful = not native.search(word)
            odds = min(CREDIT * odds, CEILING) * (1.0 if doubtful else NATIVE_CREDIT)
        return _Foreign(listed := self._by_list(word, base, odds), doubtful and listed == odds)

    def _by_list(self, word: str, base: Language, odds: float) -> float:
        """Let the word lists correct what n-grams say."""
        if base == "ru":
            odds = max(odds, LISTED_ODDS) if word in self._ukrainian else odds
            return min(odds, -LISTED_ODDS) if word in self._russian else odds
        if word in self._spoken:
            return SPOKEN_ODDS
        if word in self._russian or word in self._surzhyk or (word.startswith(self._russian_stems) and odds > -1):
            return max(odds, LISTED_ODDS)
        return min(odds, -LISTED_ODDS) if word in self._ukrainian else odds

    def _likely(self, lowered: str) -> Language:
        """Ask the statistics of letters."""
        scores: dict[Language, float] = {"ru": 0.0, "uk": 0.0, "other": 0.0}
        for found in self._statistics.compute_language_confidence_values(lowered[:_STATISTICS_READ]):
            scores[_NAMES.get(found.language, "other")] += found.value
        if "і" not in lowered:
            scores["uk"] *= UKRAINIAN_ODDS
            scores["other"] *= OTHER_ODDS
        return max(scores, key=scores.__getitem__)


def _odds(words: list[_Foreign]) -> float:
    """Natural log-odds that some share of the words is in the other language, against none."""
    gains = [math.exp(word.odds) - 1 for word in words]
    return max(sum(math.log1p(share * gain) for gain in gains) for share in MINOR_SHARES)


def _statistics() -> LinguaDetector:
    """Belarusian and Bulgarian stand for every other language in Cyrillic; the small models load in no time."""
    languages = (Lingua.RUSSIAN, Lingua.UKRAINIAN, Lingua.BELARUSIAN, Lingua.BULGARIAN)
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
