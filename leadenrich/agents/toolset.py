"""`le.tools`: what a session can do, as tools for a language model, and the dispatcher that answers its calls."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.agents.building import Tool, build
from leadenrich.agents.formats import FORMATS, LONGEST_DESCRIPTION, Format, lint, write_tool
from leadenrich.contract.shapes import misfit
from leadenrich.engine.budget import Budget, checked_amount
from leadenrich.engine.validation import a, function, one_of
from leadenrich.errors import ConfigurationError, LeadEnrichError
from leadenrich.results import EnrichedRecord, Value, to_json

PLAN = "estimate_cost"
MOST_ITEMS = 25
"""Items of a list that an answer shows; a model reads no hundred of them."""

Confirm = Callable[[str, Mapping[str, Any], Decimal | None], bool | Awaitable[bool]]
"""Is asked before a call that may cost more than `confirm_above`: (tool, arguments, USD or None) -> go on?"""


class ToolAnswer(dict[str, Any]):
    """What a call returned, as JSON's own types; `str()` is the compact JSON text that goes back to the model."""

    def __str__(self) -> str:
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))


class Toolset(list[dict[str, Any]]):
    """Tools in the form of one API: a list to hand over, and `call`, which answers what the model asks for.

    Attributes:
        format: the API they are written for. session: whom they ask with.
    """

    def __init__(
        self,
        session: Any,
        made: Iterable[Tool],
        form: Format,
        *,
        max_usd_per_call: Decimal | None,
        confirm: Confirm | None,
        confirm_above: Decimal | None,
        plan: bool,
    ) -> None:
        self.session, self.format = session, form
        self._most, self._confirm, self._above = max_usd_per_call, confirm, confirm_above
        self._tools: dict[str, Tool] = {}
        for one in made:
            if one.name in self._tools or one.name == PLAN:
                raise ConfigurationError(f"two tools are called {one.name!r}; give one of them a name: (name, tool)")
            self._tools[one.name] = one
        super().__init__(write_tool(one.name, self._describe(one), one.schema, form) for one in self._tools.values())
        if plan:
            self.append(write_tool(PLAN, _PLAN_DOES, self._plan_schema(), form))
        for spec in self:
            if problems := lint(spec, form):
                raise ConfigurationError(f"tool {spec.get('name')!r} would be refused: {'; '.join(problems)}")

    @property
    def names(self) -> list[str]:
        """Return the names of the tools."""
        return [str(one["name"]) for one in self]

    def _describe(self, one: Tool) -> str:
        asks = "" if len(one.ways) < 2 else f" Give one of: {'; or '.join(' + '.join(way) for way in one.ways)}."
        shown = ", ".join(one.gives[:12]) + (" and more" if len(one.gives) > 12 else "")
        text = f"{one.does}.{asks} Returns {shown}, each with its source. {self._price(one)}"
        return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"

    def _price(self, one: Tool) -> str:
        if one.most is None:
            ceiling = "" if self._most is None else f"; at most ${self._most:f}"
            return f"What a call costs is not known{ceiling}."
        if not one.most:
            return "A call costs nothing."
        most = one.most if self._most is None else min(one.most, self._most)
        more = " (more with a higher limit)" if one.by_limit and most == one.most else ""
        return f"A call costs about ${_rounded(min(one.usd or one.most, most))}, at most ${_rounded(most)}{more}."

    def _plan_schema(self) -> dict[str, Any]:
        names = {"type": "string", "enum": list(self._tools), "description": "Which tool"}
        records = {"type": "integer", "description": "How many calls of it are meant"}
        properties = {"tool": names, "records": records}
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

    async def call(self, name: str, arguments: Mapping[str, Any] | str | None = None) -> ToolAnswer:
        """Answer one call of a model.

        What is wrong with a call comes back as an answer the model can mend, and costs nothing: it is never raised.

        Args:
            name: of the tool.
            arguments: as the model gave them: a mapping, or its JSON text.

        Returns:
            `{"status", "found": {field: {"value", "source", "confidence", ...}}, "usd"}`, or `{"error": {...}}`.
        """
        given = _read(arguments)
        if isinstance(given, str):
            return _error("ARGUMENTS_INVALID", given)
        if name == PLAN and PLAN in self.names:
            return self._plan(given)
        one = self._tools.get(name)
        if one is None:
            near = difflib.get_close_matches(str(name), self.names, n=1)
            told = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(self.names)}"
            return _error("UNKNOWN_TOOL", f"there is no such tool{told}")
        given = {word: value for word, value in given.items() if value not in (None, "", [])}
        if (why := _unfit(one, given)) is not None:
            return _error("ARGUMENTS_INVALID", why)
        most = one.most_for(self.session, given)
        if self._most is not None:
            most = self._most if most is None else min(most, self._most)
        if (refused := await self._refused(one, given, most)) is not None:
            return refused
        budget = Budget(usd=most) if most else None
        try:
            rows = await one.enricher.run([given], session=self.session, max_cost_per_record=budget)
        except LeadEnrichError as error:  # such as a price that is not known where a ceiling is set
            return _error(str(error.code), error.message)
        return self._answer(one, rows)

    async def _refused(self, one: Tool, given: Mapping[str, Any], most: Decimal | None) -> ToolAnswer | None:
        """Return why an expensive call is not made, None where it may be."""
        if self._above is None or (most is not None and most <= self._above):
            return None
        cost = "an unknown amount" if most is None else f"up to ${_rounded(most)}"
        if self._confirm is None:
            return _error("CONFIRMATION_NEEDED", f"this call may cost {cost}, which a person has to allow first")
        said = self._confirm(one.name, dict(given), most)
        if inspect.isawaitable(said):
            said = await said
        return None if said else _error("DECLINED", f"this call may cost {cost}, and it was declined; do not repeat it")

    def _plan(self, given: Mapping[str, Any]) -> ToolAnswer:
        if (why := misfit(self._plan_schema(), dict(given))) is not None:
            return _error("ARGUMENTS_INVALID", why)
        one, records = self._tools[given["tool"]], max(int(given["records"]), 1)
        try:
            plan: Any = one.enricher.explain(records, session=self.session)
        except LeadEnrichError as error:
            return _error(str(error.code), error.message)
        most = None if one.most is None and self._most is None else (self._most if one.most is None else one.most)
        if most is not None and self._most is not None:
            most = min(most, self._most)
        return ToolAnswer(
            tool=one.name,
            records=records,
            expected_usd=_number(plan.usd.expected),
            at_most_usd=None if most is None else _number(most * records),
            left_usd=self._left(),
            seconds=_number(plan.seconds),
        )

    def _left(self) -> float | None:
        ledger = self.session.budget
        left = None if ledger is None else ledger.left("usd")
        return None if left is None else _number(left)

    def _answer(self, one: Tool, rows: list[EnrichedRecord]) -> ToolAnswer:
        """Return what was found, the fields the tool was made for and no others."""
        spent = sum((row.cost.usd or Decimal(0) for row in rows), Decimal(0))
        unknown = any(row.cost.usd is None for row in rows)
        answers = [
            {name: _told(row.values[name]) for name in one.gives if name in row.values and row.get(name) is not None}
            for row in rows
        ]
        first = rows[0]
        told: dict[str, Any] = {"status": first.status}
        if first.reason:
            told["reason"] = first.reason
        told["found"] = answers[0] if len(rows) == 1 else answers[:MOST_ITEMS]
        return ToolAnswer({**told, "usd": None if unknown else _number(spent)})


