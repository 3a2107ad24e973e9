import pytest

from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.evaluation.robustness import measure_robustness, undisturbed
from pipeline.evaluation.sampling import sample
from pipeline.evaluation.systems import tagger_predictions

MOST = 30


@pytest.fixture(scope="module")
def measured(tagger, corpus):
    return measure_robustness(tagger, corpus, MOST, "test rows")


def test_every_perturbation_has_its_figures_for_both_tasks(measured):
    assert set(measured) <= {perturbation.name for perturbation in PERTURBATIONS}
    assert {"lookalikes_50", "typos", "transliteration", "pasted_twice"} <= set(measured)
    for by_task in measured.values():
        assert set(by_task) == {"category", "emotion"}
        for by_language in by_task.values():
            for figures in by_language.values():
                assert set(figures) == {"n", "before", "after", "drop"}
                assert figures["drop"] == pytest.approx(figures["before"] - figures["after"], abs=2e-4)


def test_only_rows_that_changed_are_scored(measured, corpus):
    rows = sample(corpus, MOST)
    for perturbation in PERTURBATIONS:
        changed = sum(perturbation.apply(text) != text for text in rows["text"])
        figures = measured.get(perturbation.name, {}).get("category", {}).get("all", {"n": 0})
        assert figures["n"] == changed
        languages = {name: one["n"] for name, one in measured.get(perturbation.name, {}).get("category", {}).items()}
        assert sum(languages.values()) == 2 * changed


def test_what_normalisation_takes_back_costs_nothing_and_the_rest_is_felt(measured):
    assert measured["zero_width"]["category"]["all"]["drop"] == 0
    drops = [by_task[task]["all"]["drop"] for by_task in measured.values() for task in ("category", "emotion")]
    assert any(drops)


def test_before_is_the_products_own_figure(measured, tagger, corpus):
    rows = sample(corpus, MOST)
    answers = tagger.tag([{"text": text} for text in rows["text"]])
    pairs = [(answer["category"], category) for answer, category in zip(answers, rows["category"], strict=True)]
    scores = []
    for label in set(rows["category"]):
        hits = sum(answer == label == truth for answer, truth in pairs)
        named = sum((answer == label) + (truth == label) for answer, truth in pairs)
        scores.append(2 * hits / named)
    assert measured["pasted_twice"]["category"]["all"]["before"] == pytest.approx(sum(scores) / len(scores), abs=1e-4)


def test_answers_at_hand_tell_what_was_before(measured, tagger, corpus):
    known = undisturbed(tagger_predictions(tagger, corpus), corpus, tagger.labels, MOST)
    assert known == {
        name: {
            task: {language: {"before": one["before"]} for language, one in by_language.items()}
            for task, by_language in by_task.items()
        }
        for name, by_task in measured.items()
    }


def test_a_task_without_labels_is_left_empty(tagger, corpus):
    measured = measure_robustness(tagger, corpus.assign(category=None), 10, "test rows")
    assert measured["typos"]["category"] == {}
    assert measured["typos"]["emotion"]["all"]["n"] > 0
