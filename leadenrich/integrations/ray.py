"""Enrichment over a Ray dataset: several workers, one purse, one limit for each key. Needs the extra `ray`.

    import ray
    from leadenrich.integrations.ray import enrich

    leads = ray.data.read_parquet("leads/")
    enrich(leads, waterfall, workers=4, usd=200).write_parquet("enriched/")

Most jobs need no second machine: see docs/jobs.md.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.engine.session import Session
from leadenrich.engine.validation import function, whole
from leadenrich.errors import ConfigurationError
from leadenrich.integrations.house import House, HouseCache, HouseLimiter, HouseWallet
from leadenrich.results import EnrichedRecord, to_json

NOTES = ("status", "retry_reason")
"""Columns that say how each row ended."""


def house(
    *,
    name: str | None = None,
    usd: Decimal | int | float | str | None = None,
    calls: int | None = None,
    balance: Decimal | int | str | None = None,
    lease: float = 900.0,
) -> Any:
    """Return the handle of an actor that keeps limits, money and answers for all workers that have it.

    Args:
        name: finds the same actor from another driver, or makes it; None: one of its own.
        usd: US dollars for all calls of all workers together.
        calls: paid HTTP calls, likewise.
        balance: credits in every purse of every account.
        lease: seconds after which what a killed worker has reserved is free again; longer than the longest call.

    Raises:
        ConfigurationError: Ray is not installed; an amount that is no number.
    """
    ray = _ray()
    options = {} if name is None else {"name": name, "get_if_exists": True}
    amounts = {what: _amount(what, value) for what, value in (("usd", usd), ("balance", balance))}
    whole("calls", calls, 0, ConfigurationError)
    actor = ray.remote(House).options(num_cpus=0, max_concurrency=10_000, **options)
    return actor.remote(balance=amounts["balance"], usd=amounts["usd"], calls=calls, lease=lease)


def ports(of: Any, *, usd: bool = False, calls: bool = False) -> dict[str, Any]:
    """Return `limiter=`, `wallet=` and `cache=` of a session that shares with all who have the same house.

    Args:
        of: what `house` returned.
        usd: whether it limits dollars.
        calls: whether it limits calls.
    """

    async def call(method: str, *arguments: Any) -> Any:
        return await getattr(of, method).remote(*arguments)

    lines = tuple(line for line, limited in (("usd", usd), ("calls", calls)) if limited)
    return {"limiter": HouseLimiter(call), "wallet": HouseWallet(call, lines), "cache": HouseCache(call)}


def enrich(
    dataset: Any,
    enricher: Any,
    *,
    workers: int = 2,
    concurrency: int = 100,
    batch_size: int = 500,
    session: Callable[..., Any] = Session,
    usd: Decimal | int | float | str | None = None,
    calls: int | None = None,
    balance: Decimal | int | str | None = None,
    lease: float = 900.0,
    name: str | None = None,
    num_cpus: float = 1,
) -> Any:
    """Return the dataset with what was found in further columns; lazily, batch by batch.

    The columns are the dataset's own, each field that the waterfall or chain is there to find, "status" and
    "retry_reason", with the same types in every batch. A worker that dies is replaced and its batches are done again;
    what was answered before is not paid for again.

    Args:
        dataset: a `ray.data.Dataset` whose columns are read as a table's headers.
        enricher: a waterfall or a chain.
        workers: actors; each holds one open session.
        concurrency: records under way in each.
        batch_size: records a batch; two batches are under way in a worker, so that it does not run dry between them.
        session: makes a worker's session from `limiter=`, `wallet=` and `cache=`: `functools.partial(le.Session, keys,
            prices=...)`. By default the keys are those in the workers' environment.
        usd: dollars for all workers together.
        calls: paid HTTP calls, likewise.
        balance: credits in every purse of every account.
        lease: seconds, as in `house`.
        name: of the house, as there.
        num_cpus: of each worker.

    Raises:
        ConfigurationError: Ray is not installed; an amount or number that cannot be.
    """
    whole("workers", workers, 1, ConfigurationError)
    whole("concurrency", concurrency, 1, ConfigurationError)
    whole("batch_size", batch_size, 1, ConfigurationError)
    function("session", session, ConfigurationError, " that makes a session")
    from_ray = _ray()
    shared = house(name=name, usd=usd, calls=calls, balance=balance, lease=lease)
    return dataset.map_batches(
        _Worker,
        fn_constructor_kwargs={
            "enricher": enricher,
            "session": session,
            "house": shared,
            "limited": {"usd": usd is not None, "calls": calls is not None},
            "concurrency": concurrency,
        },
        batch_size=batch_size,
        batch_format="pyarrow",
        compute=from_ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=4),
        num_cpus=num_cpus,
        max_concurrency=2,
        max_restarts=-1,
        max_task_retries=-1,
    )


class _Worker:
    """An actor with one open session, which takes batches as they come."""

    def __init__(
        self,
        enricher: Any,
        session: Callable[..., Any],
        house: Any,
        limited: Mapping[str, bool],
        concurrency: int,
    ) -> None:
        self._enricher, self._concurrency = enricher, concurrency
        self._make, self._house, self._limited = session, house, limited
        self._session: Any = None
        self._types = dict(_types(enricher))

    async def __call__(self, table: Any) -> Any:
        """Enrich a batch."""
        from leadenrich.records.frames import rows_from_frame

        if self._session is None:
            self._session = self._make(**ports(self._house, **self._limited))
            self._session.open()
        records = list(rows_from_frame(table))
        rows = await self._enricher.run(records, session=self._session, concurrency=self._concurrency)
        yield await asyncio.to_thread(_table, table, rows, self._types)


def _types(enricher: Any) -> Iterator[tuple[str, str]]:
    """Yield each field's name and the JSON type of its values."""
    told = enricher.schema()["properties"]
    for name in enricher.expected:
        kinds = told.get(name, {}).get("type", "string")
        kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
        yield name, kinds[0] if len(kinds) == 1 else "string"


def _table(table: Any, rows: list[EnrichedRecord], types: Mapping[str, str]) -> Any:
    """Return a batch with its rows' fields in columns whose types are the same in every batch."""
    import pyarrow as pa

    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    done = table.take([row.index for row in rows])  # a search makes several rows of one
    columns = {header: done.column(header) for header in done.column_names}
    for name, kind in types.items():
        cells = [_cell(row.get(name), kind) for row in rows]
        columns[name] = pa.array(cells, kinds.get(kind, pa.string()))
    for note in NOTES:
        columns[note] = pa.array([getattr(row, note) for row in rows], pa.string())
    return pa.table(columns)


def _cell(value: Any, kind: str) -> Any:
    if value is None or (kind == "boolean" and not isinstance(value, bool)):
        return None
    if kind in ("integer", "number", "boolean"):
        return value if kind == "boolean" else int(value) if kind == "integer" else float(value)
    plain = to_json(value)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError:
        raise ConfigurationError('leadenrich.integrations.ray needs Ray: pip install "leadenrich[ray]"') from None
    return ray


def _amount(what: str, value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise ConfigurationError(f"{what} is {value!r}; give a number of at least 0")
    return number


__all__ = ["enrich", "house", "ports"]
