import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.text.matching import PatternMatcher
from pipeline.text.normalize import normalize
from pipeline.text.patterns import SENTENCE_END, Alphabet, Element, parse, tokenize
from pipeline.text.rules import load_rules


def spans(pattern, text):
    alphabet = Alphabet([parse(pattern)])
    keys = [alphabet.key(token) for token in text.split()]
    return sorted(PatternMatcher(parse(pattern), alphabet).match(keys))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("суд", "в суд або суд", [(1, 2), (3, 4)]),
        ("в? суд", "в суд", [(0, 2), (1, 2)]),
        ("подам|подаю* ~2 суд*", "подаю на вас судовий позов", [(0, 4)]),
        ("подам ~1 суд", "подам на вас суд", []),
        ("подам ~3 суд", "подам позов . суд", []),
        ("через 0 днів", "через 14 днів", [(0, 3)]),
        ("суд ~1", "суд буде .", [(0, 1), (0, 2)]),
        ("~1 суд", "в суд", [(0, 2), (1, 2)]),
        ("суд", "", []),
    ],
)
def test_spans_of_a_pattern(pattern, text, found):
    assert spans(pattern, text) == found


def every_way(elements, keys, accepts):
    """Find spans by trying every way through a pattern: slow, and plainly right."""
    widths = [range(each.gap + 1) if each.gap else (0, 1) if each.optional else (1,) for each in elements]
    for start, chosen in itertools.product(range(len(keys)), itertools.product(*widths)):
        place = start
        for element, width in zip(elements, chosen, strict=True):
            taken = keys[place : place + width]
            place += width
            fits = "." not in taken if element.gap else set(taken) <= accepts(element)
            if len(taken) < width or not fits:
                break
        else:
            yield start, place


WORDS = st.sampled_from(["а", "б", "ба", "аб*", "а*"])
ELEMENTS = st.builds(Element, words=st.frozensets(WORDS, min_size=1, max_size=3), optional=st.booleans()) | st.builds(
    Element, gap=st.integers(1, 3)
)


@given(
    st.lists(ELEMENTS, min_size=1, max_size=4), st.lists(st.sampled_from(["а", "б", "аб", "ба", ".", "в"]), max_size=7)
)
def test_spans_are_those_of_every_way_through(pattern, tokens):
    elements = (*pattern, Element(frozenset({"а"})))
    alphabet = Alphabet([elements])
    keys = [alphabet.key(token) for token in tokens]
    matcher = PatternMatcher(elements, alphabet)
    expected = sorted(set(every_way(elements, keys, alphabet.keys)))
    assert sorted(set(matcher.match(keys))) == expected
    assert matcher.can_match(frozenset(keys)) or not expected


def spacy_spans(elements, alphabet, documents):
    """What spaCy's own matcher finds in documents of keys."""
    matcher = Matcher(documents[0].vocab)
    matcher.add("pattern", [[spacy_token(element, alphabet) for element in elements]])
    return [sorted({(start, end) for _, start, end in matcher(document)}) for document in documents]


def spacy_token(element, alphabet):
    if element.gap:
        return {"ORTH": {"NOT_IN": [SENTENCE_END]}, "OP": f"{{0,{element.gap}}}"}
    accepted = {"ORTH": {"IN": sorted(alphabet.keys(element))}}
    return accepted | {"OP": "?"} if element.optional else accepted


def test_every_pattern_of_the_rules_finds_in_the_corpus_what_spacy_finds(root, corpus):
    rules = load_rules(root / "configs/signals.yaml")
    patterns = [parse(pattern) for rule in rules for pattern in (*rule.patterns, *rule.unless)]
    alphabet = Alphabet(patterns)
    texts = [*corpus["text"], *(text for rule in rules for text in (*rule.matches, *rule.misses))]
    keys = [[alphabet.key(token[0]) for token in tokenize(normalize(text).text)] for text in texts]
    vocab = Vocab()
    documents = [Doc(vocab, words=each) for each in keys]
    for pattern in patterns[::3]:
        matcher = PatternMatcher(pattern, alphabet)
        assert [sorted(set(matcher.match(each))) for each in keys] == spacy_spans(pattern, alphabet, documents)
