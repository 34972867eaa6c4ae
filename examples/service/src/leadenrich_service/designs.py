"""A design: what the designer edits, as the library's own plain data, and what the library makes of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import leadenrich as le

ASSUMED_PRICE = "0.05"
"""USD that the sandbox takes for a credit whose price nobody publishes and the visitor does not say."""

NO_TABLE = 300
"""Records that a plan counts with where no table is uploaded yet."""

TROUBLE: dict[str, dict[str, Any]] = {
    "none": {},
    "some": {
        "findymail": {"errors": 0.35},
        "hunter": {"rate_limited": 0.1, "errors": 0.1},
        "leadmagic": {"out_of_credits_after": 40},
        "apollo": {"refuses_key": True},
    },
}
"""What may go wrong on the sandbox, for trying how a run takes it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Question(_Part):
    """A research column: a ready-made or own question, and who is asked."""

    template: le.research.Template
    given: dict[str, Any] = Field(default_factory=dict)
    ask: list[str] = Field(min_length=1, max_length=6)
    search: list[str] = Field(default_factory=list, max_length=4)
    read: list[str] = Field(default_factory=list, max_length=4)
    citations: bool = False

    def build(self) -> le.Research:
        """Return the question.

        Raises:
            le.LeadEnrichError: a parameter is missing, or a provider cannot do what it is named for.
        """
        return self.template(
            self.ask, search=self.search, read=self.read, require_citations=self.citations, **self.given
        )


class Design(_Part):
    """What a visitor has designed; `waterfalls` are as a TOML file holds them."""

    waterfalls: list[dict[str, Any]] = Field(default_factory=list, max_length=24)
    questions: list[Question] = Field(default_factory=list, max_length=8)
    budget: Decimal | None = Field(default=None, gt=0)
    per_record: Decimal | None = Field(default=None, gt=0)
    prices: dict[str, Decimal] = Field(default_factory=dict, max_length=200)
    source: Literal["sandbox", "keys"] = "sandbox"
    pace: Literal["at_once", "as_vendors"] = "at_once"
    trouble: Literal["none", "some"] = "none"
    dedupe: bool = False

    @classmethod
    def read(cls, given: Any) -> Design:
        """Return the design that a page sent.

        Raises:
            le.ConfigurationError: something in it is of the wrong kind; the text names the place.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise le.ConfigurationError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    def parts(self) -> tuple[dict[str, le.Waterfall], dict[str, str]]:
        """Return by name the parts that are whole ("waterfall-0", "question-0"), and what is wrong with the others."""
        built: dict[str, le.Waterfall] = {}
        errors: dict[str, str] = {}
        makers = {f"waterfall-{place}": _maker(plain) for place, plain in enumerate(self.waterfalls)}
        makers |= {f"question-{place}": question.build for place, question in enumerate(self.questions)}
        for name, make in makers.items():
            try:
                built[name] = make()
            except le.LeadEnrichError as error:
                errors[name] = str(error)
        return built, errors

    def chain(self) -> le.Chain:
        """Return the chain to run.

        Raises:
            le.LeadEnrichError: a part is not whole, or there is none.
        """
        built, errors = self.parts()
        if errors:
            raise le.WaterfallError(next(iter(errors.values())))
        if not built:
            raise le.WaterfallError("the design finds nothing yet; add something to find")
        return le.Chain(built.values())

    def toml(self) -> str:
        """Return what `le.Chain.load` reads; research columns are kept as template files instead.

        Raises:
            le.LeadEnrichError: it is not whole.
        """
        return le.Chain.from_dict({"waterfalls": self.waterfalls}).dumps()

    def session(self, **settings: Any) -> le.Session:
        """Return a session to ask with: the sandbox, or the keys of the environment."""
        prices = {name: str(price) for name, price in self.prices.items()}
        if self.source == "keys":
            return le.Session(prices=prices, **settings)
        built, _ = self.parts()
        lacking = le.Chain(built.values()).unpriced(session=le.Session.sandbox(prices=prices)) if built else {}
        return le.Session.sandbox(
            prices={**dict.fromkeys(lacking, ASSUMED_PRICE), **prices},
            delay="real" if self.pace == "as_vendors" else None,
            misbehave=TROUBLE[self.trouble],
            **settings,
        )

    def money(self, spent: Decimal | None = None) -> le.Budget | None:
        """Return what a run may spend, less what was spent already."""
        return None if self.budget is None else le.Budget(usd=max(self.budget - (spent or 0), Decimal(0)))


def _maker(plain: dict[str, Any]) -> Callable[[], le.Waterfall]:
    return lambda: le.Waterfall.from_dict(plain)


def plan(design: Design, records: list[Any], concurrency: int) -> dict[str, Any]:
    """Return what the page shows beside the designer: the plan, what is wrong, what is unpriced, the columns."""
    built, errors = design.parts()
    told: dict[str, Any] = {"errors": errors, "plan": None, "unpriced": {}, "columns": [], "parts": []}
    if not built:
        return told
    try:
        chain = le.Chain(built.values())
        session = design.session()
        unpriced = le.Session.sandbox() if design.source == "sandbox" else le.Session()
        told["columns"] = list(chain.expected)
        told["unpriced"] = chain.unpriced(session=unpriced)
        names = list(built)
        told["parts"] = [names[place] for level in chain.levels for place in level]
        told["plan"] = chain.explain(
            records or NO_TABLE, session=session, budget=design.money(), concurrency=concurrency
        ).to_dict()
    except le.LeadEnrichError as error:
        errors["all"] = str(error)
    return told


def presets() -> dict[str, list[dict[str, Any]]]:
    """Return the library's recipes as waterfalls, by name."""
    made = {name: recipe() for name, recipe in le.recipes.RECIPES.items()}
    return {
        name: one.to_dict()["waterfalls"] if isinstance(one, le.Chain) else [one.to_dict()]
        for name, one in made.items()
    }


def from_toml(text: str) -> list[dict[str, Any]]:
    """Return the waterfalls of a file that holds a chain, or one waterfall.

    Raises:
        le.LeadEnrichError: it is neither; the text names line and nearest word.
    """
    return list(le.Chain.loads(text).to_dict()["waterfalls"])
