"""A normalised text and its language come in; the signals that the rules see in its wording come out, with spans."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipeline.data.schema import Language
from pipeline.text.matching import PatternMatcher
from pipeline.text.patterns import Alphabet, parse, tokenize
from pipeline.text.rules import Rule, SignalCode, load_rules


@dataclass(frozen=True, order=True)
class SignalSpan:
    """A signal's wording is text[start:end]."""

    start: int
    end: int
    code: str


class SignalMatcher:
    """All rules of a file, ready to run; a rule of Russian does not read a Ukrainian text and the other way round."""

    def __init__(self, rules: list[Rule]) -> None:
        parsed = [parse(pattern) for rule in rules for pattern in (*rule.patterns, *rule.unless)]
        self._alphabet = Alphabet(parsed)
        self._rules = [_CompiledRule(rule, self._alphabet) for rule in rules]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and compile a rule file.

        Raises:
            SkargaError: The file is missing, breaks the schema or the notation.
        """
        return cls(load_rules(path))

    def match(self, text: str, language: Language) -> list[SignalSpan]:
        """Find signals, sorted by place; overlapping spans of one code are one span."""
        tokens = tokenize(text)
        keys = [self._alphabet.key(token[0]) for token in tokens]
        found = self._find(keys, language)
        return _merged([SignalSpan(tokens[a].start(), tokens[b - 1].end(), code) for code, a, b in found])

    def _find(self, keys: list[str], language: Language) -> Iterator[tuple[SignalCode, int, int]]:
        """Yield codes with token spans."""
        present = frozenset(keys)
        for rule in self._rules:
            if rule.reads(language):
                yield from ((rule.code, start, end) for start, end in rule.match(keys, present))


class _CompiledRule:
    """One rule as matchers, one for each pattern: a cheap test spares most texts most of them."""

    def __init__(self, rule: Rule, alphabet: Alphabet) -> None:
        self.code = rule.code
        self._language = rule.lang
        self._patterns = [PatternMatcher(parse(pattern), alphabet) for pattern in rule.patterns]
        self._unless = [PatternMatcher(parse(pattern), alphabet) for pattern in rule.unless]

    def reads(self, language: Language) -> bool:
        return language in {self._language, "mixed", "other"}

    def match(self, keys: list[str], present: frozenset[str]) -> list[tuple[int, int]]:
        """Token spans, less those that touch an exception."""
        found = _run(self._patterns, keys, present)
        exceptions = _run(self._unless, keys, present) if found else []
        excepted = {token for start, end in exceptions for token in range(start, end)}
        return [(start, end) for start, end in found if excepted.isdisjoint(range(start, end))]


def _run(patterns: list[PatternMatcher], keys: list[str], present: frozenset[str]) -> list[tuple[int, int]]:
    return [span for pattern in patterns if pattern.can_match(present) for span in pattern.match(keys)]


def _merged(spans: list[SignalSpan]) -> list[SignalSpan]:
    merged: list[SignalSpan] = []
    for span in sorted(spans, key=lambda span: (span.code, span)):
        last = merged[-1] if merged else None
        if last and last.code == span.code and span.start < last.end:
            merged[-1] = SignalSpan(last.start, max(last.end, span.end), span.code)
        else:
            merged.append(span)
    return sorted(merged)


def check(path: Path) -> list[str]:
    """Try every rule on its own texts; each broken promise is one line, none is the aim.

    Raises:
        SkargaError: The file cannot be read.
    """
    broken = []
    for rule in load_rules(path):
        matcher = SignalMatcher([rule])
        broken += [
            f"{rule.code} {rule.lang} must match: {text}" for text in rule.matches if not matcher.match(text, rule.lang)
        ]
        broken += [
            f"{rule.code} {rule.lang} must miss: {text}" for text in rule.misses if matcher.match(text, rule.lang)
        ]
    return broken
