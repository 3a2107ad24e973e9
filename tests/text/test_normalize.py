import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.normalize import normalize

TRICKY = st.text(
    st.sampled_from("аоіеиВкТйєґ aоeikbXTM'’\u0306\u0308\u0301\u200b\u00ad\ufe0f\x00\n!)_1Ж😡ﬁ𝐕Ⅷ")
) | st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]))
CLEAN = [
    "Замовила 14 лютого сукню за 1 299 грн, а привезли інший розмір. Ґудзики відірвані, об'єднали дві посилки!",
    "Ещё раз: съёмная квартира, 12.03.2024, 15:40. Верните 18 642 руб. на карту…",
    "Мой iPhone не ловит Wi-Fi, SMS не доходят, PlayStation завис.",
    "ООО «Ромашка» обманула",
    "www.example.com, часть VIII, как в СССР, ааа",
    "витамин C, группа A, 5 B, e-mail: a@example.com; HP или PC",
    "це ж капець якийсь, ні дзвінка, ні смс. їжа холодна, є фото",
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_is_left_alone(text):
    plain = normalize(text)
    assert plain.text == text
    assert not plain.obfuscated
    assert plain.offsets.tolist() == list(range(len(text) + 1))


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Bepнитe дeньги", "Верните деньги"),
        ("BEPНИТЕ", "ВЕРНИТЕ"),
        ("Hе cо мнoй, He co мнoй, y неë, O кoм", "Не со мной, Не со мной, у неё, О ком"),
        ("oтвет на e-mail: o.moroz@example.com, P.S. 5 C, y-y", "ответ на e-mail: o.moroz@example.com, P.S. 5 С, y-y"),
        ("ГДЕ МОИ ДЕНЬГИ? Я A ВСЁ ЖДУ C СРЕДЫ", "Где мои деньги? Я а всё жду с среды"),
        ("тoвар HP из магазина PC: «I'm sorry»", "товар HP из магазина PC: «I'm sorry»"),
        ("чекаю i дзвоню, a толку нет c 5 марта", "чекаю і дзвоню, а толку нет с 5 марта"),
        ("oтkaзали", "отказали"),
        ("мiсяць, ïхати, Iнтернет", "місяць, їхати, Інтернет"),
        ("и\u0306 і\u0308 е\u0308 й ї ё", "й ї ё й ї ё"),
        ("за\u0301мок п\u0337р\u0337и\u0337", "замок при"),
        ("ве\u200bрн\u00adите \u202eвсё\u2060", "верните всё"),
        ("\ufeffДобрий\u00a0день\x00 \t\r\n тут ", "Добрий день тут"),
        ("м’ята, мʼята, м`ята, м´ята і ‘лапки’", "м'ята, м'ята, м'ята, м'ята і ‘лапки’"),
        ("ｆｕｌｌ 𝐕𝐞𝐫𝐲 ﬁne ①", "full Very fine 1"),
        ("№ 5 ™", "№ 5 ™"),
        ("жаааааль!!!!!! )))))))", "жаль!!! )))"),
        ("Оооочень доооолго, МНЕЕЕЕ, нееет", "Очень долго, МНЕ, нет"),
        ("coool, аааа, ммм", "coool, аа, ммм"),
        ("0000 1111111", "0000 1111111"),
        ("😡😡😡😡😡 ❤\ufe0f", "😡😡😡 ❤"),
        ("👩\u200d👧", "👩👧"),
        ("ВЕРНИТЕ МОИ ДЕНЬГИ. СЕЙЧАС ЖЕ! «ЖДУ», 5 ДНЕЙ", "Верните мои деньги. Сейчас же! «Жду», 5 дней"),
        ("ПОВЕРНІТЬ ГРОШІ… «ЇХ» ЗАБРАЛИИИ ВАШІ ЛЮДИ", "Поверніть гроші… «Їх» забрали ваші люди"),
        ("МТС И ПАО", "МТС И ПАО"),
        ("TikTokом, Xboxом, iPhoneа, PS-ка", "TikTokом, Xboxом, iPhoneа, PS-ка"),
        ("\ud83d", "\ufffd"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_disguises_and_strays_are_undone(raw, plain):
    assert normalize(raw).text == plain


@pytest.mark.parametrize(
    ("raw", "obfuscated"),
    [
        ("Bepнитe дeньги, пожалуйста, за тот товар, который не работает с первого дня", True),
        ("вер\u200bните мне де\u200bньги, пожалуйста, за тот товар, что не работает с первого дня", True),
        ("oткaз в возврате", True),
        ("oткaз в возврате товара получил сегодня утром от вашего менеджера", False),
        ("цiлий мiсяць чекаю, жодної вiдповiдi", False),
        ("и\u0306 за\u0301мок  \u00a0\x00 жаааааль", False),
        ("слово\u200b \u200bслово", False),
    ],
)
def test_only_disguised_words_count_as_obfuscated(raw, obfuscated):
    assert normalize(raw).obfuscated is obfuscated


@pytest.mark.parametrize(
    ("raw", "word", "original"),
    [
        ("  Bepнитe   дeньги ", "деньги", "дeньги"),
        ("мои\u0306 за\u0301мок", "мой", "мои\u0306"),
        ("мои\u0306 за\u0301мок", "замок", "за\u0301мок"),
        ("жаааааль их", "жаль", "жаааааль"),
        ("ДУЖЕ ПОГАНЫЙ СЕРВІИИС, НІКОЛИИИ БІЛЬШЕ", "ніколи", "НІКОЛИИИ"),
        ("стыд! ", "стыд!", "стыд!"),
        ("ﬁne", "f", "ﬁ"),
    ],
)
def test_spans_lead_back_to_the_original(raw, word, original):
    plain = normalize(raw)
    start = plain.text.index(word)
    begin, end = plain.original_span(start, start + len(word))
    assert raw[begin:end] == original


@given(TRICKY)
def test_offsets_run_through_the_original(raw):
    plain = normalize(raw)
    assert len(plain.offsets) == len(plain.text) + 1
    assert plain.offsets[-1] == len(raw)
    assert plain.offsets.dtype == np.int32
    assert (np.diff(plain.offsets) >= 0).all()
    for i in range(len(plain.text)):
        begin, end = plain.original_span(i, i + 1)
        assert 0 <= begin < end <= len(raw)


LOUD = st.lists(
    st.sampled_from(["АА", "СССР", "а", "ОК", "A", "c", "HP", "ООО", "VIII", "сссс", "Ааа", "...", "!", "Xе"])
)


@given(TRICKY | LOUD.map(" ".join))
def test_normal_text_is_normal(raw):
    once = normalize(raw).text
    assert normalize(once).text == once
    once.encode("utf-8")


@pytest.mark.parametrize("piece", ["Bepнитe ", "а\u200b", "е\u0308", "аааа!!!!", "Xа'", "a", " "])
def test_a_hostile_text_takes_linear_time(piece):
    started = time.process_time()
    normalize(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2
