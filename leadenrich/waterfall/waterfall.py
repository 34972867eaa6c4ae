"""`Waterfall`: one operation, a list of steps, and the rules by which their answers are taken."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from leadenrich.engine.budget import Budget
from leadenrich.engine.checks import a, function, listed, number, one_of, whole
from leadenrich.errors import WaterfallError, nearest
from leadenrich.results import EnrichedRecord, Hit
from leadenrich.vocabulary import FIELDS, MAIN_FIELD, Operation
from leadenrich.waterfall.choice.allocation import Kind as Allocation
from leadenrich.waterfall.choice.allocation import Run
from leadenrich.waterfall.choice.policies import own_policy
from leadenrich.waterfall.choice.statistics import Stats
from leadenrich.waterfall.conditions import Condition, Where, compile_where
from leadenrich.waterfall.enricher import Enricher, Worker
from leadenrich.waterfall.plan.plan import Plan
from leadenrich.waterfall.rules.acceptance import Acceptance, CatchAll
from leadenrich.waterfall.rules.outcome import end
from leadenrich.waterfall.rules.patterns import Patterns
from leadenrich.waterfall.rules.record_state import Gate, Policy
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.run.record_loop import RecordLoop
from leadenrich.waterfall.step import Step, StepState, as_step, check_operation, look_up

Steps = Sequence[str | Step | Mapping[str, Any]]
"""Provider ids, `Step`s, or mappings of a `Step`'s arguments, in the order to ask."""

Order = Literal["listed", "expected_cost", "expected_time"] | Policy | Callable[[Sequence[StepState], Any], int | None]
"""Who is asked next: as listed, by a built-in policy, by a `Policy`, or by a function like `Policy.choose`."""

_CHECKED_BY = {
    field: operation for operation, fields in reversed(CHECKS.items()) for field in sorted(fields)
}  # "email" -> verify_email, "mobile_phone" -> verify_phone
_DAY = 86_400.0


