"""`Chain`: several waterfalls on one record, each free to use what the ones before it found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadenrich.engine.budget import Budget
from leadenrich.engine.validation import a, check_list
from leadenrich.errors import WaterfallError, called
from leadenrich.registry import registry
from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import FIELDS
from leadenrich.waterfall import files
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.choice.stages import FAN_OUT, stages_of, unreachable
from leadenrich.waterfall.drawing import chain_html
from leadenrich.waterfall.enricher import Enricher
from leadenrich.waterfall.plan.chain_plan import ChainPlan, explain_chain
from leadenrich.waterfall.rules.chain_outcome import Ending, chain_ended
from leadenrich.waterfall.rules.misnamed import nearest_field
from leadenrich.waterfall.rules.outcome import end
from leadenrich.waterfall.rules.rules import ChainRules, Rules
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.fan_out import fan_out
from leadenrich.waterfall.run.record_loop import loop_of
from leadenrich.waterfall.run.runnable import Worker
from leadenrich.waterfall.run.stage import Stage, side_by_side
from leadenrich.waterfall.toml import to_toml
from leadenrich.waterfall.waterfall import Waterfall

SIDE_BY_SIDE = 8
"""How many of the rows that one record became are worked on at once."""


class Chain(Enricher):
    """Runs waterfalls on each record, in the order their needs and gives imply; independent ones side by side.

    A search among them (search_people, search_companies, find_lookalikes) makes several rows of one record: their
    `parent_key` is the record's key, and the first of them carries what the record had cost by then.

    Args:
        waterfalls: `Waterfall`s (or chains, which are unfolded).
        fields: what makes a row `complete`; None: all that each waterfall wants.
        inputs: the fields the records bring, where that is known: then a waterfall that no provider could ever be asked
            for is an error here.
        clean: bring records to canonical form first.
        region: the country (alpha-2) of phones without a country code.

    Raises:
        WaterfallError: an empty chain, waterfalls that wait for each other, or needs that nothing meets.
    """

    rules: ChainRules

    def __init__(
        self,
        waterfalls: Iterable[Waterfall | Chain],
        *,
        fields: Iterable[str] | None = None,
        inputs: Iterable[str] | None = None,
        clean: bool = True,
        region: str | None = None,
    ) -> None:
        super().__init__(clean=clean, region=region)
        check_list("waterfalls", waterfalls, "[find_domain, find_email]", WaterfallError)
        self.fields, self.inputs = _words("fields", fields), _words("inputs", inputs)
        self.waterfalls: tuple[Waterfall, ...] = tuple(_unfolded(waterfalls))
        known = FIELDS.union(*(one.columns for one in self.waterfalls))
        _told_once(self.waterfalls)
        for field in self.fields or ():
            if field not in known and not any(field.startswith(f"{one}_") for one in registry.ids()):
                raise WaterfallError(f"no field {field!r}{nearest_field(field, known)}")
        if not self.waterfalls:
            raise WaterfallError("a chain needs at least one waterfall")
        self._arrange()
        rules = self.rules.waterfalls
        for operation, lacking in unreachable(rules, self.inputs).items() if self.inputs is not None else ():
            raise WaterfallError(
                f"no provider can be asked for {operation}: the records and the other waterfalls lack"
                f" {', '.join(sorted(lacking))}"
            )

    def _arrange(self) -> None:
        """Put the waterfalls in order, and make the rules."""
        waterfalls = tuple(one.rules for one in self.waterfalls)
        self.levels = stages_of(waterfalls, self.inputs or ())
        self.rules = ChainRules(
            waterfalls=waterfalls,
            stages=tuple(map(tuple, self.levels)),
            fields=self.fields,
            inputs=self.inputs,
            clean=self.clean,
            region=self.region,
        )

    def __getstate__(self) -> dict[str, Any]:
        """Return what makes it: the order is found anew where it is unpickled."""
        return {name: value for name, value in vars(self).items() if name not in ("levels", "rules")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)
        self._arrange()

    @property
    def fans_out(self) -> bool:
        """Return whether one record may become several rows."""
        return any(waterfall.operation in FAN_OUT for waterfall in self.waterfalls)

    @property
    def expected(self) -> tuple[str, ...]:
        """Return the fields asked for."""
        return self.fields or tuple(dict.fromkeys(name for one in self.waterfalls for name in one.expected))

    @property
    def all_rules(self) -> tuple[Rules, ...]:
        """Return the rules of each waterfall."""
        return self.rules.waterfalls

    @property
    def by_breadth(self) -> bool:
        """Return whether records take turns: step 1 of all before step 2 of any."""
        return any(one.by_breadth for one in self.waterfalls)

    def bind(self, session: Asker, context: RunContext | None = None) -> Worker:
        """Return what takes records through this chain in one session."""
        context = RunContext() if context is None else context
        loops = [loop_of(rules, session, context) for rules in self.rules.waterfalls]
        stages = [Stage([loops[place] for place in level]) for level in self.levels]

        async def work(row: EnrichedRecord, purses: tuple[Any, ...]) -> list[EnrichedRecord]:
            return await self._from(stages, row, dict(row.data), purses, [])

        return work

    def explain(
        self,
        records: int | Iterable[Any],
        *,
        session: Any = None,
        budget: Budget | None = None,
        concurrency: int = 100,
    ) -> ChainPlan:
        """Return what a run is expected to find, cost and take; nothing is asked and nothing spent.

        Each waterfall is planned as by `Waterfall.explain`, for the records as they are expected to be by then: with
        the fields that the ones before it are expected to have found.

        Args:
            records: how many, or the records themselves, of which a sample is looked at for what they lack.
            session: whose keys, prices and limits; None: those in the environment.
            budget: of the run; the session's own counts too. Each waterfall is planned with an equal part of it,
                and with what others do not need of theirs.
            concurrency: how many records are under way at once.

        Raises:
            ConfigurationError: records that could not be read again afterwards.
        """
        return explain_chain(self.rules, records, session=session, budget=budget, concurrency=concurrency)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Chain:
        """Return the chain that a .toml or .json file describes: a table `[[waterfalls]]` for each waterfall.

        A file of one waterfall, as `Waterfall.dump` writes it, is read as a chain of that one.

        Raises:
            WaterfallError: as `Waterfall.load`.
        """
        return files.load(path, files.ChainFile, cls.of_file)

    @classmethod
    def loads(cls, text: str) -> Chain:
        """Return the chain that TOML text describes; raises as `load` does."""
        return files.loads(text, files.ChainFile, cls.of_file)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Chain:
        """Return the chain that plain data describes, as `to_dict` returns it and a file holds it.

        What describes one waterfall becomes a chain of that one.

        Raises:
            WaterfallError: an unknown or senseless setting; the text names its place ("waterfalls[1].steps[0]").
            ProviderNotFoundError, FeatureNotSupportedError: likewise.
        """
        return files.from_dict(plain, files.ChainFile, cls.of_file)

    @classmethod
    def of_file(cls, file: files.ChainFile) -> Chain:
        """Return the chain that the contents of a file describe."""
        plain = file.model_dump(exclude_unset=True)
        return cls(**{**plain, "waterfalls": [Waterfall.of_file(one) for one in file.waterfalls]})

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write the chain to a .toml or .json file, which `load` reads back.

        Raises:
            WaterfallError: as `Waterfall.dump`.
        """
        files.dump(self.to_dict(), path)

    def dumps(self) -> str:
        """Return the chain as TOML text, which `loads` reads back; raises as `dump` does."""
        return to_toml(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the chain as plain data, as a file holds it; defaults are left out.

        Raises:
            WaterfallError: as `Waterfall.dump`.
        """
        plain: dict[str, Any] = {}
        for name in ("fields", "inputs", "region"):
            if (given := getattr(self, name)) is not None:
                plain[name] = list(given) if isinstance(given, tuple) else given
        if not self.clean:
            plain["clean"] = False
        plain["waterfalls"] = [one.to_dict() for one in self.waterfalls]
        return plain

    async def _from(
        self,
        stages: Sequence[Stage],
        row: EnrichedRecord,
        given: Mapping[str, Any],
        purses: tuple[Any, ...],
        endings: list[Ending],
    ) -> list[EnrichedRecord]:
        """Take a row through the stages left; return the rows that came of it."""
        for number, stage in enumerate(stages, 1):
            over = await stage.work(row, purses)
            endings = [*endings, *((loop.rules, one) for loop, one in zip(stage.loops, over, strict=True))]
            if any(one.withheld for one in over):
                row.values.clear()
                row.alternatives.clear()
                row.data = dict(given)
                break
            searches = [loop.rules for loop in stage.loops if loop.rules.operation in FAN_OUT]
            children = [child for search in searches for child in fan_out(row, search)]
            if children:
                return await self._of_children(stages[number:], children, purses, endings)
        end(row, chain_ended(self.fields, row, given, endings))
        return [row]

    async def _of_children(
        self,
        stages: Sequence[Stage],
        children: list[EnrichedRecord],
        purses: tuple[Any, ...],
        endings: list[Ending],
    ) -> list[EnrichedRecord]:
        rows: list[EnrichedRecord] = []
        for start in range(0, len(children), SIDE_BY_SIDE):
            some = children[start : start + SIDE_BY_SIDE]
            for done in await side_by_side(
                [self._from(stages, child, dict(child.data), purses, endings) for child in some]
            ):
                rows += done
        return rows

    def __repr__(self) -> str:
        return f"Chain([{', '.join(map(repr, self.waterfalls))}])"

    def _repr_html_(self) -> str:
        """Return the waterfalls drawn stage by stage, for a notebook."""
        return chain_html(self.rules)

    def __str__(self) -> str:
        """Say stage by stage who is asked for what."""
        lines = []
        for number, level in enumerate(self.levels, 1):
            for place in level:
                waterfall = self.waterfalls[place]
                wanted = ", ".join(sorted(waterfall.wanted)) or "whatever it gives"
                steps = ", ".join(
                    state.provider
                    if state.operation == waterfall.operation
                    else called(state.provider, state.operation)
                    for state in waterfall.states
                )
                lines.append(f"{number}. {waterfall.operation} ({wanted}): {steps}")
        return "\n".join(lines)


def _words(name: str, given: Iterable[str] | None) -> tuple[str, ...] | None:
    check_list(name, given, '["email"]', WaterfallError)
    if given is None:
        return None
    words = (given,) if isinstance(given, str) else tuple(given)
    for word in words:
        if not isinstance(word, str):
            raise WaterfallError(f"{name} names fields, not {a(word)}")
    return words


def _told_once(waterfalls: Sequence[Waterfall]) -> None:
    """Refuse two questions that answer in the same column: the second would be taken as a contradiction."""
    told: dict[str, Waterfall] = {}
    for one in waterfalls:
        for column in one.columns or one.wanted & {"answer"}:
            if column in told:
                raise WaterfallError(
                    f"two questions answer in the column {column!r}; give one of them a `prefix`, or rename the column"
                )
            told[column] = one


def _unfolded(waterfalls: Iterable[Any] | None) -> Iterable[Waterfall]:
    for one in waterfalls or ():
        if isinstance(one, Chain):
            yield from one.waterfalls
        elif isinstance(one, Waterfall):
            yield one
        else:
            raise WaterfallError(f"a chain is made of waterfalls, not of {type(one).__name__}")
