"""Word-piece ids → logits, by ONNX Runtime, one text at a time.

Texts are not batched: 8-bit arithmetic scales its inputs by the largest value of the whole batch, so that a row's
answer would depend on its neighbours. Alone, every row gives the same answer in a file, in a stream and in a call,
and no time goes into padding.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

# With ONNX Runtime's fused kernel a text takes a fifth longer than with the sum and the norm one after the other
# (docs/speed.md has the table).
_SLOWER_FUSED = ["SkipLayerNormFusion"]
_MASK = "attention_mask"  # bundles made before texts were exported alone ask for it
EVIDENCE = "signals_evidence"  # (tokens, signals): each token's share in the logit, whose mean plus bias is the logit

Outputs = dict[str, npt.NDArray[np.float32]]


class Inference:
    """A loaded ONNX network."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # parallel over texts instead: no waiting inside one text
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_FUSED
        )
        self._names = [output.name for output in self._session.get_outputs()]
        self._asks_for_mask = any(given.name == _MASK for given in self._session.get_inputs())

    def run(self, ids: npt.NDArray[np.int64]) -> Outputs:
        """Ids (tokens,) of a text → logits (labels,) per head and `EVIDENCE` (tokens, signals); any thread may ask."""
        inputs = {"input_ids": ids[None]}
        if self._asks_for_mask:
            inputs[_MASK] = np.ones_like(inputs["input_ids"])
        return dict(zip(self._names, (output[0] for output in self._session.run(None, inputs)), strict=True))
