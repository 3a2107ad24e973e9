import json
import re
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


def test_a_block_is_filled_by_its_own_kind_of_table(tmp_path: Path):
    losses = {"corpus": {"typos": {"category": {"all": {"n": 3, "before": 0.5, "after": 0.25, "drop": 0.25}}}}}
    (tmp_path / "m.json").write_text(json.dumps(METRICS), "utf-8")
    (tmp_path / "r.json").write_text(json.dumps(losses), "utf-8")
    text = "\nbetween\n".join(
        f"<!-- {kind}: {file} -->\n<!-- end of {kind} -->"
        for kind, file in [("robustness", "r.json"), ("scores", "m.json")]
    )
    robustness, scores = refresh(text, tmp_path).split("between")
    assert "+0.250" in robustness
    assert "0.400" in scores


@pytest.mark.parametrize("card", CARDS)
def test_committed_cards_say_what_the_committed_metrics_say(card: Path, root: Path, tmp_path: Path):
    """The working copy may hold the figures of somebody's own run: what is in git must agree with itself."""
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    text = committed(root, str(card)).decode()
    for path in re.findall(r"<!-- \w+: (\S+) -->", text):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(committed(root, path))
    assert refresh(text, tmp_path) == text, "run `python -m pipeline.reporting.cards` and commit"


def committed(root: Path, path: str) -> bytes:
    return subprocess.run(["git", "show", f"HEAD:{path}"], cwd=root, capture_output=True, check=True).stdout
