"""The notebooks run from top to bottom and are kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def run_notebook(name: str, folder: Path) -> str:
    """Execute a notebook as if opened in `folder`; return what its cells printed."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_outputs_are_stripped(notebook: Path) -> None:
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


@pytest.mark.allow_hosts(["127.0.0.1"])  # a kernel is a process that is spoken to through local ports
@pytest.mark.usefixtures("jupyter_home")
def test_the_corpus_tour_runs() -> None:
    printed = run_notebook("01-corpus.ipynb", NOTEBOOKS)
    assert "2,935 messages in 12 files" in printed
    assert "language: ru 1,411, uk 1,291, mixed 233" in printed


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.usefixtures("jupyter_home")
def test_the_tour_of_simulated_customers_runs() -> None:
    printed = run_notebook("03-customers.ipynb", NOTEBOOKS)
    assert "30,000 simulated customers" in printed
    assert "ДЛЯ КЛІЄНТА" in printed
