"""What a user would tag texts with instead of Skarga, each as a command of its own: JSON lines in, JSON lines out.

`python -m benchmarks.peers NAME TIMED KNOWN ANSWERED`, from the root, after a model was trained (models/network). Every
peer answers with a category alone; Skarga's command also gives emotions, signals, severity, language and doubts.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import paths
from pipeline.data.table import read_table
from pipeline.labels import load_labels
from pipeline.text.tokens import PREFIX

Answer = Callable[[Sequence[str]], Sequence[str]]
_MAX_TOKENS = 256


def transformers_one_by_one() -> Answer:
    """`transformers.pipeline("text-classification")` on the fine-tuned network in float32, a text a call."""
    return _transformers(batch_size=1)


def transformers_batch_32() -> Answer:
    """The same, 32 texts a call, padded to the longest."""
    return _transformers(batch_size=32)


def _transformers(batch_size: int) -> Answer:
    from transformers import AutoConfig, PreTrainedTokenizerFast, pipeline
    from transformers.modeling_outputs import SequenceClassifierOutput
    from transformers.modeling_utils import PreTrainedModel

    from pipeline.modeling.network import Network

    network = Network.load(paths.NETWORK)
    codes = load_labels(paths.LABELS).codes["category"]
    config = AutoConfig.from_pretrained(
        paths.NETWORK,
        local_files_only=True,
        id2label=dict(enumerate(codes)),
        label2id={c: i for i, c in enumerate(codes)},
    )

    class Classifier(PreTrainedModel):
        """The network's head for the category, in the form that the pipeline expects."""

        config_class = type(config)

        def __init__(self) -> None:
            super().__init__(config)
            self.network = network

        def forward(self, input_ids, attention_mask, **_: object) -> SequenceClassifierOutput:  # noqa: ANN001
            return SequenceClassifierOutput(logits=self.network(input_ids, attention_mask)["category"])

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(paths.NETWORK / "tokenizer.json"), pad_token="<pad>")  # noqa: S106
    classify = pipeline("text-classification", model=Classifier().eval(), tokenizer=tokenizer, device="cpu")

    def answer(texts: Sequence[str]) -> Sequence[str]:
        read = [PREFIX + text for text in texts]
        found = classify(read, batch_size=batch_size, truncation=True, max_length=_MAX_TOKENS)
        return [each["label"] for each in found]

    return answer


def setfit_style() -> Answer:
    """Sentence vectors in float32, batch 32, then logistic regression: what `SetFitModel.predict` does."""
    import torch
    from sklearn.linear_model import LogisticRegression

    from pipeline.modeling.batches import encode_texts
    from pipeline.modeling.network import Network, mean
    from pipeline.text.tokens import TextEncoder, pad

    network, encoder = Network.load(paths.NETWORK), TextEncoder.load(paths.NETWORK, _MAX_TOKENS)

    @torch.inference_mode()
    def vectors(texts: Sequence[str]) -> np.ndarray:
        ids = encode_texts(list(texts), encoder)
        batches = (pad(ids[start : start + 32], encoder.pad_id) for start in range(0, len(ids), 32))
        tensors = (tuple(map(torch.from_numpy, batch)) for batch in batches)
        return np.concatenate([mean(network.tokens(*batch), batch[1]).numpy() for batch in tensors])

    rows = _training_rows().sample(300, random_state=13)
    head = LogisticRegression(max_iter=300).fit(vectors(rows["text"].tolist()), rows["category"])
    return lambda texts: head.predict(vectors(texts))


def spacy_textcat() -> Answer:
    """The `textcat` of spaCy with its default ensemble, trained for two rounds."""
    import spacy
    from spacy.training import Example

    rows = _training_rows()
    model = spacy.blank("xx")
    textcat = model.add_pipe("textcat")
    codes = sorted(set(rows["category"]))
    for code in codes:
        textcat.add_label(code)
    examples = [
        Example.from_dict(model.make_doc(text), {"cats": {each: float(each == code) for each in codes}})
        for text, code in zip(rows["text"], rows["category"], strict=True)
    ]
    model.initialize(lambda: examples)
    for _ in range(2):
        for start in range(0, len(examples), 64):
            model.update(examples[start : start + 64])
    return lambda texts: [max(doc.cats, key=doc.cats.__getitem__) for doc in model.pipe(texts)]


def tfidf_linear() -> Answer:
    """scikit-learn: character n-grams and logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    rows = _training_rows()
    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=40_000, sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=10, max_iter=100)).fit(rows["text"], rows["category"])
    return model.predict


def fasttext() -> Answer:
    """The supervised classifier of fastText with character n-grams (package `fasttext-numpy2-wheel`)."""
    import tempfile

    import fasttext as library

    rows = _training_rows()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.txt")
        lines = (
            f"__label__{code} {_one_line(text)}" for text, code in zip(rows["text"], rows["category"], strict=True)
        )
        path.write_text("\n".join(lines), "utf-8")
        model = library.train_supervised(str(path), epoch=15, wordNgrams=2, minn=2, maxn=5, thread=2, verbose=0)
    return lambda texts: [label[0].removeprefix("__label__") for label in model.predict([*map(_one_line, texts)])[0]]


_ALL = (transformers_one_by_one, transformers_batch_32, setfit_style, spacy_textcat, tfidf_linear, fasttext)
PEERS = {function.__name__: function for function in _ALL}


def _training_rows() -> pd.DataFrame:
    rows = read_table(paths.SPLIT / "train.parquet")
    return rows[rows["category"].notna()]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def main() -> None:
    """Answer two files, timing the first; the seconds of the answering alone, without start and training, go to stdout.

    Only the answers to the second are kept: they are scored.
    """
    name, timed, known, answered = sys.argv[1:]
    answer = PEERS[name]()
    began = time.perf_counter()
    _answer(answer, Path(timed), Path(answered))
    print(time.perf_counter() - began, flush=True)
    _answer(answer, Path(known), Path(answered))


def _answer(answer: Answer, source: Path, target: Path) -> None:
    texts = list(_read(source))
    codes = answer(texts)
    answers = ({"text": text, "category": str(code)} for text, code in zip(texts, codes, strict=True))
    with target.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in answers)


if __name__ == "__main__":
    main()
