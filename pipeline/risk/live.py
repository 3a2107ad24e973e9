"""Complaints one after another in, the features of each by what has come before it out: history that grows."""

from typing import Any

import pyarrow as pa

from pipeline.risk.duplicates import Templates
from pipeline.risk.history import COLUMNS, COMPLAINTS, CUSTOMERS, DAY, connect, statements
from pipeline.risk.records import with_templates
from pipeline.risk.wording import Wording

_PEERS = ("recorded", "peers_shares", "peers_rate", "peers_money")  # of all customers; change with the day only
_INCIDENT = "CONCAT(COALESCE(company, ''), '|', COALESCE(product, ''), '|', COALESCE(category, ''))"
# What the features of new complaints can depend on: all of the same customers and wordings, and of the same incidents.
_CONCERNED = f"""
    SELECT {", ".join(COMPLAINTS.names)} FROM every_complaint WHERE seq IN (
        SELECT seq FROM every_complaint WHERE customer_id IN (SELECT customer_id FROM new_complaints)
        UNION SELECT seq FROM every_complaint WHERE template IN (SELECT template FROM new_complaints)
        UNION SELECT seq FROM every_complaint WHERE incident IN (SELECT {_INCIDENT} FROM new_complaints)
            AND moment > (SELECT MIN(moment) FROM new_complaints) - {30 * DAY}
    )"""
_THEIR_OWN = "SELECT * FROM every_customer WHERE customer_id IN (SELECT customer_id FROM new_complaints)"
_UNKNOWN_PEERS = """
    SELECT COUNT(*) FROM placed AS p JOIN new_complaints AS n ON n.seq = p.seq
    LEFT JOIN peers_shares AS s ON s.day = p.day
    LEFT JOIN peers_rate AS r ON r.day = p.day AND r.basis = p.rate_basis
    LEFT JOIN peers_money AS m ON m.day = p.day AND m.basis = p.money_basis AND m.currency = p.currency
    WHERE s.day IS NULL OR m.day IS NULL OR (p.rate_basis IS NOT NULL AND r.day IS NULL)"""


class LiveHistory:
    """All complaints so far, in memory; about 600 bytes each."""

    def __init__(self, table: pa.Table, wording: Wording, customers: pa.Table | None, memory_days: int) -> None:
        """Begin with a history: its table and wording as `Records` makes them, and what is known of customers."""
        import duckdb

        self._memory_days = memory_days
        self._statements = statements(memory_days)
        self._templates = Templates()
        self._database = duckdb.connect()
        self._database.register("known", with_templates(table, wording, self._templates))
        self._database.execute(f"CREATE TABLE every_complaint AS SELECT *, {_INCIDENT} AS incident FROM known")
        self._customers = CUSTOMERS.empty_table() if customers is None else customers
        self._database.register("every_customer", self._customers)
        self._next = len(table)
        self._meet_peers()

    def add(self, table: pa.Table, wording: Wording) -> list[dict[str, Any]]:
        """Add complaints, each of which the following ones see, and return their rows of features.

        Args:
            table: Of `COMPLAINTS`; `seq` and `template` are given here.
            wording: Theirs.
        """
        seq = pa.array(range(self._next, self._next + len(table)), pa.int64())
        table = with_templates(table.set_column(0, COMPLAINTS.field("seq"), seq), wording, self._templates)
        self._next += len(table)
        self._database.register("new_complaints", table)
        self._database.execute(f"INSERT INTO every_complaint SELECT *, {_INCIDENT} FROM new_complaints")
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE complaints AS {_CONCERNED}")
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE customers AS {_THEIR_OWN}")
        self._define("placed")
        if self._database.sql(_UNKNOWN_PEERS).fetchall() != [(0,)]:
            self._meet_peers()
            self._define("placed")
        for name in self._statements:
            if name not in ("placed", *_PEERS):
                self._define(name)
        asked = f"SELECT {', '.join(COLUMNS)} FROM conduct WHERE seq IN (SELECT seq FROM new_complaints) ORDER BY seq"
        rows: list[dict[str, Any]] = self._database.sql(asked).to_arrow_table().to_pylist()
        return rows

    def _define(self, name: str) -> None:
        self._database.execute(self._statements[name].replace("TEMP VIEW", "TEMP TABLE"))

    def _meet_peers(self) -> None:
        """Compute what concerns all customers anew: once a day, and it takes seconds per million complaints."""
        every = self._database.sql(f"SELECT {', '.join(COMPLAINTS.names)} FROM every_complaint").to_arrow_table()
        with connect(self._memory_days, every, self._customers, upto=_PEERS[-1]) as whole:
            for name in _PEERS:
                self._database.register("peers", whole.sql(f"SELECT * FROM {name}").to_arrow_table())
                self._database.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM peers")
