import datetime

from pipeline.drift.stream import draw_rows


def test_memory_is_flat_and_every_row_has_the_same_chance(messages):
    kept = [draw_rows((messages[i % 700] for i in range(start, start + 5000)), most=100) for start in range(3)]
    assert [(stream.rows, len(stream.sample)) for stream in kept] == [(5000, 100)] * 3


def test_the_draw_favours_no_part_of_the_file(messages):
    row = messages[0]
    stream = draw_rows((row.model_copy(update={"id": str(number)}) for number in range(20_000)), most=1_000)
    places = sorted(int(drawn.id) for drawn in stream.sample)
    assert len(set(places)) == 1_000
    assert 420 < sum(place < 10_000 for place in places) < 580


def test_a_file_that_fits_is_taken_whole(messages):
    assert draw_rows(messages[:50]).sample == messages[:50]


def test_period_and_models_are_those_of_all_rows(messages):
    rows = [
        messages[0].model_copy(update={"date": date}) for date in ("2026-03-01T10:00:00", "01.02.2024", "soon", None)
    ]
    stream = draw_rows(rows, most=1)
    assert (stream.first, stream.last) == (datetime.date(2024, 2, 1), datetime.date(2026, 3, 1))
    assert stream.versions.total() == 4
