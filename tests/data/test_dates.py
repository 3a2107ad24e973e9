from datetime import UTC, date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.dates import LONGEST, iso_date, parse_date

DAY = date(2026, 11, 3)
DAYS = st.dates(date(1969, 1, 1), date(2068, 12, 31))
RU, UK = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
)


@pytest.mark.parametrize(
    "text",
    ["2026-11-03", "20261103", "03.11.2026", "3.11.2026", "03/11/2026", "3/11/26", "03-11-2026", "2026.11.03",
     "2026/11/3", " 03.11.2026\n", "3 ноября 2026", "3 ноября 2026 г.", "3 Ноя 2026", "3 нояб. 2026 года",
     "3 листопада 2026 р.", "3 лист. 2026 року"],
)  # fmt: skip
def test_forms_of_one_day(text):
    assert parse_date(text) == DAY
    assert date.fromisoformat(iso_date(text)) == DAY


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-03T10:00:00+02:00", "2026-11-03T10:00:00+02:00"),
        ("2026-11-03T08:00:00Z", "2026-11-03T08:00:00Z"),
        ("2026-11-03T08:00:00.123456", "2026-11-03T08:00:00.123456"),
        ("2026-11-03 10:00:00", "2026-11-03T10:00:00"),
        ("2026-11-03 10:00:00+0200", "2026-11-03T10:00:00+02:00"),
        ("03.11.2026 9:05", "2026-11-03T09:05:00"),
        ("03.11.2026, 09:05:07", "2026-11-03T09:05:07"),
        ("3 ноября 2026 г. в 9:05", "2026-11-03T09:05:00"),
        ("3 листопада 2026 р., 21:05", "2026-11-03T21:05:00"),
        ("2026-11-03", "2026-11-03"),
    ],
)
def test_moments_are_written_in_iso_8601(text, iso):
    assert iso_date(text) == iso
    assert isinstance(parse_date(text), date)
    assert iso_date(iso) == iso


@pytest.mark.parametrize(
    "text",
    ["", " ", "вчора", "11/13/2026", "31.02.2026", "0.1.2026", "03.11/2026", "03.11.202", "3 брюмера 2026", "45999",
     "03.11.2026 25:00", "٠٣.١١.٢٠٢٦", "2026-11", "03.11.2026 або пізніше", "3 мачта 2026"],
)  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None
    assert iso_date(text) is None


def test_the_day_comes_before_the_month():
    assert parse_date("03/04/26") == parse_date("03.04.2026") == date(2026, 4, 3)


@given(DAYS, st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%Y.%m.%d", "%Y/%m/%d"]))
def test_every_day_in_every_form_of_numbers(day, form):
    assert parse_date(day.strftime(form)) == day
    assert iso_date(day.strftime(form)) == day.isoformat()


@given(DAYS, st.sampled_from([(RU, " г."), (RU, ""), (UK, " р."), (UK, "")]))
def test_every_day_in_words(day, words):
    months, year = words
    assert parse_date(f"{day.day} {months.split()[day.month - 1]} {day.year}{year}") == day


@given(st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=3))])))
def test_iso_moments_stay_as_they_are(moment):
    assert parse_date(moment.isoformat()) == moment
    assert iso_date(moment.isoformat()) == moment.isoformat()


@given(st.text() | st.text("0123456789.:/-T+Z гр", max_size=30))
def test_any_text_is_a_date_or_none_and_iso_is_final(text):
    iso = iso_date(text)
    assert (iso is None) == (parse_date(text) is None)
    if iso is not None:
        assert len(iso) <= LONGEST
        assert iso_date(iso) == iso
        assert parse_date(iso) == parse_date(text)


def test_long_text_is_not_even_looked_at():
    assert parse_date("1" * 10**6) is None
    assert parse_date(" " * 10**6 + "03.11.2026") is None
