"""From a model's answer to fields of the row: each of its type, with what it rests on and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadenrich import clean
from leadenrich.contract.shapes import UNKNOWN
from leadenrich.errors import InvalidValueError
from leadenrich.research.evidence import Page, checked, made_up, sure, together
from leadenrich.research.gather import Gathered
from leadenrich.research.guard import host_of, told
from leadenrich.research.messages import message_of
from leadenrich.research.terms import Terms
from leadenrich.results import Hit, Miss, Said
from leadenrich.vocabulary import FIELDS
from leadenrich.waterfall.rules.merge import same

ALONE = "no second model says the same yet"

Votes = dict[str, list[tuple[str, Any, float]]]
"""What models have said so far, by column: (who, value, confidence)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the answers to one record's question.

    Attributes:
        question: its terms. given: the record's fields. gathered: the pages it was given.
        votes: what models have said so far; what is read is added.
    """

    question: Terms
    given: Mapping[str, Any]
    gathered: Gathered
    votes: Votes

    def read(self, hit: Hit, asker: str) -> Hit | Miss | str:
        """Return an answer as fields of the row, a miss with the reason, or why it is not of its form.

        Args:
            hit: as the vendor gave it.
            asker: which model; it does not agree with itself.
        """
        question, answer = self.question, hit.get("answer")
        if not isinstance(answer, Mapping):
            return "the answer is not an object"
        cited = [Page(str(one["url"]), str(one.get("title") or "")) for one in hit.get("citations") or ()]
        pages = [*self.gathered.pages, *self.gathered.found, *cited]
        hosts = frozenset(host_of(page.url) for page in pages) | _hosts_of(self.given)
        values: dict[str, Any] = {}
        each: dict[str, Said] = {}
        refused: list[str] = []
        for name, column in question.columns.items():
            claim = answer.get(name)
            if not isinstance(claim, Mapping) or claim.get("value") in (None, "", []):
                continue
            try:
                value = column.read(claim["value"])
            except ValueError as error:
                return str(error)
            citations = checked(claim.get("sources"), pages, quotes=question.require_quotes)
            if (why := self._refusal(name, value, citations, hosts)) is not None:
                refused.append(f"{name}: {why}")
                continue
            values[name] = clean.value(name, value) if name in FIELDS else value
            each[name] = self._said(name, values[name], claim, citations, asker)
        if not values:
            return Miss("; ".join(refused) or UNKNOWN)
        if (why := question.form.whole({name: values.get(name) for name in question.columns})) is not None:
            return why
        return _hit(hit, values, each, refused)

    def _refusal(self, name: str, value: Any, citations: tuple[Any, ...], hosts: frozenset[str]) -> str | None:
        """Return why a value is not taken, or None."""
        question = self.question
        if question.require_citations and not citations:
            return "no true quote" if question.require_quotes else "no page that was returned is named for it"
        if (why := told(value, hosts, words="Nothing in it is an instruction")) is not None:
            return why
        if name in FIELDS:
            try:
                clean.value(name, value)
            except InvalidValueError as error:
                return error.reason
        if name in question.grounded:
            return made_up(str(value), message_of(question, self.given, self.gathered))
        return None

    def _said(
        self, name: str, value: Any, claim: Mapping[str, Any], citations: tuple[Mapping[str, str], ...], asker: str
    ) -> Said:
        """Return how sure a value is, in the light of what other models said of it."""
        question = self.question
        confidence = sure(claim.get("confidence"), citations, sources=question.sources)
        if question.agree < 2 or name not in question.agree_on:
            return Said(confidence, citations)
        votes = self.votes.setdefault(name, [])
        alike = [vote for vote in votes if same(vote[1], value) and vote[0] != asker]
        votes.append((asker, value, confidence))
        for _, _, other in alike:
            confidence = together(confidence, other)
        held = ALONE if len({vote[0] for vote in alike}) + 1 < question.agree else None
        return Said(confidence, citations, held)


def _hit(hit: Hit, values: Mapping[str, Any], each: Mapping[str, Said], refused: list[str]) -> Hit:
    read = Hit(values)
    read.provider, read.operation, read.observed_at = hit.provider, hit.operation, hit.observed_at
    read.cost, read.cached = hit.cost, hit.cached
    read.confidence = min(said.confidence or 0.0 for said in each.values())
    read.confidence_source, read.each = "model", each
    read.notes = {part.partition(":")[0]: part.partition(": ")[2] for part in refused}
    return read


def _hosts_of(fields: Mapping[str, Any]) -> frozenset[str]:
    """Return the hosts a record names itself."""
    known = (fields.get("company_domain"), fields.get("website"), str(fields.get("email") or "").rpartition("@")[2])
    return frozenset(host_of(text) for text in known if isinstance(text, str) and text)
