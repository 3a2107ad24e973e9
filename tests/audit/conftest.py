import numpy as np
import pandas as pd
import pytest

WORDS = {
    "delivery": ["курьер", "посылка", "доставка", "заказ", "склад", "привезли"],
    "digital_access": ["приложение", "пароль", "сайт", "вход", "ошибка", "связь"],
    "staff_conduct": ["оператор", "нагрубил", "менеджер", "хамство", "кассир", "грубость"],
}


@pytest.fixture(scope="package")
def table():
    """Ninety rows whose category their words give away; row 0 has the category of others."""
    random = np.random.default_rng(13)
    codes = list(WORDS) * 30
    rows = pd.DataFrame(
        {
            "id": [f"crm-{n}" for n in range(90)],
            "text": [" ".join(random.choice(WORDS[code], 12)) + f" {n}" for n, code in enumerate(codes)],
            "language": "ru",
            "source": "crm",
            "part": "all",
            "group": None,
            "category": ["staff_conduct", *codes[1:]],
            "categories": [["staff_conduct", "other"], *([code] for code in codes[1:])],
            "emotion": [["anger"] if code == "staff_conduct" else [] for code in codes],
            "signals": None,
            "severity": None,
        },
        dtype=object,
    )
    rows.at[5, "emotion"] = []
    return rows
