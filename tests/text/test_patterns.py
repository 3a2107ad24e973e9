import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.patterns import Alphabet, Element, parse, tokenize


def test_a_pattern_is_read_element_by_element():
    assert parse("Подам|подаю* ~3 в? суд") == (
        Element(frozenset({"подам", "подаю*"})),
        Element(gap=3),
        Element(frozenset({"в"}), optional=True),
        Element(frozenset({"суд"})),
    )


@pytest.mark.parametrize("pattern", ["", "~2", "слово?", "сл*во", "~0", "~12", "а||б", "(а|б)", ".*", "а|", "#"])
def test_what_is_not_in_the_notation_is_refused(pattern):
    with pytest.raises(ValueError, match=r"requires no word|is not a word"):
        parse(pattern)


def test_tokens_keep_their_offsets():
    text = "Ещё İ ст. 18: п'ять, кур'єр-хам…"
    tokens = tokenize(text)
    assert [token[0] for token in tokens] == ["еще", "İ", "ст", "18", ":", "п'ять", ",", "кур'єр-хам", "…"]
    assert text[tokens[3].start() : tokens[3].end()] == "18"


def test_a_token_is_named_by_the_most_exact_word_or_stem():
    alphabet = Alphabet([parse("суд|суд*|судеб* ~1 0")])
    named = {word: alphabet.key(word) for word in ("суд", "суды", "судебный", "сук", "18", ".", ",", "0x")}
    assert named == {
        "суд": "суд", "суды": "суд*", "судебный": "судеб*", "сук": "_", "18": "0", ".": ".", ",": "_", "0x": "0",
    }  # fmt: skip
    assert alphabet.keys(Element(frozenset({"суд*"}))) == {"суд", "суд*", "судеб*"}


@given(st.text())
def test_tokens_lie_in_the_text_one_after_another(text):
    edges = [edge for token in tokenize(text) for edge in token.span()]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
