import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.json_lines import encodable, encode_line

ANY_TEXT = st.text(st.characters())


@given(st.dictionaries(ANY_TEXT, ANY_TEXT | st.integers() | st.lists(ANY_TEXT)))
def test_any_record_is_one_line_and_comes_back(record):
    line = encode_line(record)
    assert line.count(b"\n") == 1
    assert json.loads(line) == record


@given(ANY_TEXT)
def test_encodable_text_keeps_its_length(text):
    assert len(encodable(text)) == len(text)
    encodable(text).encode()


def test_readable_letters_stay_readable():
    assert encode_line({"text": "їжак"}) == '{"text": "їжак"}\n'.encode()


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode_line({"x": float("nan")})
