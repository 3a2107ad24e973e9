"""Complaints and customers in, the features of conduct as of each complaint out: one SQL text for DuckDB and Spark."""

from dataclasses import fields
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.risk.features import Facts, Features

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession

COMPLAINTS = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),  # order as read, unique
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("moment", pa.int64(), nullable=False),  # microseconds since 1970, UTC
        ("company", pa.string()),
        ("product", pa.string()),
        ("category", pa.string()),
        ("currency", pa.string()),  # of all three amounts
        ("order_amount", pa.float64()),
        ("claimed_amount", pa.float64()),
        ("paid_amount", pa.float64()),
        ("outcome", pa.string()),  # upheld, rejected, open
        pa.field("template", pa.int64(), nullable=False),  # equal where the wording is the same
        pa.field("demand", pa.bool_(), nullable=False),
        pa.field("threat", pa.bool_(), nullable=False),
        pa.field("vague", pa.bool_(), nullable=False),
        pa.field("venting", pa.bool_(), nullable=False),
    ]
)
CUSTOMERS = pa.schema(
    [
        pa.field("customer_id", pa.string(), nullable=False),  # unique
        ("since", pa.int64()),  # days since 1970
        ("orders", pa.int64()),
        ("spend", pa.float64()),
        ("currency", pa.string()),
    ]
)
COLUMNS = ["seq", *(field.name for record in (Features, Facts) for field in fields(record))]

_MICROSECONDS = 1_000_000
DAY = 86_400 * _MICROSECONDS
_RECENT_DAYS = 90
_AGAIN_DAYS = 30
_INCIDENT_DAYS = 14
_MOST_CLAIMED = 5  # times its order, that one claim or payout counts at most
_MOST_DISPROPORTION = 20
_SHAPES = (1, 10)  # of the gamma prior: from peers who differ widely to peers who are nearly alike
_MEMORY = "4GB"  # DuckDB goes to the disk beyond


def as_of_features(complaints: pa.Table, customers: pa.Table | None, memory_days: int) -> pa.Table:
    """Compute the features of every complaint from what had been recorded before it.

    Records of one customer at the same moment count in the order of `seq`. The complaint rate is shrunk by the
    gamma-Poisson model of empirical Bayes (Clayton and Kaldor 1987, doi:10.2307/2532003), its prior fitted by moments
    to all customers as of the day before; shares by the beta-binomial one.

    Args:
        complaints: Columns of `COMPLAINTS`, in any order of time.
        customers: Columns of `CUSTOMERS`; None where nothing is known of them.
        memory_days: How far back conduct counts.

    Returns:
        A row per complaint in the order of `seq`; columns `COLUMNS`.
    """
    with connect(memory_days, complaints, customers) as database:
        return database.sql(f"SELECT {', '.join(COLUMNS)} FROM conduct ORDER BY seq").to_arrow_table()


def connect(
    memory_days: int, complaints: pa.Table, customers: pa.Table | None, upto: str = "conduct"
) -> "duckdb.DuckDBPyConnection":
    """Open a database in memory with the views of history over two tables, up to the one that is named."""
    import duckdb

    database = duckdb.connect(config={"memory_limit": _MEMORY, "autoinstall_known_extensions": "false"})
    database.register("complaints", complaints.select(COMPLAINTS.names).cast(COMPLAINTS))
    customers = CUSTOMERS.empty_table() if customers is None else customers
    database.register("customers", customers.select(CUSTOMERS.names).cast(CUSTOMERS))
    for name, statement in statements(memory_days).items():
        database.execute(statement.replace("TEMP VIEW", "TEMP TABLE"))  # each is computed once
        if name == upto:
            break
    return database


def spark_features(
    spark: "SparkSession", complaints: "DataFrame", customers: "DataFrame", memory_days: int
) -> "DataFrame":
    """The same features on a cluster, from the same SQL text; rows in no order."""
    complaints.createOrReplaceTempView("complaints")
    customers.createOrReplaceTempView("customers")
    for statement in statements(memory_days).values():
        spark.sql(statement)
    spark.catalog.cacheTable("placed")  # every other view reads it
    return spark.table("conduct").select(COLUMNS)


def statements(memory_days: int) -> dict[str, str]:
    """The statements of history.sql by the views that they define, one upon another."""
    text = resources.files("pipeline.risk").joinpath("history.sql").read_text("utf-8")
    filled = Template(text).substitute(
        day=DAY,
        memory=memory_days * DAY,
        memory_days=memory_days,
        recent=min(memory_days, _RECENT_DAYS) * DAY,
        again=_AGAIN_DAYS * DAY,
        incident=min(memory_days, _INCIDENT_DAYS) * DAY,
        most_claimed=f"{_MOST_CLAIMED}e0",
        most_disproportion=f"{_MOST_DISPROPORTION}e0",
        least_shape=f"{_SHAPES[0]}e0",
        most_shape=f"{_SHAPES[1]}e0",
        unit="1e4",
    )
    lines = [line for line in filled.splitlines() if not line.startswith("--")]
    return {statement.split()[5]: statement for statement in "\n".join(lines).split(";") if statement.strip()}
