import json
import subprocess
from pathlib import Path

import pytest

from pipeline.reporting.cards import CARDS, refresh

METRICS = {"corpus": {"skarga": {"category": {"all": {"n": 3, "accuracy": 0.5, "macro_f1": 0.4}}}}}


def test_what_stands_between_the_marks_is_replaced_and_nothing_else(tmp_path: Path):
    (tmp_path / "m.json").write_text(json.dumps(METRICS), "utf-8")
    text = "before\n<!-- scores: m.json -->\nold\n<!-- end of scores -->\nafter\n"
    fresh = refresh(text, tmp_path)
    assert "old" not in fresh
    assert "0.400" in fresh
    assert fresh.startswith("before\n<!-- scores: m.json -->\n")
    assert fresh.endswith("\n<!-- end of scores -->\nafter\n")
    assert refresh(fresh, tmp_path) == fresh


@pytest.mark.parametrize("card", CARDS)
def test_committed_cards_say_what_the_committed_metrics_say(card: Path, root: Path, tmp_path: Path):
    """The working copy may hold the figures of somebody's own run: what is in git must agree with itself."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    for path in ("models/metrics.json", "benchmarks/public/metrics.json", str(card)):
        shown = subprocess.run(["git", "show", f"HEAD:{path}"], cwd=root, capture_output=True, check=True)
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(shown.stdout)
    text = (tmp_path / card).read_text("utf-8")
    assert refresh(text, tmp_path) == text, "run `python -m pipeline.reporting.cards` and commit"
