import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.cells import cell, escape, unescape

TRICKY = st.text(st.sampled_from("'=+-@＝＠\t\r\n0,.aї ")) | st.text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-x", "'-x"),
        ("@SUM", "'@SUM"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("'тихо'", "'тихо'"),
        ("-5", "-5"),
        ("+380501112233", "+380501112233"),
        ("-5,50", "-5,50"),
        ("-5-5", "'-5-5"),
        ("скарга = біль", "скарга = біль"),
    ],
)
def test_formulas_are_escaped_and_numbers_are_not(text, shown):
    assert escape(text) == shown
    assert cell(text, safe=False) == text


@given(TRICKY)
def test_escape_is_reversible(text):
    assert unescape(escape(text)) == text


@given(TRICKY)
def test_no_formula_is_left(text):
    shown = escape(text)
    assert not shown.startswith(("=", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert not shown.startswith(("+", "-")) or shown[1:].replace(".", "").replace(",", "").isdigit()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (True, "true"), (-5, "-5"), (0.25, "0.25"), ([], "[]"), (["й"], '["й"]'), ("\ud800", "\ufffd")],
)
def test_values_are_written_plainly(value, shown):
    assert cell(value, safe=True) == shown
