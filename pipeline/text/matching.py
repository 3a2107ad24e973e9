"""Keys of a text's tokens and one pattern in; every span of tokens that the pattern matches out, in linear time."""

from collections.abc import Sequence

from pipeline.text.patterns import SENTENCE_END, Alphabet, Element

Step = tuple[Element, frozenset[str]]  # with the keys that it accepts
Places = set[int]  # between tokens, where a match may stand so far


class PatternMatcher:
    """Follows all ways through a pattern at once, so that no text makes it go back (Thompson 1968)."""

    def __init__(self, pattern: tuple[Element, ...], alphabet: Alphabet) -> None:
        self._steps = [(element, alphabet.keys(element)) for element in pattern]
        self._needs = [keys for element, keys in self._steps if not element.gap and not element.optional]
        self._begins = _begins(self._steps)

    def can_match(self, present: frozenset[str]) -> bool:
        """Say at little cost whether a text of these keys may match: it has one of each set that is needed."""
        return not any(map(present.isdisjoint, self._needs))

    def match(self, keys: Sequence[str]) -> list[tuple[int, int]]:
        """Return [start, end) of every match, shorter and longer ones alike."""
        begins = self._begins
        starts = [place for place, key in enumerate(keys) if begins is None or key in begins]
        return [(start, end) for start in starts for end in self._ends(keys, start)]

    def _ends(self, keys: Sequence[str], start: int) -> Places:
        places = {start}
        for element, accepted in self._steps:
            if element.gap:
                places = {place for first in places for place in _over_gap(keys, first, element.gap)}
            else:
                behind = {place + 1 for place in places if place < len(keys) and keys[place] in accepted}
                places = places | behind if element.optional else behind
            if not places:
                break
        return places


def _begins(steps: list[Step]) -> frozenset[str] | None:
    """Return the keys that a match may begin with, None if it is any."""
    accepted: frozenset[str] = frozenset()
    for element, keys in steps:
        if element.gap:
            return None
        accepted |= keys
        if not element.optional:
            break
    return accepted


def _over_gap(keys: Sequence[str], first: int, most: int) -> range:
    """Places from `first` up to `most` tokens on, within the sentence."""
    last = first
    while last < min(first + most, len(keys)) and keys[last] != SENTENCE_END:
        last += 1
    return range(first, last + 1)
