import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.checksums import is_card, is_iban, is_inn, is_rnokpp, is_snils
from pipeline.text.mask import mask

CASES = [
    ("Позвоните +7 (912) 345-67-89 срочно", "Позвоните <phone> срочно"),
    ("тел. 89123456789", "тел. <phone>"),
    ("8 800 555 35 35", "<phone>"),
    ("8-912-345-67-89, 912 345-67-89", "<phone>, <phone>"),
    ("8 (4722) 12-34-56", "<phone>"),
    ("номер 234-56-78", "номер <phone>"),
    ("дзвоніть +38 067 123 45 67", "дзвоніть <phone>"),
    ("+380671234567 або 0671234567", "<phone> або <phone>"),
    ("(067) 123-45-67; 067 12 34 567", "<phone>; <phone>"),
    ("0 800 123 456", "<phone>"),
    ("+49 151 23456789", "<phone>"),
    ("пишите на ivan.petrov+1@mail.example.ru!", "пишите на <email>!"),
    ("пошта: олена@приклад.укр", "пошта: <email>"),
    ("см. https://example.com/a?b=1 и www.example.ru", "см. <link> и <link>"),
    ("t.me/ivan_petrov, vk.com/id123456", "<link>, <link>"),
    ("мой телеграм @ivan_petrov.", "мой телеграм <account>."),
    ("карта 4111 1111 1111 1111", "карта <card>"),
    ("картка 4111111111111111 500 грн", "картка <card> 500 грн"),
    ("карта 4111 1111 1111 1112", "карта <number>"),
    ("карта 4149 49** **** 1234, 4149****1234", "карта <card>, <card>"),
    ("рахунок UA213223130000026007233566001", "рахунок <iban>"),
    ("UA21 3223 1300 0002 6007 2335 66001", "<iban>"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN <iban>"),
    ("счёт 40817810099910004312", "счёт <number>"),
    ("ИНН 500100732259", "ИНН <inn>"),
    ("мой 500100732259 и фирмы 7707083893", "мой <inn> и фирмы <inn>"),
    ("ИНН: 7707083890", "ИНН: <inn>"),
    ("РНОКПП 1234567899", "РНОКПП <rnokpp>"),
    ("код 1234567899", "код <rnokpp>"),
    ("112-233-445 95", "<snils>"),
    ("СНИЛС 11223344595", "СНИЛС <snils>"),
    ("паспорт 4509 123456", "паспорт <passport>"),
    ("Паспорт серия 45 09 № 123456 выдан", "Паспорт серия <passport> выдан"),
    ("паспорт СН 123456", "паспорт <passport>"),
    ("паспорт громадянина України СН123456", "паспорт громадянина України <passport>"),
    ("ID-картка 001234567", "ID-картка <passport>"),
    ("мої дані: СН123456; 45 09 123456", "мої дані: <passport>; <passport>"),
    ("заказ № 1234567", "заказ <number>"),
    ("замовлення 123456789, ТТН 20450012345678", "замовлення <number>, ТТН <number>"),
    ("договор А-123456/24 и № 12/34-5678", "договор <number> и <number>"),
    ("Меня зовут Иванов Пётр Ильич, я купил", "Меня зовут <name>, я купил"),
    ("мене звати олена", "мене звати <name>"),
    ("Хамила менеджер Ольга в салоне", "Хамила менеджер <name> в салоне"),
    ("менеджером Петренко О. В. не дано", "менеджером <name> не дано"),
    ("працівниця на ім'я Марія", "працівниця на ім'я <name>"),
    ("кур'єр Андрій кинув", "кур'єр <name> кинув"),
    ("З повагою, Коваленко Ірина", "З повагою, <name>"),
    ("С уважением, ольга", "С уважением, <name>"),
    ("пришла Сидорова Анна Павловна", "пришла <name>"),
    ("Лист підписав Шевчук Т. Г.", "Лист підписав <name>"),
]

UNTOUCHED = [
    "вернули 18 642 грн, 150000 руб., 1 200 000,50 ₽ и $150000",
    "14 лютого о 15:40, 12.03.2024, 2024-03-12, 12/03/2024",
    "кв. 8 12.03.2024 15:40",
    "сума 150000 гривень, 100000.50 UAH, 250000р",
    "менеджер не перезвонил, оператор МТС молчал",
    "с уважением к клиентам тут туго",
    "iPhone 15 Pro, Samsung SM-A515F, RTX4090, 1000-1500 шт.",
    "у 2024/2025 роках, 45 днів, 5-6 разів, 24/7",
    "ждал 1 5 10 дней",
    "П.С. Думайте. Т. Е. Решайте",
]


@pytest.mark.parametrize(("text", "masked"), CASES)
def test_personal_data_is_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize("text", UNTOUCHED)
def test_dates_amounts_and_plain_words_stay(text):
    assert mask(text) == text


def test_check_digits():
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB82WEST12345698765431")
    assert is_inn("7707083893")
    assert is_inn("500100732259")
    assert not is_inn("500100732258")
    assert not is_inn("77070838931")
    assert is_snils("11223344595")
    assert not is_snils("11223344594")
    assert is_rnokpp("1234567899")
    assert not is_rnokpp("1234567898")


@given(
    st.from_regex(
        r"(\+7[ -]?\(?9|8[ -]?\(?9|\+38[ -]?\(?0|0)[0-9]{2}\)?[ -]?[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}", fullmatch=True
    )
)
def test_no_long_number_survives(phone):
    digits = re.sub(r"\D", "", mask(f"перезвоните {phone} пожалуйста"))
    assert len(digits) < 6


@given(st.integers(1, 999_999), st.sampled_from(["грн", "руб.", "₴", "гривень"]), st.sampled_from([" ", ""]))
def test_amounts_survive(amount, currency, thousands):
    text = f"заплатив {amount:,} {currency}".replace(",", thousands)
    assert mask(text) == text


@given(st.text() | st.text(st.sampled_from("0123456789 -()+@.№абАБUAxmп/:*")))
def test_masked_text_stays_masked(text):
    masked = mask(text)
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "piece", ["1", "1-", "1 ", "a@", "a.", "Аа ", "A1 ", "(", "+7", "паспорт ", "@", "a.b/", "А. "]
)
def test_a_hostile_text_takes_linear_time(piece):
    started = time.perf_counter()
    mask(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 2