_PLAN_DOES = (
    "Say what calls of another tool are expected to cost, and at most, before any money is spent. Costs nothing;"
    " use it before many calls."
)


def tools(
    session: Any,
    items: Iterable[Any],
    *,
    format: Format = "openai",
    max_usd_per_call: Decimal | float | int | str | None = None,
    confirm: Confirm | None = None,
    confirm_above: Decimal | float | int | str | None = None,
    plan: bool = True,
) -> Toolset:
    """Return operations, waterfalls, chains and questions as tools of a language model.

    Args:
        session: whom they ask with; its budget, limits, `allow` and suppression hold for every call.
        items: operations' names ("find_email"), `Waterfall`s, `Chain`s, `Research`es, each alone or as (name, item).
        format: "openai" (Responses API, strict), "anthropic", "gemini" or "json".
        max_usd_per_call: the most one call may spend.
        confirm: asked before a call that may cost more than `confirm_above`, with (tool, arguments, USD or None);
            may be async. Without one such a call is answered with what it would cost, and not made.
        confirm_above: USD.
        plan: add the tool `estimate_cost`, by which a model learns a price before it spends.

    Raises:
        ConfigurationError: an item that makes no tool, two of one name, an unknown format.
        FeatureNotSupportedError: an unknown operation, with the nearest right name.
    """
    one_of("format", format, FORMATS, ConfigurationError)
    function("confirm", confirm, ConfigurationError, " of the tool, its arguments and USD")
    if isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
        raise ConfigurationError(f'items is a list of what the tools do, such as ["find_email"], not {a(items)}')
    made = [build(*_named(one, session)) for one in items]
    if not made:
        raise ConfigurationError("there is nothing to make a tool of: items is empty")
    return Toolset(
        session,
        made,
        format,
        max_usd_per_call=None if max_usd_per_call is None else checked_amount("max_usd_per_call", max_usd_per_call),
        confirm=confirm,
        confirm_above=None if confirm_above is None else checked_amount("confirm_above", confirm_above),
        plan=plan,
    )


