"""Really tagged messages → a year of a company's complaints: days, customers, channels, outcomes, conduct are drawn."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]

LAST = date(2026, 6, 30)
PRODUCTS = ("телевізор", "смартфон", "грошовий переказ", "доставка", "картка", "=інтернет")
REASONS = [
    {"code": "frequency", "weight": 1.2, "detail": "6 скарг за 90 днів"},
    {"code": "tenure", "weight": -0.5, "detail": "клієнт 4 роки"},
]


def simulate(tags: list[Row], count: int, days: int, seed: int = 5) -> list[Row]:
    """Draw `count` complaints of the last `days` days; a tenth of the customers writes again, four weeks grow."""
    draw = random.Random(seed)
    rows: list[Row] = []
    for number in range(count):
        ago = draw.randrange(days) if draw.random() < 0.7 else draw.randrange(min(days, 28))
        again = rows[-1] if rows and draw.random() < 0.1 else None
        rows.append({**draw.choice(tags), **_met(draw, number, ago, again), **_conduct(draw)})
    return rows


def write_rows(rows: list[Row], path: Path) -> Path:
    """Write rows as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def _met(draw: random.Random, number: int, ago: int, again: Row | None) -> Row:
    if again:
        return {"id": f"R-{number}"} | {
            name: again[name] for name in ("date", "customer_id", "channel", "company", "product", "outcome")
        }
    return {
        "id": f"R-{number}",
        "date": str(LAST - timedelta(ago)),
        "customer_id": f"K-{draw.randrange(20_000)}",
        "channel": draw.choice(["chat", "form", "email", "review", "social"]),
        "company": draw.choice(["Оріон Маркет", "Оріон Пей"]),
        "product": draw.choice(PRODUCTS),
        "outcome": draw.choice(["open", "upheld", "rejected", None]),
    }


def _conduct(draw: random.Random) -> Row:
    if draw.random() > 0.03:
        return {}
    score = round(draw.uniform(0.5, 0.9), 2)
    level = "review" if score > 0.8 else "elevated"
    return {"complainer_risk": level, "complainer_risk_score": score, "complainer_risk_reasons": REASONS}
