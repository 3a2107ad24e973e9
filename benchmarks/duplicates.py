"""How well and how fast templates are found: python -m benchmarks.duplicates [--sizes 10000 100000 1000000].

Real messages (`complaint_pool.parquet` in SKARGA_DATA_DIR) with campaigns planted among them: of a message with 30
words or more, copies in which numbers, dates, names and cities are replaced, and in half of them a sentence is dropped
or moved. Measured on pairs: precision is the share of the pairs joined that belong to one campaign, two untouched
messages apart when an independent judge (`pipeline.data.duplicates`) calls them near-duplicates, too; recall is the
share of the campaigns' pairs that are joined. The thresholds were set on seed 1; the figures are of seed 2.
"""

import argparse
import os
import random
import re
import resource
import time
from itertools import combinations
from pathlib import Path

import pandas as pd
from datasketch import MinHash, MinHashLSH

from pipeline.data.duplicates import near_duplicates
from pipeline.risk.duplicates import Templates
from pipeline.risk.wording import read_wording

SEED = 2
CAMPAIGNS, COPIES = 200, 6
LEAST_WORDS = 30
COMPARED = 10_000  # messages, on which datasketch is timed
NAMES = ("Олена", "Сергій", "Анна", "Виктор", "Марина", "Тарас", "Ирина", "Павел")
CITIES = ("Львів", "Харків", "Казань", "Самара", "Одеса", "Пермь", "Дніпро", "Тула")
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[а-яёіїєґ,] )[А-ЯЁІЇЄҐ][а-яёіїєґ]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def copy(text: str, chance: random.Random, change: str) -> str:
    """The same template, filled in anew."""
    sentences = _SENTENCE.split(text)
    if change == "dropped" and len(sentences) > 2:
        sentences.pop(chance.randrange(len(sentences)))
    if change == "moved" and len(sentences) > 2:
        sentences.insert(chance.randrange(len(sentences)), sentences.pop(chance.randrange(len(sentences))))
    filled = _NUMBER.sub(lambda found: str(chance.randrange(10 ** len(found[0]))), " ".join(sentences))
    filled = _NAME.sub(lambda _: chance.choice(NAMES + CITIES), filled)
    day = f"{chance.randrange(1, 29):02}.0{chance.randrange(1, 9)}.2026"
    return f"{filled} {chance.choice(NAMES)}, {chance.choice(CITIES)}, {day}"


def planted(texts: list[str], seed: int) -> tuple[list[str], list[int]]:
    """Messages in a random order, and the campaign of each; -1 for the untouched."""
    chance = random.Random(seed)
    long = [text for text in texts if len(text.split()) >= LEAST_WORDS]
    rows = [(text, -1) for text in texts]
    for number, text in enumerate(chance.sample(long, CAMPAIGNS)):
        changes = ["filled", "filled", "filled", "dropped", "moved", "dropped"]
        rows += [(copy(text, chance, change), number) for change in changes[:COPIES]]
        rows.remove((text, -1))
    chance.shuffle(rows)
    return [text for text, _ in rows], [number for _, number in rows]


def quality(texts: list[str], campaigns: list[int]) -> tuple[float, float]:
    """Precision and recall of the pairs."""
    found = Templates().add(read_wording(texts, [str(place) for place in range(len(texts))]))
    joined, right = pairs(found.tolist()), pairs([c if c >= 0 else -1 - place for place, c in enumerate(campaigns)])
    wrong = joined - right
    suspects = sorted({place for pair in wrong for place in pair})
    table = pd.DataFrame({"id": [str(place) for place in suspects], "text": [texts[place] for place in suspects]})
    agreed = {tuple(sorted((int(pair.first), int(pair.second)))) for pair in near_duplicates(table, 0.6)}
    own = {pair for pair in wrong if pair in agreed and campaigns[pair[0]] == campaigns[pair[1]] == -1}
    return len(joined & right) / len(joined - own), len(joined & right) / len(right)


def pairs(groups: list[int]) -> set[tuple[int, int]]:
    """All pairs of places in one group."""
    places: dict[int, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    return {pair for group in places.values() for pair in combinations(group, 2)}


def varied(texts: list[str], count: int) -> list[str]:
    """As many messages as asked for: the pool's sentences, put together anew."""
    chance = random.Random(SEED)
    sentences = [sentence for text in texts for sentence in _SENTENCE.split(text) if sentence]
    return [" ".join(chance.sample(sentences, 4)) for _ in range(count)]


def speed(texts: list[str], sizes: list[int]) -> None:
    """Print the time by size."""
    print("| messages | words each | processor seconds | µs per message | GB at most |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        messages = varied(texts, size)
        began = time.process_time()
        Templates().add(read_wording(messages, ["K"] * size))
        took = time.process_time() - began
        words = sum(len(text.split()) for text in messages) / size
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"| {size:,} | {words:.0f} | {took:.1f} | {took / size * 1e6:.0f} | {memory:.2f} |", flush=True)


def ratio(texts: list[str]) -> float:
    """How many times longer datasketch takes for the same messages, three-word shingles and bands."""
    messages = varied(texts, COMPARED)
    began = time.process_time()
    Templates().add(read_wording(messages, ["K"] * COMPARED))
    ours = time.process_time() - began
    began = time.process_time()
    index = MinHashLSH(num_perm=64, params=(32, 2))
    for place, text in enumerate(messages):
        words = text.lower().split()
        sketch = MinHash(num_perm=64)
        sketch.update_batch([" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))])
        index.query(sketch)
        index.insert(place, sketch)
    return (time.process_time() - began) / ours


def main() -> None:
    """Print figures and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    texts = (
        pd.read_parquet(Path(os.environ["SKARGA_DATA_DIR"]) / "complaint_pool.parquet")["text"]
        .drop_duplicates()
        .tolist()
    )
    precision, recall = quality(*planted(texts, arguments.seed))
    print(f"{CAMPAIGNS} campaigns of {COPIES} among {len(texts):,} messages: ", end="")
    print(f"precision {precision:.3f}, recall {recall:.3f}")
    if arguments.sizes:
        speed(texts, arguments.sizes)
        print(f"datasketch, the same messages: {ratio(texts):.1f} times the processor time")


if __name__ == "__main__":
    main()