class Waterfall(Enricher):
    """Ask one provider after the other until an answer is good enough.

    Args:
        operation: what is asked, such as "find_email", or a vendor's own feature ("betterenrich.find-company-email").
        steps: whom to ask, in order. `"local"` in a find_email waterfall proposes what the company's address pattern
            implies; it needs `verify`.
        fields: the fields wanted, where that is not the operation's own one. `complete` means all of them.
        max_providers: how many providers may be asked for one record; those skipped don't count.
        quality_threshold: the least confidence (0-100) of an accepted answer, after verification where there is any.
            The best answer below it is kept, and its row is `partial`.
        on_error: "continue" with the next step after a provider failed, or "stop" the record (never the stream).
        verify: verifiers of what is found: steps of a verify_email (verify_phone) waterfall, or that waterfall, or
            several. Each distinct value is verified once; what nobody could verify is kept, flagged "unverified".
        order: "listed", "expected_cost", "expected_time", or a policy; see `leadenrich.waterfall.choice.order`.
        merge: "first": the first good answer ends it. "best": every step is asked, and the most confident value wins.
        accept: a further condition on an answer: receives the `Hit`; falsy rejects it.
        catch_all: what to do with an address whose domain accepts every address (`accept_all`): "keep" it, flagged
            "risky", if its confidence reaches the bar; "reject" it, which ends the finders for this record and for
            the session's further records of that domain; or accept it once two independent finders "agree".
        catch_all_memory: seconds for which "reject" remembers a domain; 0 turns that off.
        where: the waterfall applies only to records where this holds (see `leadenrich.waterfall.conditions`).
        segment: names a record's segment (a field, or a function of the fields), by which an order policy learns.
        identity: reject answers whose name or company contradicts the record.
        patterns: address patterns known beforehand, `{"example.com": "{first}.{last}"}`.
        clean: bring records to canonical form first; False: they are already, and cost less to take.
        region: the country (alpha-2) of phone numbers without a country code.
        overwrite: ask although the record has the field, and let found values replace its own.
        value: USD that a filled field is worth; steps whose conditional index exceeds it are left out.
        allocation: what becomes of a budget that is too small, where the number of records is known: "cutoff" leaves
            out the steps that are expected to cost more for a value than the budget reaches; "breadth" asks step 1 of
            all records first; "depth" takes record by record. See `leadenrich.waterfall.choice.allocation`.
        stats: what is known of the steps' rates, and where this waterfall learns more; None: its own, empty.

    Raises:
        ProviderNotFoundError, FeatureNotSupportedError: with the nearest right name.
        WaterfallError: settings that contradict themselves.
    """

    def __init__(
        self,
        operation: str,
        steps: Steps,
        *,
        fields: Iterable[str] | None = None,
        max_providers: int | None = None,
        quality_threshold: float | None = None,
        on_error: Literal["continue", "stop"] = "continue",
        verify: Waterfall | Steps | None = None,
        order: Order = "listed",
        merge: Literal["first", "best"] = "first",
        accept: Callable[[Hit], Any] | None = None,
        catch_all: CatchAll = "keep",
        catch_all_memory: float = _DAY,
        where: Where | None = None,
        segment: str | Callable[[Mapping[str, Any]], Any] | None = None,
        identity: bool = True,
        patterns: Mapping[str, str] | None = None,
        clean: bool = True,
        region: str | None = None,
        overwrite: bool = False,
        value: float | None = None,
        allocation: Allocation = "cutoff",
        stats: Stats | None = None,
    ) -> None:
        super().__init__(clean=clean, region=region)
        self.columns: Mapping[str, Any] = getattr(self, "columns", {})
        listed("fields", fields, '["email"]', WaterfallError)
        listed("verify", verify if not isinstance(verify, Waterfall | Step) else None, '["zerobounce"]', WaterfallError)
        fields = fields if fields is None or isinstance(fields, str) else tuple(fields)
        verify = verify if verify is None or isinstance(verify, Waterfall | str | Step | Mapping) else tuple(verify)
        self.told: Mapping[str, Any] = {  # as given, for `dump`
            "fields": fields,
            "max_providers": max_providers,
            "quality_threshold": quality_threshold,
            "on_error": on_error,
            "verify": verify,
            "order": order,
            "merge": merge,
            "accept": accept,
            "catch_all": catch_all,
            "catch_all_memory": catch_all_memory,
            "where": where,
            "segment": segment,
            "identity": identity,
            "patterns": patterns,
            "clean": clean,
            "region": region,
            "overwrite": overwrite,
            "value": value,
            "allocation": allocation,
            "stats": None,
        }
        self.operation = check_operation(str(operation))
        self.wanted = _wanted(self.operation, fields, self.columns)
        self.fields = None if fields is None else tuple(sorted(self.wanted))
        self.steps: tuple[Step, ...] = tuple(_steps(steps))
        finders, checking = _told_apart(self.operation, self.steps)
        self.states = [self._state(step, index) for index, step in enumerate(finders)]
        self.verify = verify
        self.checks = [*self._verifiers(verify), *(Waterfall(op, own, clean=False) for op, own in checking.items())]
        self._check_steps()
        one_of("on_error", on_error, ("continue", "stop"), WaterfallError)
        one_of("merge", merge, ("first", "best"), WaterfallError)
        one_of("catch_all", catch_all, get_args(CatchAll), WaterfallError)
        one_of("allocation", allocation, get_args(Allocation), WaterfallError)
        whole("max_providers", max_providers, 1, WaterfallError)
        number("quality_threshold", quality_threshold, WaterfallError, most=100)
        number("value", value, WaterfallError)
        number("catch_all_memory", catch_all_memory, WaterfallError)
        function("accept", accept, WaterfallError, " of the Hit")
        function("segment", None if isinstance(segment, str) else segment, WaterfallError, " of the fields, or a field")
        if stats is not None and not isinstance(stats, Stats):
            raise WaterfallError(f"stats is a le.Stats, such as le.Stats.load(path), not {a(stats)}")
        if patterns is not None and not isinstance(patterns, Mapping):
            raise WaterfallError(
                f"patterns is a mapping such as {{'example.com': '{{first}}.{{last}}'}}, not {a(patterns)}"
            )
        self.max_providers, self.quality_threshold, self.on_error = max_providers, quality_threshold, on_error
        self.merge, self.best = merge, merge == "best"
        self.accept, self.catch_all, self.catch_all_memory = accept, catch_all, catch_all_memory
        self.acceptance = Acceptance(quality_threshold, accept, catch_all)
        self.where = where
        self.condition: Condition | None = None if where is None else compile_where(where)
        self.segment = segment
        self.identity = identity
        self.patterns = Patterns(patterns) if patterns else None
        self.overwrite, self.value = overwrite, value
        self.order, self.allocation = order, allocation
        self.stats = Stats() if stats is None else stats
        self.policy: Policy | None = own_policy(order)

    def __repr__(self) -> str:
        return f"Waterfall({self.operation!r}, [{', '.join(step.provider for step in self.steps)}])"

    @property
    def gives(self) -> frozenset[str]:
        """Return every field that some step may fill."""
        return frozenset().union(*(state.gives for state in self.states))

    @property
    def expected(self) -> tuple[str, ...]:
        """Return the fields asked for."""
        return tuple(sorted(self.wanted or self.gives))

    def segment_of(self, fields: Mapping[str, Any]) -> str | None:
        """Return a record's segment, None where the waterfall names none."""
        if self.segment is None:
            return None
        found = self.segment(fields) if callable(self.segment) else fields.get(self.segment)
        return None if found is None else str(found)

    def bind(self, session: Any, gate: Gate | None = None, run: Run | None = None) -> Worker:
        """Return what takes records through this waterfall in one session."""
        loop = self.loop(session, gate, run=run)

        async def work(row: EnrichedRecord, purses: tuple[Any, ...]) -> list[EnrichedRecord]:
            end(row, await loop.work(row, purses))
            return [row]

        return work

    def loop(
        self, session: Any, gate: Gate | None = None, *, inner: bool = False, run: Run | None = None
    ) -> RecordLoop:
        """Return what takes one record at a time through this waterfall in one session."""
        return RecordLoop(self, session, gate, inner=inner, run=run)

    def _state(self, step: Step, index: int) -> StepState:
        """Return a step with its facts looked up."""
        return look_up(step, index, self.operation)

    def explain(
        self,
        records: int | Iterable[Any],
        *,
        session: Any = None,
        budget: Budget | None = None,
        concurrency: int = 100,
    ) -> Plan:
        """Return what a run is expected to find, cost and take; nothing is asked and nothing spent.

        The rates are those of `stats`: priors at first, what was learned once something ran. To learn before much is
        spent, give `stream` a `pilot`.

        Args:
            records: how many, or the records themselves, of which a sample is looked at for what they lack.
            session: whose keys, prices and limits; None: those in the environment.
            budget: of the run; the session's own counts too.
            concurrency: how many records are under way at once.

        Raises:
            ConfigurationError: records that could not be read again afterwards.
        """
        from leadenrich.waterfall.plan.explain import explain

        return explain(self, records, session=session, budget=budget, concurrency=concurrency)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Waterfall:
        """Return the waterfall that a .toml or .json file describes, by the names of the arguments.

        Raises:
            WaterfallError: it cannot be read, has an unknown or senseless setting: the text names file, line and the
                nearest right word.
            ProviderNotFoundError, FeatureNotSupportedError: likewise.
        """
        from leadenrich.waterfall.files import load_waterfall

        return load_waterfall(path)

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write the waterfall to a .toml or .json file, which `load` reads back.

        Raises:
            WaterfallError: a function stands where a file can only hold data.
        """
        from leadenrich.waterfall.files import dump

        dump(self, path)

    def _verifiers(self, verify: Waterfall | Steps | None) -> list[Waterfall]:
        if verify is None:
            return []
        default = next((_CHECKED_BY[field] for field in sorted(self.wanted) if field in _CHECKED_BY), None)
        listed: Sequence[Any] = [verify] if isinstance(verify, Waterfall | str | Step | Mapping) else list(verify)
        if not listed:
            raise WaterfallError("verify lists no verifier; leave it out, or name one")
        found = [one for one in listed if isinstance(one, Waterfall)]
        by_operation: dict[str, list[Step]] = {}
        for one in listed:
            if isinstance(one, Waterfall):
                continue
            step = as_step(one)
            operation = step.operation or default
            if operation is None:
                raise WaterfallError(f"nothing that {self.operation} finds can be verified; wanted: {self._wants()}")
            by_operation.setdefault(operation, []).append(step)
        found += [Waterfall(operation, steps, clean=False) for operation, steps in by_operation.items()]
        for check in found:
            if check.operation not in CHECKS:
                raise WaterfallError(f"verify takes {', '.join(CHECKS)} waterfalls, not {check.operation}")
        return found

    def _check_steps(self) -> None:
        verified = {check.operation for check in self.checks}
        for state in self.states:
            own = state.operation == self.operation or state.operation == f"{state.provider}.{self.operation}"
            if self.wanted and state.gives.isdisjoint(self.wanted) and not own:
                name = f"{state.provider}.{state.operation}"
                raise WaterfallError(f"{name} gives none of what is wanted: {self._wants()}")
            if state.is_pattern and Operation.VERIFY_EMAIL not in verified:
                raise WaterfallError(
                    "the step 'local' guesses addresses, which only a verifier can accept: add verify="
                )

    def _wants(self) -> str:
        return ", ".join(sorted(self.wanted)) or "nothing in particular"


def _steps(steps: Steps) -> list[Step]:
    if isinstance(steps, str | Step | Mapping) or not isinstance(steps, Iterable):
        raise WaterfallError(f"steps is a list of providers' ids and Steps, not {type(steps).__name__}")
    listed = [as_step(step) for step in steps]
    if not listed:
        raise WaterfallError("a waterfall needs at least one step")
    return listed


def _told_apart(operation: str, steps: Sequence[Step]) -> tuple[Sequence[Step], dict[str, list[Step]]]:
    """Return the finders, and by operation the steps that check what the finders find."""
    if operation in CHECKS:
        return steps, {}
    checking: dict[str, list[Step]] = {}
    for step in steps:
        if step.operation in CHECKS:
            checking.setdefault(step.operation, []).append(step)
    finders = [step for step in steps if step.operation not in CHECKS]
    if not finders:
        raise WaterfallError("a waterfall needs a step that finds something; its steps only check")
    return finders, checking


def _wanted(operation: str, fields: Iterable[str] | None, columns: Mapping[str, Any]) -> frozenset[str]:
    if fields is None and columns:
        return frozenset(columns)
    if fields is None:
        return frozenset({MAIN_FIELD[operation]}) if operation in MAIN_FIELD else frozenset()
    if isinstance(fields, str):
        fields = (fields,)
    wanted: tuple[Any, ...] = tuple(fields)
    for field in wanted:
        if not isinstance(field, str) or (field not in FIELDS and field not in columns):
            raise WaterfallError(f"no field {field!r}{nearest(str(field), {*FIELDS, *columns})}")
    return frozenset(wanted)
