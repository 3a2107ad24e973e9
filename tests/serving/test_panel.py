import io

import pytest
from rich.console import Console
from rich.text import Text

from pipeline.serving.panel import marked, prediction_panel, review_words

RECORD = {
    "text": "Хамло\x1b[31m! Пойду в суд [b]",
    "language": "ru",
    "category": "staff_conduct",
    "category_confidence": 0.81,
    "categories": ["staff_conduct", "waiting_time"],
    "emotion": "neutral",
    "emotion_confidence": 0.5,
    "emotions": [],
    "severity": 3,
    "signals": [
        {"code": "insult", "start": 0, "end": 5, "text": "Хамло"},
        {"code": "legal_threat", "start": 12, "end": 24, "text": "Пойду в суд"},
    ],
    "complainer_risk": "insufficient_history",
    "automation": "suggest",
    "review_reasons": ["low_confidence:category", "something_new"],
    "model_version": "0.1.0+abc",
}


def shown(record, labels):
    console = Console(width=100, file=io.StringIO())
    console.print(prediction_panel(record, labels))
    return console.file.getvalue()


def test_panel_says_all_that_matters(labels):
    text = shown(RECORD, labels)
    for part in (
        "staff_conduct  поведение сотрудников / поведінка працівників  81%",
        "waiting_time  долгое ожидание / довге очікування",
        "neutral  50%",
        "3  нужен человек сегодня / потрібна людина сьогодні",
        "legal_threat  грозит судом или надзором",
        "insufficient history",
        "the model is not sure of the category",
        "something new",
        "0.1.0+abc",
        "Пойду в суд [b]",
    ):
        assert part in text


def test_message_cannot_steer_the_terminal(labels):
    assert "\x1b" not in shown(RECORD, labels)


def test_row_that_needs_no_review_says_so(labels):
    text = shown(RECORD | {"review_reasons": [], "automation": "automatic", "signals": []}, labels)
    assert "not needed" in text
    assert "may be applied as it is" in text


@pytest.mark.parametrize("text", ["", "без сигналов", "a\tb\nc\x07\x08d"])
def test_marking_keeps_the_message(text):
    assert len(marked(text, []).plain) == len(text)


def test_overlapping_signals_are_marked_once_each():
    signals = [{"start": 0, "end": 4}, {"start": 2, "end": 6}]
    text = marked("abcdefgh", signals)
    assert isinstance(text, Text)
    assert [(span.start, span.end) for span in text.spans] == [(0, 2), (2, 4), (4, 6)]


def test_reasons_are_said_in_plain_words():
    assert review_words("small_margin:emotion") == "a second answer for the emotion is almost as likely"
    assert review_words("too_short") == "too short to judge by"
