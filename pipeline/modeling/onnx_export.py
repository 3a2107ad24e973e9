"""A trained network → one ONNX file, in float32 or with 8-bit weights."""

import warnings
from pathlib import Path
from typing import Literal

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from pipeline.modeling.network import Network
from pipeline.serving.inference import EVIDENCE

_OPSET = 17


class _Exported(nn.Module):
    """The network for one text, with its outputs in a fixed order and each token's share in the logits of the signals.

    A text alone is not padded. With a mask, adding it to every score of attention would take up to a sixth of the time.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor) -> tuple[Tensor, ...]:
        tokens: Tensor = self.network.encoder(input_ids=input_ids).last_hidden_state
        pooled = tokens.mean(1)
        logits = [head(pooled) for head in self.network.heads.values()]
        return (*logits, tokens @ self.network.heads["signals"].weight.T)


def export(network: Network, output: Path, quantization: Literal["int8", "none"]) -> None:
    """Write `output`: `input_ids` (1, tokens) in, (1, labels) per head and the evidence (1, tokens, signals) out."""
    output.parent.mkdir(parents=True, exist_ok=True)
    full = output.with_suffix(".float32.onnx")
    with warnings.catch_warnings():
        # Tracing warns of shapes that it takes for constants; the test against torch shows that none is.
        warnings.simplefilter("ignore")
        _trace(network.eval(), full)
    if quantization == "int8":
        quantize_dynamic(full, output, per_channel=True, weight_type=QuantType.QInt8)
        full.unlink()
    else:
        full.rename(output)
    onnx.checker.check_model(str(output))


def _trace(network: Network, output: Path) -> None:
    torch.onnx.export(
        _Exported(network).eval(),  # the mode found here is restored afterwards, in the network too
        (torch.ones((1, 8), dtype=torch.long),),
        str(output),
        input_names=["input_ids"],
        output_names=[*network.heads, EVIDENCE],
        dynamic_axes={name: {1: "tokens"} for name in ("input_ids", EVIDENCE)},
        opset_version=_OPSET,
        dynamo=False,
    )
