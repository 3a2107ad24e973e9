"""How long history takes for 10,000, 100,000 and a million complaints: python -m benchmarks.history.

Made-up complaints: four per customer, and once all of one customer. Each size runs in a process of its own; memory is
the most that the process held, its input included.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa

from pipeline.risk.history import COMPLAINTS, CUSTOMERS, DAY, as_of_features

SIZES = (10_000, 100_000, 1_000_000)
MEMORY_DAYS = 730


def made_up(count: int, people: int) -> tuple[pa.Table, pa.Table]:
    """Complaints of three years, and their customers."""
    chance = np.random.default_rng(13)

    def gappy(values: object, share: float) -> pa.Array:
        return pa.array(values, mask=chance.random(count) < share)

    columns = {
        "seq": np.arange(count),
        "customer_id": [f"K-{number}" for number in chance.integers(0, people, count)],
        "moment": chance.integers(0, 1_095 * DAY, count),
        "company": chance.choice(["Оріон", "Лелека", "Вектор"], count),
        "product": gappy(chance.choice([f"товар {number}" for number in range(200)], count), 0.1),
        "category": chance.choice(["delivery", "deception", "refund_warranty", "other"], count),
        "currency": pa.nulls(count, pa.string()),
        "order_amount": gappy(chance.lognormal(7, 1, count).round(2), 0.1),
        "claimed_amount": gappy(chance.lognormal(6, 1, count).round(2), 0.3),
        "paid_amount": gappy((chance.lognormal(5, 1, count) * (chance.random(count) < 0.4)).round(2), 0.3),
        "outcome": gappy(chance.choice(["upheld", "rejected", "open"], count), 0.1),
        "template": chance.integers(0, count * 3 // 4, count),
        **{name: chance.random(count) < 0.2 for name in ("demand", "threat", "vague", "venting")},
    }
    owners = {
        "customer_id": [f"K-{number}" for number in range(people)],
        "since": chance.integers(-1_000, 900, people),
        "orders": pa.array(chance.integers(0, 60, people), mask=chance.random(people) < 0.3),
        "spend": pa.array(chance.lognormal(9, 1, people).round(2), mask=chance.random(people) < 0.3),
        "currency": pa.nulls(people, pa.string()),
    }
    return pa.table(columns).cast(COMPLAINTS), pa.table(owners).cast(CUSTOMERS)


def measure(count: int, people: int) -> dict[str, float]:
    """Seconds on the clock and of the processors, and gigabytes at most."""
    tables = made_up(count, people)
    wall, processor = time.perf_counter(), time.process_time()
    rows = as_of_features(*tables, MEMORY_DAYS).num_rows
    assert rows == count
    return {
        "seconds": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, type=int, metavar=("COMPLAINTS", "CUSTOMERS"), help="measure one size only")
    one = parser.parse_args().one
    if one:
        print(json.dumps(measure(*one)))
        return
    print("| complaints | customers | seconds | processor seconds | µs per complaint | GB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for count, people in [(size, size // 4) for size in SIZES] + [(SIZES[-1], 1)]:
        command = [sys.executable, "-m", "benchmarks.history", "--one", str(count), str(people)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        each = found["processor"] / count * 1e6
        print(f"| {count:,} | {people:,} | {found['seconds']:.1f} | {found['processor']:.1f} | {each:.0f} | ", end="")
        print(f"{found['gigabytes']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
