"""`Waterfall`: one operation, a list of steps, and the rules by which their answers are taken."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from leadenrich.engine.budget import Budget
from leadenrich.engine.validation import check_list
from leadenrich.errors import WaterfallError, called
from leadenrich.results import EnrichedRecord, Hit
from leadenrich.vocabulary import Operation
from leadenrich.waterfall import files
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.choice.policies import own_policy
from leadenrich.waterfall.conditions import Where, compile_where
from leadenrich.waterfall.drawing import waterfall_html
from leadenrich.waterfall.enricher import Enricher
from leadenrich.waterfall.plan.explain import explain
from leadenrich.waterfall.plan.plan import Plan
from leadenrich.waterfall.rules.acceptance import Acceptance, CatchAll
from leadenrich.waterfall.rules.outcome import end
from leadenrich.waterfall.rules.patterns import Patterns
from leadenrich.waterfall.rules.record_state import Policy
from leadenrich.waterfall.rules.rules import Allocation, Rules
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.record_loop import RecordLoop
from leadenrich.waterfall.run.runnable import Worker
from leadenrich.waterfall.settings import (
    Steps,
    check_settings,
    check_stats,
    finders_and_checks,
    steps_of,
    wanted_fields,
)
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.step import Step, StepState, as_step, check_operation, look_up, plain_step
from leadenrich.waterfall.toml import to_toml

Order = Literal["listed", "expected_cost", "expected_time"] | Policy | Callable[[Sequence[StepState], Any], int | None]
"""Who is asked next: as listed, by a built-in policy, by a `Policy`, or by a function like `Policy.choose`."""

_CHECKED_BY = {
    field: operation for operation, fields in reversed(CHECKS.items()) for field in sorted(fields)
}  # "email" -> verify_email, "mobile_phone" -> verify_phone


class Waterfall(Enricher):
    """Ask one provider after the other until an answer is good enough.

    Args:
        operation: what is asked, such as "find_email", or a vendor's own feature ("betterenrich.find-company-email").
        steps: whom to ask, in order. `"local"` in a find_email waterfall proposes what the company's address pattern
            implies; it needs `verify`.
        fields: the fields wanted, where that is not the operation's own one. `complete` means all of them.
        max_providers: how many providers may be asked for one record; those skipped don't count.
        max_wait: seconds for which a vendor's limit may keep a question waiting. A step that would wait longer is
            passed over, and asked later if nothing else answered and its limit has room by then; else the row is
            retryable. None: the session's (15 minutes).
        quality_threshold: the least confidence (0-100) of an accepted answer, after verification where there is any.
            The best answer below it is kept, and its row is `partial`.
        on_error: "continue" with the next step after a provider failed, or "stop" the record (never the stream).
        verify: verifiers of what is found: steps of a verify_email (verify_phone) waterfall, or that waterfall, or
            several. Each distinct value is verified once; what no verifier could judge is kept, flagged
            "unverified". Listed verifiers are asked in this waterfall's `order` and learned about in its `stats`.
        order: "listed", "expected_cost", "expected_time", or a policy; see `leadenrich.waterfall.choice.order`.
        merge: "first": the first good answer ends it. "best": every step is asked, and the most confident value wins.
        accept: a further condition on an answer: receives the `Hit`; falsy rejects it.
        catch_all: what to do with an address whose domain accepts every address (`accept_all`): "keep" it, flagged
            "risky", if its confidence reaches the bar; "reject" it, which ends the finders for this record and for
            the session's further records of that domain; or accept it once two independent finders "agree".
        catch_all_memory: seconds for which "reject" remembers a domain (a day); 0 turns that off.
        where: the waterfall applies only to records where this holds (see `leadenrich.waterfall.conditions`).
        segment: names a record's segment (a field, or a function of the fields), by which an order policy learns.
        identity: reject answers whose name or company contradicts the record.
        patterns: address patterns known beforehand, `{"example.com": "{first}.{last}"}`.
        clean: bring records to canonical form first; False: they are already, and cost less to take.
        region: the country (alpha-2) of phone numbers without a country code.
        overwrite: ask although the record has the field, and let found values replace its own.
        value: USD that a filled field is worth; steps whose conditional index exceeds it are left out.
        allocation: what happens to a budget that is too small, where the number of records is known: "cutoff" leaves
            out the steps that are expected to cost more for a value than the budget reaches; "breadth" asks step 1 of
            all records first; "depth" takes record by record. See `leadenrich.waterfall.choice.allocation`.
        trust: the share (0-1) of a finder's answers that verification must have confirmed, with a confidence of 95 %,
            for its further ones to go unverified, flagged "trusted" (0.97 is usual; it takes some hundred answers).
            One in twenty is verified all the same, and so is what the finder itself calls uncertain. None: all are.
        stats: what is known of the steps' rates, and where this waterfall learns more; None: its own, which begins with
            what the ledger of its session has, and is kept there.

    Raises:
        ProviderNotFoundError, FeatureNotSupportedError: with the nearest right name.
        WaterfallError: settings that contradict themselves.
    """

    rules: Rules
    columns: Mapping[str, Any] = {}
    """Fields of its own beyond the vocabulary, with their types; a subclass sets them."""

    def __init__(
        self,
        operation: str,
        steps: Steps,
        *,
        fields: Iterable[str] | None = None,
        max_providers: int | None = None,
        max_wait: float | None = None,
        quality_threshold: float | None = None,
        on_error: Literal["continue", "stop"] = "continue",
        verify: Waterfall | Steps | None = None,
        order: Order = "listed",
        merge: Literal["first", "best"] = "first",
        accept: Callable[[Hit], Any] | None = None,
        catch_all: CatchAll = "keep",
        catch_all_memory: float = 24 * 3600,
        where: Where | None = None,
        segment: str | Callable[[Mapping[str, Any]], Any] | None = None,
        identity: bool = True,
        patterns: Mapping[str, str] | None = None,
        clean: bool = True,
        region: str | None = None,
        overwrite: bool = False,
        value: float | None = None,
        allocation: Allocation = "cutoff",
        trust: float | None = None,
        stats: Stats | None = None,
    ) -> None:
        super().__init__(clean=clean, region=region)
        check_list(
            "verify", verify if not isinstance(verify, Waterfall | Step) else None, '["zerobounce"]', WaterfallError
        )
        self.told: Mapping[str, Any] = {  # as given, for `to_dict`
            "fields": tuple(fields) if isinstance(fields, Iterable) and not isinstance(fields, str) else fields,
            "max_providers": max_providers,
            "max_wait": max_wait,
            "quality_threshold": quality_threshold,
            "on_error": on_error,
            "verify": verify
            if verify is None or isinstance(verify, Waterfall | str | Step | Mapping)
            else tuple(verify),
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
            "trust": trust,
        }
        check_settings(self.told)
        check_stats(stats)
        self.operation = check_operation(str(operation))
        self.wanted = wanted_fields(self.operation, self.told["fields"], self.columns)
        self.fields = None if fields is None else tuple(sorted(self.wanted))
        self.steps: tuple[Step, ...] = tuple(steps_of(steps))
        self.stats, self._own_stats = Stats() if stats is None else stats, stats is None
        self.max_wait = max_wait
        self.max_providers, self.quality_threshold, self.on_error = max_providers, quality_threshold, on_error
        self.merge, self.accept, self.verify, self.order = merge, accept, self.told["verify"], order
        self.catch_all, self.catch_all_memory = catch_all, catch_all_memory
        self.where, self.segment, self.identity = where, segment, identity
        self.overwrite, self.value, self.allocation = overwrite, value, allocation
        self._look_up()

    def _look_up(self) -> None:
        """Look up the facts of the steps, and make the rules."""
        told = self.told
        finders, checking = finders_and_checks(self.operation, self.steps)
        self.states = [self._state(step, index) for index, step in enumerate(finders)]
        self.checks = [
            *self._verifiers(told["verify"]),
            *(self._check(operation, own) for operation, own in checking.items()),
        ]
        self._check_steps()
        policy = own_policy(told["order"])
        self.rules = Rules(
            operation=self.operation,
            wanted=self.wanted,
            states=tuple(self.states),
            checks=tuple(check.rules for check in self.checks),
            acceptance=Acceptance(told["quality_threshold"], told["accept"], told["catch_all"]),
            stats=self.stats,
            order=told["order"] if policy is None else "listed",
            policy=policy,
            max_providers=told["max_providers"],
            max_wait=told["max_wait"],
            on_error=told["on_error"],
            best=told["merge"] == "best",
            catch_all_memory=told["catch_all_memory"],
            condition=None if told["where"] is None else compile_where(told["where"]),
            segment=told["segment"],
            identity=told["identity"],
            patterns=Patterns(told["patterns"]) if told["patterns"] else None,
            overwrite=told["overwrite"],
            value=told["value"],
            allocation=told["allocation"],
            trust=told["trust"],
            clean=self.clean,
            region=self.region,
            columns=self.columns,
            loop=self.loop,
            learns=self._own_stats,
        )

    def __repr__(self) -> str:
        return f"Waterfall({self.operation!r}, [{', '.join(step.provider for step in self.steps)}])"

    def _repr_html_(self) -> str:
        """Return the steps drawn in their order, for a notebook."""
        return waterfall_html(self.rules)

    def __getstate__(self) -> dict[str, Any]:
        """Return what makes it: facts and rules are looked up anew where it is unpickled."""
        return {name: value for name, value in vars(self).items() if name not in ("states", "checks", "rules")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)
        self._look_up()

    @property
    def gives(self) -> frozenset[str]:
        """Return every field that some step may fill."""
        return self.rules.gives

    @property
    def expected(self) -> tuple[str, ...]:
        """Return the fields asked for."""
        return tuple(sorted(self.wanted or self.gives))

    @property
    def all_rules(self) -> tuple[Rules, ...]:
        """Return the rules of each waterfall: its own."""
        return (self.rules,)

    @property
    def by_breadth(self) -> bool:
        """Return whether records take turns: step 1 of all before step 2 of any."""
        return self.rules.allocation == "breadth"

    def bind(self, session: Asker, context: RunContext | None = None) -> Worker:
        """Return what takes records through this waterfall in one session."""
        loop = self.loop(self.rules, session, context)

        async def work(row: EnrichedRecord, purses: tuple[Any, ...]) -> list[EnrichedRecord]:
            end(row, await loop.work(row, purses))
            return [row]

        return work

    def loop(self, rules: Rules, session: Asker, context: RunContext | None) -> RecordLoop:
        """Return what takes one record at a time through in one session; a subclass may ask in another way."""
        return RecordLoop(rules, session, context)

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
        return explain(self.rules, records, session=session, budget=budget, concurrency=concurrency)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Waterfall:
        """Return the waterfall that a .toml or .json file describes, by the names of the arguments.

        Raises:
            WaterfallError: it cannot be read, has an unknown or senseless setting: the text names file, line and the
                nearest right word.
            ProviderNotFoundError, FeatureNotSupportedError: likewise.
        """
        return files.load(path, files.WaterfallFile, cls.of_file)

    @classmethod
    def loads(cls, text: str) -> Waterfall:
        """Return the waterfall that TOML text describes; raises as `load` does."""
        return files.loads(text, files.WaterfallFile, cls.of_file)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Waterfall:
        """Return the waterfall that plain data describes, as `to_dict` returns it and a file holds it.

        Raises:
            WaterfallError: an unknown or senseless setting; the text names its place ("steps[0]").
            ProviderNotFoundError, FeatureNotSupportedError: likewise.
        """
        return files.from_dict(plain, files.WaterfallFile, cls.of_file)

    @classmethod
    def of_file(cls, file: files.WaterfallFile) -> Waterfall:
        """Return the waterfall that the contents of a file describe."""
        plain, verify = file.model_dump(exclude_unset=True), file.verify
        if isinstance(verify, files.WaterfallFile):
            plain["verify"] = cls.of_file(verify)
        elif verify is not None:
            pairs = zip(verify, plain["verify"], strict=True)
            plain["verify"] = [
                cls.of_file(one) if isinstance(one, files.WaterfallFile) else told for one, told in pairs
            ]
        return cls(**plain)

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write the waterfall to a .toml or .json file, which `load` reads back.

        Raises:
            WaterfallError: a function stands where a file can only hold data.
        """
        files.dump(self.to_dict(), path)

    def dumps(self) -> str:
        """Return the waterfall as TOML text, which `loads` reads back; raises as `dump` does."""
        return to_toml(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the waterfall as plain data, as a file holds it; defaults are left out.

        Raises:
            WaterfallError: a function stands where a file can only hold data.
        """
        plain: dict[str, Any] = {"operation": self.operation, "steps": [plain_step(step) for step in self.steps]}
        parameters = inspect.signature(Waterfall.__init__).parameters
        for name, given in self.told.items():
            if given is None or given == parameters[name].default:
                continue
            if name == "verify":
                plain[name] = _plain_verifiers(given)
            elif callable(given) or hasattr(given, "choose"):
                raise WaterfallError(f"`{name}` is a function, which no file can hold")
            else:
                plain[name] = list(given) if isinstance(given, tuple | set | frozenset) else given
        return plain

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
        found += [self._check(operation, steps) for operation, steps in by_operation.items()]
        for check in found:
            if check.operation not in CHECKS:
                raise WaterfallError(f"verify takes {', '.join(CHECKS)} waterfalls, not {check.operation}")
        return found

    def _check(self, operation: str, steps: Sequence[Step]) -> Waterfall:
        """Return the waterfall of listed verifiers: in this one's order, learning into the same `Stats`."""
        order: Any = self.told["order"] if isinstance(self.told["order"], str) else "listed"
        return Waterfall(operation, steps, clean=False, order=order, stats=self.stats)

    def _check_steps(self) -> None:
        verified = {check.operation for check in self.checks}
        for state in self.states:
            own = state.operation == self.operation or state.operation == called(state.provider, self.operation)
            if self.wanted and state.gives.isdisjoint(self.wanted) and not own:
                name = called(state.provider, state.operation)
                raise WaterfallError(f"{name} gives none of what is wanted: {self._wants()}")
            if state.is_pattern and Operation.VERIFY_EMAIL not in verified:
                raise WaterfallError(
                    "the step 'local' guesses addresses, which only a verifier can accept: add verify="
                )

    def _wants(self) -> str:
        return ", ".join(sorted(self.wanted)) or "nothing in particular"


def _plain_verifiers(given: Any) -> Any:
    if isinstance(given, Waterfall):
        return given.to_dict()
    several = [given] if isinstance(given, str | Step | Mapping) else given
    return [
        one.to_dict() if isinstance(one, Waterfall) else plain_step(one) if isinstance(one, Step) else one
        for one in several
    ]
