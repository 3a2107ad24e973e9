import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.readers.encoding import SAMPLE_BYTES, guess_encoding

RU = "Заказ не приехал, деньги не вернули, оператор трижды бросил трубку. Требую объяснений!\n"
UK = "Замовлення не приїхало, кошти не повернули, оператор тричі кинув слухавку. Ґвалт, є ще питання.\n"
PATH = Path("in.csv")


@pytest.mark.parametrize(
    "text", [RU, UK, RU.upper(), UK.upper(), "id;text\n1;" + RU, "Хамят\n", "«Обещанный» возврат — №5\n"]
)
def test_utf8_and_cp1251_are_told_apart(text):
    assert guess_encoding(PATH, text.encode()) == "utf-8"
    assert guess_encoding(PATH, text.encode("utf-8-sig")) == "utf-8-sig"
    assert guess_encoding(PATH, text.encode("cp1251")) == "cp1251"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "iso8859-5"])
def test_other_cyrillic_encodings_are_not_taken_for_cp1251(encoding):
    assert guess_encoding(PATH, (RU * 5).encode(encoding)) == "utf-8"


@pytest.mark.parametrize(
    "text", ["Ça a été très désagréable, où est le colis déjà payé ?\n", "Größe falsch, höchst ärgerlich\n"]
)
def test_western_text_is_not_taken_for_cp1251(text):
    assert guess_encoding(PATH, text.encode("cp1252")) == "utf-8"


def test_noise_is_not_taken_for_cp1251():
    noise = random.Random(7)
    assert all(guess_encoding(PATH, noise.randbytes(2_000)) == "utf-8" for _ in range(20))


def test_a_few_broken_lines_do_not_change_the_encoding():
    assert guess_encoding(PATH, RU.encode() * 3 + RU.encode("cp1251") * 2) == "utf-8"


def test_sample_cut_within_a_character_is_still_utf8():
    assert guess_encoding(PATH, ("a" + "ї" * SAMPLE_BYTES).encode()[:SAMPLE_BYTES]) == "utf-8"


@given(st.text())
def test_any_utf8_text_is_utf8(text):
    assert guess_encoding(PATH, text.encode("utf-8", "ignore")).startswith("utf-8")
