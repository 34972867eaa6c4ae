"""`Terms`: a question as its loop needs it, checked and looked up; `Research` explains each setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from leadenrich.engine.budget import Budget
from leadenrich.research.forms import Column, Form
from leadenrich.research.gather import Limits, Source
from leadenrich.research.prompts import Prompt
from leadenrich.vocabulary import COMPANY_FIELDS
from leadenrich.waterfall.step import StepState


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Terms:
    """What a question was told.

    Attributes:
        prompt: its text. form: what its answer looks like. search, read: where its pages come from.
        look_for: what to search for. limits: how much may be gathered. sources: whether each value names pages.
        system: the system text. batch: whether it goes through a batch. given: the arguments it was made with.
        again: makes the same question with some of them changed.
    """

    prompt: Prompt
    form: Form
    search: tuple[Source, ...]
    read: tuple[Source, ...]
    look_for: Prompt
    pages_field: str | None
    limits: Limits
    max_usd: Budget | None
    sources: bool
    require_citations: bool
    require_quotes: bool
    agree: int
    agree_on: frozenset[str]
    grounded: frozenset[str]
    system: str
    batch: bool
    repeat: int
    given: Mapping[str, Any]
    again: Callable[..., Any]

    @property
    def columns(self) -> Mapping[str, Column]:
        """Return the columns of its answer."""
        return self.form.columns

    @property
    def gathers(self) -> bool:
        """Return whether pages are found or read before a model is asked."""
        return bool(self.search or self.read or self.pages_field)

    @property
    def shares_pages(self) -> bool:
        """Return whether several people of a company are asked about with the same pages.

        So it is where the pages depend on the company alone, and the question on more. Where both depend on the company
        alone, it is one question for all its people, which is asked once.
        """
        named = (*self.prompt.needs, *self.prompt.uses)
        return not self.batch and self.pages_by_company and not _OF_COMPANY.issuperset(named)

    @property
    def pages_by_company(self) -> bool:
        """Return whether the pages are the same for all people of a company."""
        about = (*self.look_for.needs, *self.look_for.uses) if self.search else ()
        return bool(self.search or self.read) and not self.pages_field and _OF_COMPANY.issuperset(about)


_OF_COMPANY = frozenset(COMPANY_FIELDS)


class Question(Protocol):
    """Has terms, and models' steps: a `Research`."""

    @property
    def states(self) -> Sequence[StepState]:
        """Return the steps."""
        ...

    @property
    def terms(self) -> Terms:
        """Return them."""
        ...
