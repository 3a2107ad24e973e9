"""A trained network → one ONNX file, in float32 or with 8-bit weights."""

import warnings
from pathlib import Path
from typing import Literal

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from pipeline.modeling.network import Network, mean
from pipeline.serving.inference import EVIDENCE

_OPSET = 17


class _Exported(nn.Module):
    """The network with its outputs in a fixed order, and each token's share in the logits of the signals."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        tokens = self.network.tokens(input_ids, attention_mask)
        pooled = mean(tokens, attention_mask)
        logits = [head(pooled) for head in self.network.heads.values()]
        return (*logits, tokens @ self.network.heads["signals"].weight.T)


def export(network: Network, output: Path, quantization: Literal["int8", "none"]) -> None:
    """Write `output`: inputs `input_ids` and `attention_mask` (batch, tokens), an output per head, and the evidence."""
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
    sample = torch.ones((2, 8), dtype=torch.long)
    heads = list(network.heads)
    dynamic = {name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask", EVIDENCE)}
    torch.onnx.export(
        _Exported(network).eval(),  # the mode found here is restored afterwards, in the network too
        (sample, sample),
        str(output),
        input_names=["input_ids", "attention_mask"],
        output_names=[*heads, EVIDENCE],
        dynamic_axes=dynamic | {head: {0: "batch"} for head in heads},
        opset_version=_OPSET,
        dynamo=False,
    )
