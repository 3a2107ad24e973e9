import numpy as np
import onnx
import pytest
import torch
from transformers import DistilBertConfig, DistilBertModel

from pipeline.errors import SkargaError
from pipeline.modeling.batches import encode_texts
from pipeline.modeling.network import Network, head_sizes, layers
from pipeline.modeling.onnx_export import export
from pipeline.serving.inference import EVIDENCE, Inference
from pipeline.text.tokens import TextEncoder, pad

TEXTS = [
    "Третий день жду курьера, на звонки никто не отвечает!",
    "Ні, дякую",
    "Заберіть свій зламаний чайник і поверніть мої гроші, бо я звернуся до суду. " * 5,
    "🙂",
]
FORMS = ["none", "int8"]


@pytest.fixture(scope="module")
def network(encoder_dir, labels):
    torch.manual_seed(7)
    return Network.from_encoder(encoder_dir, head_sizes(labels)).eval()


@pytest.fixture(scope="module")
def ids(encoder_dir):
    return encode_texts(TEXTS, TextEncoder.load(encoder_dir, max_tokens=48))


@pytest.fixture(scope="module")
def exported(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx")
    for form in FORMS:
        export(network, folder / form / "model.onnx", form)
    return folder


@pytest.fixture(scope="module", params=FORMS)
def inference(request, exported):
    return Inference(exported / request.param / "model.onnx")


@pytest.fixture(scope="module")
def answers(network, ids):
    """What torch says, padded as in training."""
    with torch.inference_mode():
        logits = network(*map(torch.from_numpy, pad(ids, 1)))
    return {head: values.numpy() for head, values in logits.items()}


def test_heads_are_those_of_the_taxonomy(network, labels):
    sizes = {"category": 13, "categories": 13, "emotion": 6, "signals": 10, "severity": 3}
    assert head_sizes(labels) == sizes
    assert {name: head.out_features for name, head in network.heads.items()} == sizes
    assert list(network.heads) == list(sizes)


def test_an_encoder_is_loaded_without_dropout_inside(network):
    assert network.encoder.config.hidden_dropout_prob == 0
    assert network.encoder.config.attention_probs_dropout_prob == 0


def test_padding_changes_nothing(network, ids, answers):
    with torch.inference_mode():
        alone = network(torch.from_numpy(ids[1])[None], torch.ones(1, len(ids[1]), dtype=torch.long))
    for head, values in alone.items():
        np.testing.assert_allclose(values[0].numpy(), answers[head][1], atol=1e-5)


def test_what_is_saved_answers_the_same(network, ids, answers, tmp_path):
    network.save(tmp_path / "network")
    loaded = Network.load(tmp_path / "network")
    assert not loaded.training
    with torch.inference_mode():
        again = loaded(*map(torch.from_numpy, pad(ids, 1)))
    for head, values in again.items():
        np.testing.assert_allclose(values.numpy(), answers[head], atol=1e-5)


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_upper_layers_on_the_lower_ones_output_are_the_whole_encoder(network, ids, frozen):
    input_ids, mask = map(torch.from_numpy, pad(ids, 1))
    with torch.inference_mode():
        hidden = network.encoder(input_ids, mask, output_hidden_states=True).hidden_states[frozen]
        whole = network.tokens(input_ids, mask)
        upper = network.upper_tokens(hidden, mask, frozen)
    torch.testing.assert_close(upper[mask.bool()], whole[mask.bool()], atol=1e-5, rtol=1e-4)


def test_an_encoder_without_a_stack_of_layers_cannot_be_frozen():
    encoder = DistilBertModel(DistilBertConfig(vocab_size=8, dim=8, n_layers=1, n_heads=1, hidden_dim=8))
    with pytest.raises(SkargaError, match="DistilBertModel has no stack") as caught:
        layers(encoder)
    assert "train.frozen_layers" in caught.value.remedy


def test_float32_answers_as_torch_does(exported, ids, answers):
    outputs = [*map(Inference(exported / "none/model.onnx").run, ids)]
    for head, values in answers.items():
        np.testing.assert_allclose(np.stack([output[head] for output in outputs]), values, atol=1e-4)


def test_8_bits_answer_nearly_as_torch_does(exported, ids, answers):
    outputs = [*map(Inference(exported / "int8/model.onnx").run, ids)]
    for head, values in answers.items():
        np.testing.assert_allclose(np.stack([output[head] for output in outputs]), values, atol=0.2)


def test_8_bits_take_less_room(exported):
    small, large = ((exported / form / "model.onnx").stat().st_size for form in ("int8", "none"))
    assert small < 0.75 * large
    assert {path.name for path in exported.rglob("*.onnx")} == {"model.onnx"}, "no leftovers"


@pytest.mark.parametrize("form", FORMS)
def test_weights_are_inside_the_one_file(exported, form):
    model = onnx.load(exported / form / "model.onnx", load_external_data=False)
    assert all(tensor.data_location == onnx.TensorProto.DEFAULT for tensor in model.graph.initializer)
    assert [output.name for output in model.graph.output] == [
        "category", "categories", "emotion", "signals", "severity", EVIDENCE,
    ]  # fmt: skip


def test_a_text_is_answered_alone_as_among_others(inference, ids):
    together = [*map(inference.run, [*ids, *reversed(ids)])]
    for text, first, second in zip(ids, together[: len(ids)], reversed(together[len(ids) :]), strict=True):
        alone = inference.run(text)
        for name, values in alone.items():
            np.testing.assert_array_equal(first[name], values)
            np.testing.assert_array_equal(second[name], values)


def test_exporting_leaves_the_network_as_it_was(exported, network):
    assert not network.training


def test_the_mean_share_of_the_tokens_and_the_bias_are_the_logit(exported, network, ids):
    bias = network.heads["signals"].bias.detach().numpy()
    for text, output in zip(ids, map(Inference(exported / "none/model.onnx").run, ids), strict=True):
        assert output[EVIDENCE].shape == (len(text), 10)
        np.testing.assert_allclose(output[EVIDENCE].mean(axis=0) + bias, output["signals"], atol=1e-4)


def test_the_same_holds_in_torch(network, ids):
    head = network.heads["signals"]
    with torch.inference_mode():
        tokens = network.tokens(torch.from_numpy(ids[0])[None], torch.ones(1, len(ids[0]), dtype=torch.long))
        logits = network.logits(tokens, torch.ones(1, len(ids[0])))["signals"]
        torch.testing.assert_close((tokens @ head.weight.T).mean(1) + head.bias, logits, atol=1e-5, rtol=1e-4)