def _named(item: Any, session: Any) -> tuple[Any, Any, str | None]:
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return item[1], session, item[0]
    return item, session, None


def _read(arguments: Any) -> dict[str, Any] | str:
    """Return a call's arguments, or what is wrong with them."""
    if arguments is None or arguments == "":
        return {}
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return "the arguments are not JSON"
    return dict(arguments) if isinstance(arguments, Mapping) else "the arguments are not an object"


def _unfit(one: Tool, given: Mapping[str, Any]) -> str | None:
    """Return what is wrong with arguments, in words that name the argument and the fix; values stay out of it."""
    words = one.schema["properties"]
    for word in given:
        if word not in words:
            near = difflib.get_close_matches(str(word), list(words), n=1)
            told = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(words)}"
            return f"there is no argument of that name ({str(word)[:40]!r}){told}"
    if (why := misfit({**one.schema, "required": []}, dict(given))) is not None:
        return why
    if one.ways and not any(all(word in given for word in way) for way in one.ways):
        return f"it needs {'; or '.join(' + '.join(way) for way in one.ways)}"
    return None


def _told(value: Value) -> dict[str, Any]:
    shown = value.value[:MOST_ITEMS] if isinstance(value.value, list) else value.value
    told: dict[str, Any] = {"value": to_json(shown), "source": value.provider}
    if value.confidence is not None:
        told["confidence"] = to_json(value.confidence)
    if value.observed_at is not None:
        told["observed"] = value.observed_at.date().isoformat()
    if value.citations:
        told["citations"] = to_json(value.citations)
    if value.flags:
        told["flags"] = list(value.flags)
    return told


def _error(code: str, message: str) -> ToolAnswer:
    return ToolAnswer(error={"code": code, "message": message})


def _number(amount: Decimal | float) -> float:
    return round(float(amount), 6)


def _rounded(amount: Decimal) -> str:
    return f"{amount:.4f}".rstrip("0").rstrip(".") if amount >= Decimal("0.0001") else f"{amount:.2g}"
