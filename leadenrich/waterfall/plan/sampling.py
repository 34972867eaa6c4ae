"""What records look like before anybody is asked about them: how many, and who of the steps can be asked."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from leadenrich.errors import ConfigurationError
from leadenrich.records.frames import rows_from_frame
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.run.processor import prepare
from leadenrich.waterfall.run.record_loop import RecordLoop

SAMPLE = 500
"""How many of the records are looked at, to see what they have."""

DOMAINS = 100_000
"""How many company domains are told apart when it is counted how many records share one."""


class Kind(NamedTuple):
    """Records that can be asked about alike.

    Attributes:
        segment: theirs. steps: those that can be asked, by index. guessed: steps that can be once the company's address
            pattern is known.
    """

    segment: str | None
    steps: tuple[int, ...]
    guessed: tuple[int, ...] = ()


class Sampling:
    """What a sample of the records looks like: shares of each kind, and how many lack what a step needs.

    Attributes:
        kinds: how many there are of each kind. lacking: step -> records that lack what it needs. seen: how many were
            looked at. askable: for each of them, whether a provider can and need be asked.
    """

    def __init__(self, loop: RecordLoop, sample: Sequence[Any] | None, companies: Companies | None = None) -> None:
        self.loop, self.companies = loop, companies or Companies()
        self.kinds: Counter[Kind] = Counter()
        self.lacking: Counter[int] = Counter()
        self.seen = 0
        self.askable: list[bool] = []
        usable = [step for step in loop.steps if step.blocked is None]
        if sample is None:
            kind = Kind(None, tuple(step.index for step in usable if not step.is_pattern))
            self.kinds[kind], self.seen, self.askable = 1, 1, [bool(kind.steps)]
            return
        rules = loop.rules
        for number, record in enumerate(sample):
            self.seen += 1
            self.askable.append(False)
            row = prepare(record, number, "", clean=rules.clean, region=rules.region)
            if row.status == "invalid":
                continue
            state = RecordState(row, loop.steps, (), rules.segment_of(row.data))
            if loop.needless(state) is not None:
                continue
            able = [step.index for step in usable if loop.why_not(step, state) is None]
            self.lacking.update(step.index for step in usable if step.missing(row.data))
            if able:
                self.askable[-1] = True
                guessed = [one.index for one in usable if one.is_pattern and one.index not in able]
                known = [place for place in guessed if not loop.steps[place].missing(row.data)]
                self.kinds[Kind(state.segment, tuple(able), tuple(known))] += 1

    @property
    def per_company(self) -> float:
        """Return how many records share a company on average."""
        return self.companies.mean

    @property
    def shares(self) -> Iterator[tuple[Kind, float]]:
        """Yield each kind of record with its share of all."""
        for kind, count in self.kinds.items():
            yield kind, count / max(self.seen, 1)


def count(records: int | Iterable[Any]) -> tuple[int, list[Any] | None, Companies]:
    """Return how many records there are, a sample of them drawn over all, and how they share companies."""
    if isinstance(records, int) and not isinstance(records, bool):
        if records < 0:
            raise ConfigurationError(f"explain takes records or how many there are, not {records}")
        return records, None, Companies()
    if isinstance(records, Mapping):
        return 1, [records], Companies()
    if hasattr(records, "__dataframe__") or hasattr(records, "__arrow_c_stream__"):
        records = list(rows_from_frame(records))
    if isinstance(records, str | bytes | os.PathLike):
        raise ConfigurationError("explain takes records, not a path; read a file with le.read_csv(path)")
    if not isinstance(records, Iterable) or iter(records) is records:
        raise ConfigurationError(
            "explain takes how many records there are, or records that can be read again afterwards (a list, read_csv)"
        )
    sample: list[Any] = []
    total, rng = 0, random.Random(0)
    domains: Counter[str] = Counter()
    for record in records:
        total += 1
        if isinstance(record, Mapping) and (domain := record.get("company_domain")) and len(domains) < DOMAINS:
            domains[str(domain)] += 1
        if len(sample) < SAMPLE:
            sample.append(record)
        elif (place := rng.randrange(total)) < SAMPLE:
            sample[place] = record
    return total, sample, Companies.of(domains.values(), total - domains.total())
