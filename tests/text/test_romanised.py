import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.normalize import normalize
from pipeline.text.romanised import restore

ROMANISED = [
    ("zdravstvujte, gde moj zakaz", "здравствуйте, где мой заказ"),
    ("Zdravstvuyte! Gde moy zakaz?", "Здравствуйте! Где мой заказ?"),
    ("vzhe tretii tyzhden chekaiu na posylku", "вже третій тиждень чекаю на посилку"),
    ("4ego vy zhdete, uzhe 3 nedeli net pis'ma", "чего вы ждете, уже 3 недели нет письма"),
    ("Ja toze xo4u vernut' den'gi, ne rabotaet telefon", "Я тоже хочу вернуть деньги, не работает телефон"),
    ("privet q zakazal tovar i ne polu4il", "привет я заказал товар и не получил"),
    (
        "Povernit hroshi! Zamovlyala sukniu, a pryishov inshyj rozmir",
        "Поверніть гроші! Замовляла сукню, а прийшов інший розмір"),
    ("Nihto ne beret slukhavku, chekala 40 khvylyn", "Ніхто не берет слухавку, чекала 40 хвилин"),
    ("Sčet zakryli, dengi ne vernuli, budu žalovatsja", "Счет закрыли, деньги не вернули, буду жаловаться"),
    (
        "Pishu na mail@example.com i na www.example.com/gde, otveta net",
        "Пишу на mail@example.com и на www.example.com/gde, ответа нет"),
    ("Moj iPhone ne zaryazhaetsya, pomogite", "Мой iPhone не заряжается, помогите"),
    ("spasibo", "спасибо"),
]  # fmt: skip

FOREIGN = [
    "Where is my order? I have been waiting for three weeks.",
    "The courier was rude and the parcel arrived damaged.",
    "Please refund my money or I will go to court",
    "ok thx", "no problem", "ASAP pls, thx, btw, imho", "test test test", "hello", "lol", "internet",
    "Nie mogę zwrócić towaru, sklep nie odpowiada na telefon.",
    "Nie moge zwrocic towaru, sklep nie odpowiada na telefon.",
    "Prosze o zwrot pieniedzy, paczka nie doszla",
    "Gdzie jest moja paczka? Czekam juz trzy tygodnie",
    "To nie jest to, co zamawialem", "Dobry wieczor, kiedy bedzie dostawa?",
    "Kdy dorazí můj balík? Čekám už dva týdny.",
    "Kdy dorazi muj balik? Cekam uz dva tydny.",
    "Chci vratit penize, zbozi je poskozene", "Dobry den, kde je moje objednavka?", "Kde je moja objednavka?",
    "Chcem vratit peniaze, tovar je poskodeny", "Prosim vas o vratenie penazi za tovar",
    "Gdje je moja narudžba? Čekam već tri tjedna.",
    "Gdje je moja narudzba? Cekam vec tri tjedna.",
    "Molim vas da mi vratite novac, roba je neispravna", "Nisam dobio odgovor od vase sluzbe",
    "Dobar dan, kada ce stici moj paket?", "Zasto mi niko ne odgovara na poruke",
    "Unde este comanda mea? Aștept de trei săptămâni.", "Unde este comanda mea? Astept de trei saptamani",
    "Vreau banii inapoi, produsul este defect", "Nu am primit niciun raspuns de la voi",
    "Wo bleibt meine Bestellung? Ich warte seit drei Wochen.", "Das Telefon ist kaputt, ich will mein Geld",
    "Où est ma commande ?", "Quiero mi dinero de vuelta", "Dove si trova il mio ordine?",
    "iPhone 15 Pro Max, Samsung Galaxy S24 Ultra, Xiaomi Redmi Note 13",
    "Bosch Siemens Philips Tefal Braun Electrolux", "Nike Air Max 90, Adidas Samba, Puma Suede",
    "Visa Mastercard PayPal Apple Pay", "LG OLED55C3 HDMI USB-C Wi-Fi SMS",
    "https://example.com/zakaz/gde-moj-zakaz", "moj.zakaz@example.com", "SELECT name FROM orders WHERE id = 7;",
    "def restore(text): return None", "qwerty asdfgh zxcvbn", "hjkl vbnm fghj", "aaaaaaaaaaaa",
    "Lorem ipsum dolor sit amet",
    "Не пришёл заказ Samsung Galaxy Buds", "SMS OTP PIN CVV IBAN",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), ROMANISED)
def test_romanised_text_is_restored(typed, meant):
    plain = normalize(typed)
    assert plain.text == meant
    assert not plain.obfuscated


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_names_and_code_stay(text):
    assert restore(text) is None


@pytest.mark.parametrize(
    ("typed", "word", "original"),
    [
        ("gde vashi shchyotki, hochu vernut'", "щетки", "shchyotki"),
        ("gde moj zakaz, hochu vernut' den'gi", "вернуть", "vernut'"),
        ("gde moj zakaz, hochu vernut' den'gi", "ньг", "n'g"),
        ("chto za zhizn', zhdu zakaz", "ж", "zh"),
        ("  gde   moj  zaaaakaz, verni dengi", "мой", "moj"),
    ],
)
def test_letters_lead_back_to_what_was_typed(typed, word, original):
    plain = normalize(typed)
    start = plain.text.index(word)
    begin, end = plain.original_span(start, start + len(word))
    assert typed[begin:end] == original


WORDS = st.sampled_from(
    ["gde", "vernite", "den'gi", "zhdu'", "4ego", "shchuka", "HP", "Wi-Fi", "i", "q", "'ja'",
     "ščo", "aaaa", "a@b.c", "'", ".", "Ж"]
)  # fmt: skip


@given(st.lists(WORDS).map(lambda words: " ".join(["gde moj zakaz", *words])))
def test_offsets_cover_the_typed_letters_in_order(typed):
    plain = normalize(typed)
    spans = [plain.original_span(i, i + 1) for i in range(len(plain.text))]
    assert all(0 <= begin < end <= len(typed) for begin, end in spans)
    assert spans == sorted(spans)
    assert normalize(plain.text).text == plain.text


@pytest.mark.parametrize("piece", ["gde moj zakaz ", "zh'", "shchuka gde", "i", "' "])
def test_a_long_text_takes_linear_time(piece):
    restore("gde moj zakaz")  # the words are read once
    started = time.process_time()
    normalize("gde moj zakaz " * 400 + piece * (200_000 // len(piece)))
    assert time.process_time() - started < 3
