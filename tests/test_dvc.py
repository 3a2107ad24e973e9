"""dvc.yaml against the code: what a stage imports and reads is what it declares."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline import paths

ROOT = Path(__file__).parent.parent
STAGES = {
    name: stage
    for file in ("dvc.yaml", "benchmarks/dvc.yaml")
    for name, stage in yaml.safe_load((ROOT / file).read_text("utf-8"))["stages"].items()
}
ORDER = [
    "prepare", "split", "drift", "train", "calibrate", "simulate_customers", "fit_risk", "export", "evaluate",
    "evaluate_risk", "report", "track",
]  # fmt: skip
EVERY = [*ORDER, "public"]  # `public` is `evaluate` on the public tests
# What no result can depend on: values of params.yaml are declared as params, and words for people are only words.
WITHOUT_EFFECT = {"pipeline/config.py", "pipeline/errors.py", "pipeline/paths.py", "pipeline/stages/console.py"}


def imported(module: str) -> set[str]:
    """Files of the package that a module imports, directly or through others; packages' own files hold no logic."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        file = source_of(waiting.pop())
        if file and file not in found and not file.endswith("__init__.py"):
            found.add(file)
            waiting += imports_in(ROOT / file)
    return found - WITHOUT_EFFECT


def source_of(module: str) -> str | None:
    for file in (Path(*module.split(".")).with_suffix(".py"), Path(*module.split(".")) / "__init__.py"):
        if module.startswith("pipeline") and (ROOT / file).is_file():
            return file.as_posix()
    return None


def imports_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def declared(stage: str, kind: str) -> list[str]:
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in STAGES[stage].get(kind, [])]


def outputs(stage: str) -> list[str]:
    return [path for kind in ("outs", "metrics", "plots") for path in declared(stage, kind)]


def module_of(stage: str) -> str:
    match = re.search(r"python -m ([\w.]+)", STAGES[stage]["cmd"])
    assert match
    return match[1]


def test_the_stages_are_those_of_the_package():
    assert list(STAGES) == EVERY
    files = {path.stem for path in (ROOT / "pipeline/stages").glob("*.py")} - {"__init__", "console"}
    assert files == set(ORDER)


@pytest.mark.parametrize("stage", EVERY)
def test_code_dependencies_are_what_the_stage_imports(stage: str):
    code = {dep for dep in declared(stage, "deps") if dep.endswith(".py")}
    assert code == imported(module_of(stage))


@pytest.mark.parametrize("stage", EVERY)
def test_the_text_of_queries_is_a_dependency_where_they_run(stage: str):
    code = {ROOT / dep for dep in declared(stage, "deps") if dep.endswith(".py")}
    queries = {path.with_suffix(".sql") for path in code if path.with_suffix(".sql").exists()}
    assert {query.relative_to(ROOT).as_posix() for query in queries} <= set(declared(stage, "deps"))


@pytest.mark.parametrize("stage", EVERY)
def test_every_path_that_a_stage_names_is_a_dependency_or_an_output(stage: str):
    """Stages name files through `pipeline.paths` only; a stage reads what others own, and writes what it owns."""
    source = (ROOT / source_of(module_of(stage))).read_text("utf-8")
    assert "Path(" not in source, "name files in pipeline/paths.py"
    named = {getattr(paths, name).as_posix() for name in re.findall(r"paths\.([A-Z_]+)", source)}
    known = {*declared(stage, "deps"), *outputs(stage)}
    # params.yaml is declared through its keys; unfinished training is a scratch folder.
    assert named - {paths.PARAMS.as_posix(), paths.UNFINISHED.as_posix()} <= known


@pytest.mark.parametrize("stage", EVERY)
def test_what_the_command_line_writes_is_an_output(stage: str):
    written = re.findall(r"--(?:output|predictions) (\S+)", STAGES[stage]["cmd"])
    assert all(any(path.startswith(target) for path in outputs(stage)) for target in written)


@pytest.mark.parametrize("stage", EVERY)
def test_params_are_the_blocks_that_the_stage_reads(stage: str):
    source = (ROOT / source_of(module_of(stage))).read_text("utf-8")
    read = set(re.findall(r"load_params\(\)\.(\w+)", source)) - {"model_dump"}
    if dumped := re.search(r"model_dump\(\s*include={([^}]*)}", source):
        read |= set(re.findall(r'"(\w+)"', dumped[1]))
    if "paths.PARAMS" in source:
        read |= set(yaml.safe_load((ROOT / paths.PARAMS).read_text("utf-8")))
    assert set(declared(stage, "params")) == read


def test_each_path_has_one_owner():
    owned = [path for stage in EVERY for path in outputs(stage)]
    assert len(owned) == len(set(owned))


def test_the_link_that_dvc_overrides_go_through_leads_to_the_params():
    assert (ROOT / "params.yaml").resolve() == (ROOT / paths.PARAMS).resolve()
