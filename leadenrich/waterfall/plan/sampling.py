"""What records look like before anybody is asked about them: how many, and who of the steps can be asked."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from leadenrich.contract.query import restricted
from leadenrich.errors import ConfigurationError, FeatureParametersError
from leadenrich.records.frames import rows_from_frame
from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import COMPANY_FIELDS
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.plan.rehearsal import Known, rehearsal_of
from leadenrich.waterfall.rules.record_state import RecordState
from leadenrich.waterfall.run.processor import prepare
from leadenrich.waterfall.run.record_loop import RecordLoop
from leadenrich.waterfall.step import StepState

SAMPLE = 500
"""How many of the records are looked at, to see what they have."""

DOMAINS = 100_000
"""How many companies are told apart when it is counted how many records share one."""

PAIRS = 10.0
"""How many pairs of records of one company it takes to believe what they say of how alike its records are."""

OF_COMPANY = frozenset(COMPANY_FIELDS)
"""A question in these words alone is the same for all records of a company."""

NAMED = "named "
"""Before the name of a company of which no domain is known."""


class Kind(NamedTuple):
    """Records that can be asked about alike.

    Attributes:
        segment: theirs. steps: those that can be asked, by index. guessed: steps that can be once the company's address
            pattern is known. situation: theirs, by answers that are known already. asked: how many gave these.
        sure: one of these completes them, once the steps before it were asked.
        plain: their company's domain is known not to accept every address.
    """

    segment: str | None
    steps: tuple[int, ...]
    guessed: tuple[int, ...] = ()
    situation: int = 0
    asked: int = 0
    sure: bool = False
    plain: bool = False


class Sampling:
    """What a sample of the records looks like: shares of each kind, and how many lack what a step needs.

    Attributes:
        kinds: how many there are of each kind. lacking: step -> records that lack what it needs. seen: how many were
            looked at. askable: for each of them, whether a provider can and need be asked. complete: for each, whether
            answers that are known already complete it; its row has them then.
    """

    def __init__(
        self, loop: RecordLoop, sample: Sequence[EnrichedRecord] | None, companies: Companies | None = None
    ) -> None:
        self.loop, self.companies = loop, companies or Companies()
        self.kinds: Counter[Kind] = Counter()
        self.lacking: Counter[int] = Counter()
        self.seen = 0
        self.askable: list[bool] = []
        self.complete: list[bool] = []
        self._able: dict[int, Counter[str]] = {}  # by step, of those whose company is known
        self._asking: Counter[int] = Counter()
        self._of_company: dict[int, bool] = {}
        self._sampled: Counter[str] = Counter()
        usable = [step for step in loop.steps if step.blocked is None]
        if sample is None:
            kind = Kind(None, tuple(step.index for step in usable if not step.is_pattern))
            self.kinds[kind], self.seen, self.askable, self.complete = 1, 1, [bool(kind.steps)], [False]
            return
        rehearsed, theirs = _rehearsed(loop, sample), companies_of(row.record for row in sample)
        self._sampled = Counter(company for company in theirs if company is not None)
        for row, known, company in zip(sample, rehearsed, theirs, strict=True):
            self.seen += 1
            self.askable.append(False)
            self.complete.append(False)
            if row.status == "invalid":
                continue
            told: frozenset[tuple[str, str]] = frozenset()
            sure = False
            if known is not None:
                told, sure = known.told, known.complete and bool(known.open)
                self.complete[-1] = known.complete and not sure
                if known.over and not sure:
                    continue
            state = _state(loop, row)
            if not sure and loop.needless(state) is not None:
                continue
            able = [
                step.index
                for step in usable
                if (known is not None and step.index in known.open)
                or (not sure and (step.provider, step.operation) not in told and loop.why_not(step, state) is None)
            ]
            for place in able:
                self._note(loop.steps[place], row.data, company)
            self.lacking.update(step.index for step in usable if step.missing(row.data))
            if able:
                self.askable[-1] = True
                guessed = [one.index for one in usable if one.is_pattern and one.index not in able and not sure]
                open_to = tuple(place for place in guessed if not loop.steps[place].missing(row.data))
                situation, asked = (0, 0) if known is None else (known.situation, len({who for who, _ in told}))
                self.kinds[Kind(state.segment, tuple(able), open_to, situation, asked, sure, loop.is_plain(state))] += 1

    def _note(self, step: StepState, fields: Mapping[str, Any], company: str | None) -> None:
        """Count who can be asked, and see whether all records of a company ask the same."""
        self._asking[step.index] += 1
        if company is not None:
            self._able.setdefault(step.index, Counter())[company] += 1
        if step.index not in self._of_company and not step.is_pattern:
            try:
                asked = restricted(step.feature, step.query(fields))
            except FeatureParametersError:
                return
            self._of_company[step.index] = OF_COMPANY.issuperset(set(asked) - set(step.options))

    def paid(self, step: StepState) -> float:
        """Return the share (0-1) of a step's questions that are paid: some were asked for its company already."""
        if not self._of_company.get(step.index):
            return 1.0
        asking, able = self._asking[step.index], self._able.get(step.index, Counter[str]())
        if 0 < self.companies.records <= self.seen:  # all of them were looked at
            return (asking - able.total() + len(able)) / asking
        return self.companies.first(self._alike(able, asking / self.seen))

    def _alike(self, able: Counter[str], share: float) -> float:
        """Return the chance that a step can be asked about a record, where it can be about another of its company.

        Which records are left open goes by company where the answers are the company's.
        """
        both = sum(count * (count - 1) for count in able.values())
        one = sum(count * (self._sampled[company] - 1) for company, count in able.items())
        return (both + PAIRS * share) / (one + PAIRS)

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
    companies: Counter[str] = Counter()
    by_name: dict[str, str] = {}
    for record in records:
        total += 1
        if len(companies) < DOMAINS and (company := _company_of(record, by_name)) is not None:
            companies[company] += 1
        if len(sample) < SAMPLE:
            sample.append(record)
        elif (place := rng.randrange(total)) < SAMPLE:
            sample[place] = record
    return total, sample, Companies.of(companies.values(), total - companies.total())


