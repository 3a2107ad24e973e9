from pipeline.data.annotations import fingerprint
from pipeline.loop.candidates import gather


def test_of_each_language_and_category_the_most_doubtful_rows_are_kept(rows):
    one = rows[0].model_copy(update={"severity": 1, "review_reasons": [], "category": "delivery", "language": "uk"})
    many = [
        one.model_copy(update={"id": str(n), "category_confidence": n / 1000, "text": f"текст {n}"})
        for n in range(1000)
    ]
    found = gather(many, 5, set())
    assert sorted(int(row.id) for row in found.rows) == list(range(20))
    assert found.counts == {("uk", "delivery"): 1000}


def test_rows_without_text_and_rows_reviewed_before_are_counted_and_left_out(rows):
    nameless = [row.model_copy(update={"text": None}) for row in rows[:3]]
    found = gather([*nameless, *rows[3:10]], 5, {fingerprint(rows[4].text)})
    assert (found.without_text, found.reviewed, found.counts.total()) == (3, 1, 6)
    assert rows[4].id not in {row.id for row in found.rows}


def test_an_urgent_row_comes_before_an_equally_sure_one(rows):
    calm = rows[0].model_copy(update={"severity": 1, "review_reasons": [], "text": "а", "id": "calm"})
    urgent = calm.model_copy(update={"severity": 3, "text": "б", "id": "urgent"})
    assert next(row.id for row in gather([calm, urgent], 1, set()).rows) == "urgent"
