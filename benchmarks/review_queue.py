"""Rows labelled against macro-F1: the review queue and random picking, on the labelled real complaints.

    SKARGA_DATA_DIR=… python benchmarks/review_queue.py

Simulated: the labels are there already, and are shown to the learner only once it has asked for a row. Each round picks
`STEP` rows and fits two logistic regressions anew, one on character n-grams and one on words, each reduced to `SIZE`
dimensions (latent semantic analysis; it needs no labels, so the whole pool is used). Their mean answers; they stand for
the linear model and the network. The validation rows, a quarter of the training file dealt out anew for each seed, are
what the queue was built on; the official test rows decided nothing. Writes docs/queue.svg and prints the tables.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tabulate import tabulate
from tqdm.auto import tqdm

from pipeline import config, paths
from pipeline.data.catalogue import load_catalogue
from pipeline.data.duplicates import group_rows, near_duplicates
from pipeline.data.sources import read_sources
from pipeline.evaluation.metrics import macro_f1
from pipeline.labels import load_labels
from pipeline.loop.ranking import Doubts, Weights, choose, disagreement, margin_doubt, priority, quotas
from pipeline.text.ngrams import ngrams
from pipeline.text.normalize import normalize

SOURCES = "complaints_real"
PLOT = Path("docs/queue.svg")
SEEDS = range(5)
START, STEP, END = 200, 200, 1600  # rows
SIZE = 200
_HELD_OUT = 4  # one group of texts in so many is held out

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
Views = tuple[Floats, Floats]  # what the two models see of each row


@dataclass(frozen=True)
class Pool:
    """Rows to label and rows to measure on, as places in one table."""

    rows: pd.DataFrame
    views: Views
    category: Ints  # numbers of codes
    alike: dict[int, set[int]]


@dataclass(frozen=True)
class Asked:
    """What a picker may look at: unlabelled places of the pool, and the models' probabilities for them."""

    places: Ints
    first: Floats  # (places, categories)
    second: Floats


Picker = Callable[[Asked, Pool, np.random.Generator], Ints]


def at_random(asked: Asked, pool: Pool, random: np.random.Generator) -> Ints:  # noqa: ARG001
    """Any rows, each as likely."""
    return random.choice(asked.places, STEP, replace=False)


def by_queue(asked: Asked, pool: Pool, random: np.random.Generator) -> Ints:  # noqa: ARG001
    """What `skarga queue` does: weighted doubts, quotas by language and suggested category, no near-duplicates."""
    mean = (asked.first + asked.second) / 2
    none = np.zeros(len(mean))  # novelty and risk come from the tagger, which is not part of this simulation
    doubts = Doubts(margin_doubt(mean), disagreement(asked.first, asked.second), none, none)
    order = asked.places[np.argsort(-priority(doubts, Weights()), kind="stable")].tolist()
    language = pool.rows["language"].to_numpy()
    suggested = dict(zip(asked.places.tolist(), mean.argmax(axis=1).tolist(), strict=True))
    strata = {place: (language[place], suggested[place]) for place in order}
    counts = pd.Series(list(strata.values())).value_counts().to_dict()
    every = [strata.get(place, ()) for place in range(len(pool.rows))]
    return np.array(choose(order, every, quotas(counts, STEP), pool.alike, STEP))


PICKERS: dict[str, Picker] = {"random": at_random, "queue": by_queue}


def main() -> None:
    """Print a table for each set, and draw them."""
    pool, test = _read()
    validation = pd.concat([_curves(pool, *_deal(pool, test, seed), seed) for seed in SEEDS])
    official = pd.concat([_curves(pool, np.flatnonzero(~test), np.flatnonzero(test), seed) for seed in SEEDS])
    for name, curves in {"validation": validation, "test": official}.items():
        print(f"\n**{name}**\n\n{_table(curves)}")
    _draw(pd.concat([validation.assign(rows="validation rows"), official.assign(rows="official test rows")]))


def _read() -> tuple[Pool, npt.NDArray[np.bool_]]:
    """The real complaints with a category, and which of them are the official test."""
    labels = load_labels(paths.LABELS)
    rows = read_sources(load_catalogue(paths.SOURCES).choose(SOURCES), labels)
    rows = rows.dropna(subset=["category"]).reset_index(drop=True)
    test = (rows["part"] == "test").to_numpy()
    similarity = config.load_params().split.duplicate_similarity
    pairs = near_duplicates(rows, similarity)
    place = {identity: number for number, identity in enumerate(rows["id"])}
    alike: dict[int, set[int]] = {}
    for pair in pairs:
        first, second = place[pair.first], place[pair.second]
        alike.setdefault(first, set()).add(second)
        alike.setdefault(second, set()).add(first)
    rows["group"] = group_rows(rows, pairs)
    rows.loc[rows["group"].isin(rows.loc[test, "group"]) & ~test, "part"] = "none"  # too like the official test
    texts = [normalize(text).text for text in rows["text"]]
    category = rows["category"].map({code: i for i, code in enumerate(labels.codes["category"])}).to_numpy()
    return Pool(rows, (_view(texts, ngrams), _view(texts, None)), category, alike), test