def rows_of(sample: Iterable[Any], *, clean: bool, region: str | None) -> list[EnrichedRecord]:
    """Return the rows that records of a sample begin as."""
    return [prepare(record, number, "", clean=clean, region=region) for number, record in enumerate(sample)]


def _rehearsed(loop: RecordLoop, rows: Sequence[EnrichedRecord]) -> list[Known | None]:
    """Return what is known of each record; a domain that one of them shows to accept every address, for all."""
    rehearsal = rehearsal_of(loop)
    if rehearsal is None:
        return [None] * len(rows)
    able = [row.status != "invalid" and loop.needless(_state(loop, row)) is None for row in rows]
    first = [rehearsal.of(row) if open_ else None for row, open_ in zip(rows, able, strict=True)]
    return [
        rehearsal.needless(row) if open_ and known is None else known
        for row, open_, known in zip(rows, able, first, strict=True)
    ]


def _state(loop: RecordLoop, row: EnrichedRecord) -> RecordState:
    return RecordState(row, loop.steps, (), loop.rules.segment_of(row.data))


def companies_of(records: Iterable[Any]) -> list[str | None]:
    """Return what tells each record's company from others, None where it is not known."""
    by_name: dict[str, str] = {}
    listed = list(records)
    for record in listed:
        if isinstance(record, Mapping) and record.get("company_domain"):
            _company_of(record, by_name)
    return [_company_of(record, by_name) for record in listed]


def _company_of(record: Any, by_name: dict[str, str]) -> str | None:
    """Return what tells a record's company from others: its domain, or that which an earlier record told."""
    if not isinstance(record, Mapping):
        return None
    domain, name = record.get("company_domain"), record.get("company_name")
    if domain and name:
        by_name.setdefault(str(name), str(domain))
    if domain or not name:
        return str(domain) if domain else None
    return by_name.setdefault(str(name), f"{NAMED}{name}")
