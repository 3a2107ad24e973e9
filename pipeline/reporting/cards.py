"""Score tables in README.md and the model card, rewritten from the metrics files that they name.

`python -m pipeline.reporting.cards` rewrites them; a test fails when a table and its file disagree.
"""

import json
import re
from pathlib import Path

from pipeline.reporting.scores import markdown_tables

CARDS = (Path("README.md"), Path("models/README.md"))
_BLOCK = re.compile(r"(<!-- scores: (\S+) -->\n).*?(<!-- end of scores -->)", re.DOTALL)


def refresh(text: str, root: Path) -> str:
    """Replace what stands between each pair of marks by the tables of the metrics file that the first mark names."""

    def table(block: re.Match[str]) -> str:
        metrics = json.loads((root / block[2]).read_text("utf-8"))
        return f"{block[1]}{markdown_tables(metrics).strip()}\n{block[3]}"

    return _BLOCK.sub(table, text)


def main() -> None:
    """Rewrite every card."""
    for card in CARDS:
        card.write_text(refresh(card.read_text("utf-8"), Path()), "utf-8")


if __name__ == "__main__":
    main()
