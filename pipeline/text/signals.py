"""A normalised text and its language come in; the signals that the rules see in its wording come out, with spans."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Self

from pipeline.data.schema import Language
from pipeline.text.patterns import Alphabet, Element, Token, parse, tokenize
from pipeline.text.rules import Rule, load_rules
from pipeline.text.spacy_light import Doc, Matcher, Vocab


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
        self._vocab = Vocab()
        self._rules = [_CompiledRule(rule, self._alphabet, self._vocab) for rule in rules]

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
        keys = [self._alphabet.key(token.text) for token in tokens]
        present = frozenset(keys)
        doc = None
        spans: list[SignalSpan] = []
        for rule in self._rules:
            if rule.reads(language) and rule.can_match(present):
                doc = doc or Doc(self._vocab, words=keys)
                spans += (_span(rule.code, tokens, start, end) for start, end in rule.match(doc))
        return _merged(spans)


class _CompiledRule:
    """One rule as spaCy matchers, with a cheap test that spares most texts the matching."""

    def __init__(self, rule: Rule, alphabet: Alphabet, vocab: Vocab) -> None:
        self.code = rule.code
        self._language = rule.lang
        patterns = [parse(pattern) for pattern in rule.patterns]
        self._needs = [[alphabet.keys(each) for each in pattern if _is_required(each)] for pattern in patterns]
        self._matcher = _matcher(patterns, alphabet, vocab)
        self._unless = _matcher([parse(pattern) for pattern in rule.unless], alphabet, vocab)

    def reads(self, language: Language) -> bool:
        return language in {self._language, "mixed", "other"}

    def can_match(self, present: frozenset[str]) -> bool:
        return any(not any(present.isdisjoint(need) for need in needs) for needs in self._needs)

    def match(self, doc: Doc) -> list[tuple[int, int]]:
        """Token spans, less those that touch an exception."""
        found = [(start, end) for _, start, end in self._matcher(doc)]
        if not found or not len(self._unless):
            return found
        exceptions = [(start, end) for _, start, end in self._unless(doc)]
        return [(start, end) for start, end in found if not any(start < b and a < end for a, b in exceptions)]


def _is_required(element: Element) -> bool:
    return not element.gap and not element.optional


def _matcher(patterns: list[tuple[Element, ...]], alphabet: Alphabet, vocab: Vocab) -> Matcher:
    matcher = Matcher(vocab, validate=False)
    if patterns:
        matcher.add("rule", [[alphabet.spec(element) for element in pattern] for pattern in patterns])
    return matcher


def _span(code: str, tokens: list[Token], start: int, end: int) -> SignalSpan:
    return SignalSpan(tokens[start].start, tokens[end - 1].end, code)


def _merged(spans: list[SignalSpan]) -> list[SignalSpan]:
    merged: list[SignalSpan] = []
    for _, group in groupby(sorted(spans, key=lambda span: (span.code, span)), key=lambda span: span.code):
        last: SignalSpan | None = None
        for span in group:
            if last and span.start < last.end:
                last = SignalSpan(last.start, max(last.end, span.end), span.code)
            else:
                if last:
                    merged.append(last)
                last = span
        merged += [last] if last else []
    return sorted(merged)
