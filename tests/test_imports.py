"""What a program loads that only tags."""

import json
import subprocess
import sys

import numpy
import pytest

HEAVY = ("torch", "transformers", "pandas", "mlflow", "sklearn", "scipy", "datasets", "dvc")
TAG = """
import json, pickle, sys

def refuse(*arguments, **options):
    raise AssertionError("loading a bundle must not unpickle")

def watch(event, arguments):  # what C code does is seen here, too
    if event in {"pickle.find_class", "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"}:
        raise AssertionError(f"loading a bundle must not cause {event}")

pickle.load = pickle.loads = pickle.Unpickler = refuse  # numpy's allow_pickle ends here
sys.addaudithook(watch)
import pipeline.serving.tagger
tags = pipeline.serving.tagger.Tagger.load(sys.argv[1]).tag([{"id": "1", "text": "Верните деньги"}])
print(json.dumps([tags, sorted(sys.modules)]))
"""
SERVING = ["pipeline.cli", "pipeline.serving.backlog", "pipeline.serving.stream", "pipeline.reporting.backlog"]


def run(program, *arguments):
    result = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


CONNECT, UNPICKLE = "socket.create_connection(('127.0.0.1', 9))", "numpy.load(sys.argv[1], allow_pickle=True)"


@pytest.mark.parametrize("act", ["pickle.loads(b'')", CONNECT, UNPICKLE])
def test_the_watch_sees_what_it_looks_for(tmp_path, act):
    path = tmp_path / "array.npy"
    numpy.save(path, numpy.array([{}], object))
    program = f"import numpy, socket{TAG.split('import pipeline', maxsplit=1)[0]}{act}"
    result = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert "AssertionError: loading a bundle must not" in result.stderr


def heavy(modules):
    return sorted({module.split(".")[0] for module in modules} & set(HEAVY))


def test_tagging_loads_nothing_of_training_no_pickle_and_no_network(bundle_dir, tagger):
    tags, modules = run(TAG, bundle_dir)
    assert tags == tagger.tag([{"id": "1", "text": "Верните деньги"}])
    assert heavy(modules) == []


def test_serving_code_loads_nothing_of_training():
    modules = run(f"import json, sys, {', '.join(SERVING)}; print(json.dumps(sorted(sys.modules)))")
    assert set(SERVING) <= set(modules)
    assert heavy(modules) == []


def test_the_package_itself_loads_next_to_nothing():
    modules = run("import json, sys, pipeline, pipeline.serving; print(json.dumps(sorted(sys.modules)))")
    assert not {"numpy", "onnxruntime", "spacy", "pydantic"} & set(modules)


def test_the_tagger_is_found_where_the_readme_says(bundle_dir):
    from pipeline import serving
    from pipeline.serving.tagger import Tagger

    assert serving.Tagger is Tagger
    with pytest.raises(AttributeError, match="Taggger"):
        serving.Taggger  # noqa: B018
