import numpy as np
import pytest
import torch
from short_training import PARAMS, same

from pipeline.config import Student
from pipeline.errors import SkargaError
from pipeline.modeling.batches import encode_texts
from pipeline.modeling.distillation import distance, teach
from pipeline.modeling.network import Network, head_sizes, layers
from pipeline.modeling.trainer import _fingerprint, train
from pipeline.text.tokens import TextEncoder, pad

TEXTS = ["Третий день жду курьера", "Ні, дякую", "Де мої гроші? " * 6]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def teacher(encoder_dir, labels, tmp_path_factory):
    """A network of two layers whose upper one is not that of the encoder."""
    folder = tmp_path_factory.mktemp("teacher")
    torch.manual_seed(3)
    network = Network.from_encoder(encoder_dir, head_sizes(labels))
    with torch.no_grad():
        for weight in layers(network.encoder)[1].parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    network.save(folder)
    TextEncoder.load(encoder_dir, max_tokens=32).save(folder)
    return folder


@pytest.fixture(scope="module")
def encoder(encoder_dir):
    return TextEncoder.load(encoder_dir, max_tokens=32)


@pytest.fixture(scope="module")
def rows(corpus):
    return {"train": corpus.iloc[:64].reset_index(drop=True), "validation": corpus.iloc[64:96].reset_index(drop=True)}


def with_student(teacher, depth=1, **changed):
    student = Student(teacher=teacher, layers=depth)
    return PARAMS.model_copy(update={"student": student, "frozen_layers": 0, "averaging": False, **changed})


@pytest.mark.parametrize(("depth", "kept"), [(1, [0]), (2, [0, 1])])
def test_a_student_begins_as_layers_of_its_teacher_under_its_heads(teacher, depth, kept):
    network, whole = Network.from_teacher(teacher, depth), Network.load(teacher)
    assert network.encoder.config.num_hidden_layers == len(layers(network.encoder)) == depth
    for layer, place in zip(layers(network.encoder), kept, strict=True):
        assert same(layer, layers(whole.encoder)[place])
    for head, values in whole.heads.items():
        assert same(network.heads[head], values)


def test_a_student_of_all_layers_answers_as_its_teacher(teacher, encoder):
    batch = [*map(torch.from_numpy, pad(encode_texts(TEXTS, encoder), encoder.pad_id))]
    with torch.inference_mode():
        for head, values in Network.from_teacher(teacher, 2).eval()(*batch).items():
            torch.testing.assert_close(values, Network.load(teacher)(*batch)[head], atol=1e-5, rtol=1e-4)


def test_a_student_is_not_deeper_than_its_teacher(teacher):
    with pytest.raises(SkargaError, match="has 2 layers, not 3") as caught:
        Network.from_teacher(teacher, 3)
    assert "train.student.layers" in caught.value.remedy


def test_a_folder_without_a_network_is_no_teacher(tmp_path):
    with pytest.raises(SkargaError, match="holds no trained network"):
        Network.from_teacher(tmp_path, 1)


def test_the_teacher_says_where_it_puts_every_piece(teacher, encoder):
    ids = encode_texts(TEXTS, encoder)
    for each, taught in zip(ids, teach(teacher, ids, encoder, CPU), strict=True):
        with torch.inference_mode():
            alone = Network.load(teacher).tokens(torch.from_numpy(each)[None], torch.ones(1, len(each)))[0]
        torch.testing.assert_close(taught.float(), alone, atol=0.05, rtol=0.05)


def test_a_teacher_that_reads_other_pieces_is_refused(teacher, encoder, tmp_path):
    for path in teacher.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tokenizer = (tmp_path / "tokenizer.json").read_text("utf-8")
    (tmp_path / "tokenizer.json").write_text(tokenizer.replace("▁не", "▁NE"), "utf-8")
    with pytest.raises(SkargaError, match="reads other word pieces"):
        teach(tmp_path, [np.array([0, 2])], encoder, CPU)


def test_the_distance_is_none_where_nothing_differs_and_padding_counts_for_nothing():
    taught = torch.randn(2, 3, 8)
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    assert distance(taught, taught, mask) == 0
    padded = taught.clone()
    padded[1, 2] += 5
    assert distance(padded, taught, mask) == 0
    assert distance(torch.zeros_like(taught), taught, mask) == distance(2 * taught, taught, mask) > 0


def test_vectors_that_are_nothing_are_no_division_by_nought():
    assert distance(torch.ones(1, 2, 4), torch.zeros(1, 2, 4), torch.ones(1, 2)).isfinite()


@pytest.fixture
def student(teacher, encoder_dir, rows, labels, tmp_path):
    """Train one of one layer."""
    return lambda work: train(rows, encoder_dir, labels, with_student(teacher, epochs=3), tmp_path / work)


def test_a_student_comes_nearer_to_its_teacher_than_labels_bring_it(student, teacher, encoder, rows, monkeypatch):
    ids = encode_texts(rows["validation"]["text"].tolist(), encoder)
    input_ids, mask = map(torch.from_numpy, pad(ids, encoder.pad_id))
    taught = torch.nn.utils.rnn.pad_sequence(teach(teacher, ids, encoder, CPU), batch_first=True)
    network, history = student("taught")
    monkeypatch.setattr("pipeline.modeling.trainer.distance", lambda tokens, *_: tokens.sum() * 0)
    alone, _ = student("by labels alone")
    with torch.inference_mode():
        near, far = (distance(one.tokens(input_ids, mask), taught, mask) for one in (network, alone))
    assert near < 0.9 * far
    assert history["validation_loss"].notna().all()


def test_the_frozen_layers_of_a_student_are_its_teachers(teacher, encoder_dir, rows, labels, tmp_path):
    network, _ = train(rows, encoder_dir, labels, with_student(teacher, 2, frozen_layers=1, epochs=1), tmp_path)
    own, taught = (layers(one.encoder) for one in (network, Network.load(teacher)))
    assert same(own[0], taught[0])
    assert not same(own[1], taught[1])


def test_another_teacher_does_not_go_on_from_an_old_checkpoint(teacher, encoder_dir, rows, tmp_path):
    for path in teacher.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    params = with_student(tmp_path)
    before = _fingerprint(rows, encoder_dir, params)
    assert _fingerprint(rows, encoder_dir, params) == before
    (tmp_path / "model.safetensors").write_bytes(b"another network")
    assert _fingerprint(rows, encoder_dir, params) != before
