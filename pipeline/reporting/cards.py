"""Tables of figures in README.md and the model card, rewritten from the files that they name; the corpus's data card.

`python -m pipeline.reporting.cards` rewrites them; a test fails when a table and its file disagree.
"""

import json
import re
from pathlib import Path

from pipeline.reporting import risk_scores, robustness, scores
from pipeline.reporting.corpus import corpus_card
from pipeline.serving.durable import written_whole

README = Path("README.md")
CORPUS = Path("data/corpus")
CARDS = (README, Path("models/README.md"), Path("docs/risk.md"))
_TABLES = {
    "scores": scores.markdown_tables,
    "robustness": robustness.markdown_tables,
    "risk": risk_scores.markdown_tables,
}
_BLOCK = re.compile(r"(<!-- (scores|robustness|risk): (\S+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def refresh(text: str, root: Path) -> str:
    """Replace what stands between each pair of marks by tables of the file that the first mark names."""

    def table(block: re.Match[str]) -> str:
        start, kind, path, end = block.groups()
        figures = json.loads((root / path).read_text("utf-8"))
        return f"{start}{_TABLES[kind](figures).strip()}\n{end}"

    return _BLOCK.sub(table, text)


def main() -> None:
    """Rewrite every card."""
    for card in CARDS:
        rewrite(card)
    with written_whole(CORPUS / "README.md") as file:
        file.write(corpus_card(CORPUS).encode())


def rewrite(card: Path) -> None:
    """Rewrite the tables of one card in this folder, if it is here."""
    if card.is_file():
        fresh = refresh(card.read_text("utf-8"), Path())
        with written_whole(card) as file:
            file.write(fresh.encode())


if __name__ == "__main__":
    main()
