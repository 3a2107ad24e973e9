import io
import itertools
import json
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.readers.lines import read_lines
from pipeline.serving.records import MAX_ROW_BYTES, Columns
from pipeline.serving.stream import LineBuffer, tag_stream, waiting_lines


def stream(tagger, data, batch_rows=64):
    target = io.BytesIO()
    counts = tag_stream(io.BytesIO(data), target, tagger, Columns(), batch_rows)
    return counts, [json.loads(line) for line in target.getvalue().splitlines()]


def message(text, **more):
    return json.dumps({"text": text, **more}, ensure_ascii=False).encode()


@pytest.mark.parametrize("batch_rows", [1, 2, 64])
def test_one_line_out_for_each_line_in_in_the_same_order(tagger, batch_rows):
    data = [message("Верните деньги", id=1), b"broken", b"", message("Дякую"), b'{"text": "\xff"}', b"{}"]
    counts, answers = stream(tagger, b"\n".join(data), batch_rows)
    assert [answer.get("error", answer["id"]) for answer in answers] == [
        "1", "bad_json", "empty_line", "stdin-4", "bad_encoding", "missing_text",
    ]  # fmt: skip
    assert (answers[1]["row"], answers[1]["raw"]) == (2, "broken")
    assert (counts.rows_in, counts.rows_rejected) == (6, 4)


def test_answers_are_those_of_the_tagger(tagger):
    _, (answer,) = stream(tagger, message("Верните деньги", id="a", shop=5) + b"\r\n")
    (tag,) = tagger.tag([{"id": "a", "text": "Верните деньги"}])
    assert answer == {"text": "Верните деньги", "shop": 5} | tag


def test_oversized_line_is_answered_and_the_next_one_tagged(tagger):
    _, answers = stream(tagger, message("а" * MAX_ROW_BYTES) + b"\n" + message("Дякую", id="next"))
    assert [answer.get("error", answer["id"]) for answer in answers] == ["row_too_large", "next"]


def test_answer_comes_while_the_input_stays_open(tagger):
    """A CRM writes one line and waits for its answer before it writes the next one."""
    their_input, our_input = (os.pipe() for _ in range(2))
    source, target = os.fdopen(their_input[0], "rb"), os.fdopen(our_input[1], "wb")
    worker = threading.Thread(target=tag_stream, args=(source, target, tagger, Columns(), 64))
    worker.start()
    with os.fdopen(their_input[1], "wb", buffering=0) as ask, os.fdopen(our_input[0], "rb") as answers:
        for number in range(3):
            ask.write(message("Де моє замовлення?", id=number) + b"\n")
            assert json.loads(answers.readline())["id"] == str(number)
        ask.close()
        worker.join(10)
        assert not worker.is_alive()
    source.close()
    target.close()


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_lines_do_not_depend_on_where_chunks_end(data, cuts):
    edges = [0, *sorted(cuts), len(data)]
    buffer = LineBuffer()
    found = [line for start, end in itertools.pairwise(edges) for line in buffer.feed(data[start:end])]
    last = buffer.rest()
    assert found + ([last] if last else []) == list(read_lines(io.BytesIO(data)))


def test_lines_that_wait_come_together():
    assert [len(lines) for lines in waiting_lines(io.BytesIO(b"1\n2\n3\n"))] == [3]
