"""A tiny encoder, network and bundle, made by the real code from a few rows of the corpus."""

import os

os.environ |= {"HF_HUB_OFFLINE": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "1"}

import shutil
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Tiny matrices gain nothing from a second thread, and lose much where other programs run."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def jupyter_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kernel writes of itself stays in the test's folder."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def labels():
    from pipeline.labels import load_labels

    return load_labels(ROOT / "configs/labels.yaml")


@pytest.fixture(scope="session")
def corpus() -> pd.DataFrame:
    """Every 20th row of the corpus, in the columns of a prepared table."""
    rows = pd.concat([pd.read_json(path, lines=True) for path in sorted((ROOT / "data/corpus").glob("*.jsonl"))])
    rows = rows.rename(columns={"lang": "language", "emotions": "emotion"}).iloc[::20].reset_index(drop=True)
    rows = rows.assign(source="corpus", part="all", group=None, weight=1.0)
    return rows.astype({"id": str})


@pytest.fixture(scope="session")
def encoder_dir(tmp_path_factory: pytest.TempPathFactory, corpus: pd.DataFrame) -> Path:
    """A BERT of two layers with random weights and a vocabulary of its own."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import BertConfig, BertModel

    from pipeline.modeling.vocabulary import build_tokenizer

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    draft = Tokenizer(models.Unigram())
    draft.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=700, special_tokens=special, unk_token="<unk>", show_progress=False)
    draft.train_from_iterator(corpus["text"], trainer)
    learned = [piece for piece in draft.get_vocab() if piece not in special]
    pieces = [(piece, 0.0) for piece in special[:4]] + [
        (piece, -float(len(piece) < 3) - 5.0) for piece in sorted(learned)
    ]
    torch.manual_seed(13)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128, bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("encoder")
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    build_tokenizer(pieces, 128).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def bundle_dir(tmp_path_factory: pytest.TempPathFactory, corpus: pd.DataFrame, encoder_dir: Path, labels) -> Path:
    """A sealed bundle whose heads were fitted on the tiny encoder's vectors: real answers, poor ones."""
    import torch

    from pipeline import config, paths
    from pipeline.evaluation.calibration import calibrate
    from pipeline.modeling.batches import build_targets, encode_frozen, encode_texts
    from pipeline.modeling.linear import fit_characters
    from pipeline.modeling.losses import HeadLosses
    from pipeline.modeling.network import Network, head_sizes
    from pipeline.modeling.onnx_export import export
    from pipeline.modeling.predict import predict_linear, predict_logits
    from pipeline.modeling.probe import fit_heads
    from pipeline.serving import bundle
    from pipeline.serving.calibration import LINEAR, NETWORK
    from pipeline.text.normalize import normalize
    from pipeline.text.tokens import TextEncoder

    folder = tmp_path_factory.mktemp("bundle")
    sizes = head_sizes(labels)
    network = Network.from_encoder(encoder_dir, sizes).eval()
    encoder = TextEncoder.load(encoder_dir, max_tokens=64)
    ids = encode_texts(corpus["text"].tolist(), encoder)
    targets = build_targets(corpus, labels)
    vectors = encode_frozen(network, ids, 0, encoder.pad_id, "test rows")[1]
    tensors = {head: torch.from_numpy(target) for head, target in targets.items()}
    even = torch.ones(len(corpus))
    fit_heads(network, HeadLosses(targets, sizes, 0.5, even), vectors, tensors, even)
    linear = fit_characters([normalize(text).text for text in corpus["text"]], targets, sizes)
    linear.save(folder)
    logits = {
        NETWORK: predict_logits(network, ids, encoder.pad_id),
        LINEAR: predict_linear(linear, corpus["text"].tolist()),
    }
    params = config.load_params(ROOT / paths.PARAMS)
    calibration = calibrate(logits, corpus, labels, params.calibrate)
    export(network, folder / bundle.MODEL, "int8")
    encoder.save(folder)
    (folder / bundle.CALIBRATION).write_text(calibration.model_dump_json(), "utf-8")
    for path in (paths.LABELS, paths.SIGNALS, paths.LANGUAGE):
        shutil.copyfile(ROOT / path, folder / path.name)
    bundle.seal(folder, data={}, params="", metrics={})
    return folder


@pytest.fixture(scope="session")
def tagger(bundle_dir: Path):
    from pipeline.serving.tagger import Tagger

    return Tagger.load(bundle_dir)