def _view(texts: list[str], analyzer: Callable[[str], Iterator[str]] | None) -> Floats:
    options = {"analyzer": analyzer} if analyzer else {"ngram_range": (1, 2)}
    matrix = TfidfVectorizer(min_df=2, max_features=40_000, sublinear_tf=True, **options).fit_transform(texts)
    view = TruncatedSVD(SIZE, random_state=0).fit_transform(matrix)
    scaled: Floats = view / view.std(axis=0)
    return scaled


def _deal(pool: Pool, test: npt.NDArray[np.bool_], seed: int) -> tuple[Ints, Ints]:
    """Rows to pick from, and a quarter of the groups of `complaints_real` to measure on; no official test row."""
    groups = pool.rows["group"].to_numpy()
    real = ((pool.rows["source"] == "complaints_real") & (pool.rows["part"] == "train")).to_numpy()
    names = np.random.default_rng(seed).permutation(np.unique(groups[real]))
    held_out = np.isin(groups, names[: len(names) // _HELD_OUT])
    return np.flatnonzero(~test & ~held_out), np.flatnonzero(real & held_out)


def _curves(pool: Pool, train: Ints, measured: Ints, seed: int) -> pd.DataFrame:
    """Macro-F1 by picker and number of labelled rows; all pickers start from the same rows."""
    train = train[(pool.rows["part"] != "none").to_numpy()[train]]
    start = np.random.default_rng(seed).choice(train, START, replace=False)
    lines = []
    for name, picker in PICKERS.items():
        random = np.random.default_rng(seed)
        labelled = start
        for count in tqdm(range(START, END + 1, STEP), desc=f"{name}, seed {seed}"):
            left = np.setdiff1d(train, labelled)
            answers = [_ask(view, labelled, np.concatenate([measured, left]), pool.category) for view in pool.views]
            mean = (answers[0] + answers[1])[: len(measured)].argmax(axis=1)
            lines.append({"picked": name, "seed": seed, "labelled": count, "macro_f1": _score(mean, pool, measured)})
            first, second = (answer[len(measured) :] for answer in answers)
            labelled = np.concatenate([labelled, picker(Asked(left, first, second), pool, random)])
    return pd.DataFrame(lines)


def _ask(view: Floats, labelled: Ints, asked: Ints, category: Ints) -> Floats:
    """Probabilities (asked, all categories) of a model fitted on the labelled rows."""
    model = LogisticRegression(C=0.02, max_iter=200, class_weight="balanced").fit(view[labelled], category[labelled])
    probabilities = np.zeros((len(asked), category.max() + 1))
    probabilities[:, model.classes_] = model.predict_proba(view[asked])
    return probabilities


def _score(answers: Ints, pool: Pool, measured: Ints) -> float:
    codes = np.arange(pool.category.max() + 1)
    return macro_f1(answers[:, None] == codes, pool.category[measured][:, None] == codes)


def _table(curves: pd.DataFrame) -> str:
    """Mean and range over the seeds, and in how many of them the queue was ahead."""
    wide = curves.pivot_table(index="labelled", columns=["picked", "seed"], values="macro_f1")
    lines = []
    for count, row in wide.iterrows():
        random, queue = row["random"], row["queue"]
        ahead = f"{(queue > random).sum()} of {len(queue)}"
        lines.append([count, *(_band(part) for part in (random, queue)), f"{(queue - random).mean():+.3f}", ahead])
    return tabulate(
        lines,
        ["rows labelled", "random", "queue", "queue − random", "queue ahead"],
        tablefmt="github",
        disable_numparse=True,
    )


def _band(values: "pd.Series[float]") -> str:
    return f"{values.mean():.3f} ({values.min():.2f}–{values.max():.2f})"


def _draw(curves: pd.DataFrame) -> None:
    base = alt.Chart(curves).encode(
        x=alt.X("labelled:Q", title="rows labelled"),
        color=alt.Color("picked:N", title=None, scale=alt.Scale(domain=list(PICKERS), range=["#777777", "#0072B2"])),
    )
    line = base.mark_line().encode(y=alt.Y("mean(macro_f1):Q", title="macro-F1", scale=alt.Scale(zero=False)))
    band = base.mark_area(opacity=0.2).encode(y="min(macro_f1):Q", y2="max(macro_f1):Q")
    chart = (band + line).properties(width=300, height=220)
    chart.facet(column=alt.Column("rows:N", title=None)).save(PLOT)


if __name__ == "__main__":
    main()
