"""One network, one thread, one text at a time: what each way of running it takes, and how far it strays.

[SKARGA_DATA_DIR=…] python -m benchmarks.runtimes [--texts 200], from the root, after `make run`

The ways take turns over the same texts, and each shows its best round, so that other programs on the machine matter
little. OpenVINO takes part where it is installed (`pip install openvino`).
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tabulate import tabulate
from tqdm.auto import tqdm

from benchmarks.messages import read_texts
from benchmarks.speed import sample_texts
from pipeline import paths
from pipeline.modeling.network import Network
from pipeline.modeling.onnx_export import export
from pipeline.serving import bundle
from pipeline.serving.inference import Inference, Outputs
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder

ROUNDS = 4
EXACT = "float32, ONNX Runtime"
HEAD = ["", "ms a text", "of the product's", "logits apart from float32's"]

Ids = npt.NDArray[np.int64]
Run = Callable[[Ids], Outputs]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=200)
    texts = sample_texts(read_texts(), parser.parse_args().texts)
    encoder = TextEncoder.load(paths.BUNDLE)
    encoded = [one.ids for one in encoder.encode([normalize(text).text for text in texts])]
    with tempfile.TemporaryDirectory() as folder:
        full, plain = Path(folder, "float32.onnx"), Path(folder, "plain.onnx")
        network = Network.load(paths.NETWORK)
        export(network, full, "none")
        export(network, plain, "int8")
        ways = {**_onnxruntime(full, plain), **_openvino(full)}
        best = _best(ways, encoded)
        exact = _categories(ways[EXACT], encoded)
        strays = {name: _categories(run, encoded) - exact for name, run in ways.items()}
    ours = best["8 bits, as in the product"]
    rows = [(name, best[name], best[name] / ours, np.sqrt(np.mean(np.square(strays[name])))) for name in ways]
    print(f"{len(texts)} texts, {np.mean([len(ids) for ids in encoded]):.0f} word pieces each on average")
    print(tabulate(rows, HEAD, tablefmt="github", floatfmt=("", ".1f", ".2f", ".3f")))


def _categories(run: Run, encoded: list[Ids]) -> npt.NDArray[np.float32]:
    """(texts, categories) Logits."""
    return np.stack([run(ids)["category"] for ids in encoded])


def _onnxruntime(full: Path, plain: Path) -> dict[str, Run]:
    return {
        "8 bits, as in the product": Inference(paths.BUNDLE / bundle.MODEL).run,
        "8 bits, every fusion of ONNX Runtime": _session(paths.BUNDLE / bundle.MODEL),
        "8 bits, outliers where they were": Inference(plain).run,
        EXACT: Inference(full).run,
    }


def _session(model: Path) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda ids: dict(zip(names, (one[0] for one in session.run(None, {"input_ids": ids[None]})), strict=True))


def _openvino(full: Path) -> dict[str, Run]:
    try:
        import openvino
    except ImportError:
        return {}

    def request(precision: str) -> Run:
        options = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        infer = openvino.Core().compile_model(full, "CPU", options).create_infer_request().infer
        return lambda ids: {name: values[0] for name, values in infer({"input_ids": ids[None]}).to_dict().items()}

    return {"bfloat16, OpenVINO": request("bf16"), "float32, OpenVINO": request("f32")}


def _best(ways: dict[str, Run], encoded: list[Ids]) -> dict[str, float]:
    """Milliseconds a text of each way's best round; the first, in which kernels are made, does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in tqdm(range(1 + ROUNDS), "rounds", leave=False):
        for name, run in ways.items():
            began = time.perf_counter()
            for ids in encoded:
                run(ids)
            seconds[name].append(time.perf_counter() - began)
    return {name: 1000 * min(rounds[1:]) / len(encoded) for name, rounds in seconds.items()}


if __name__ == "__main__":
    main()
