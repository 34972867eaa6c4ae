"""Whose an address is, as a session has seen: one mailbox belongs to one person, and the better claim has it."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from leadenrich.clean.emails import is_role
from leadenrich.clean.identity.person import may_be_one_person
from leadenrich.engine.subject import shown_key
from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import Query

MAX_MAILBOXES = 65_536
"""How many addresses are remembered; the one not seen for longest makes room."""

CONTESTED = "contested"
"""The flag of an address that a later record has a better claim to."""

MAILBOXES = frozenset({"email", "personal_email"})


class Who(NamedTuple):
    """What tells a person from others: the full name and the profile's URL, so far as they are known."""

    name: str | None
    profile: str | None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Who:
        """Return who a record speaks of."""
        return cls(Query(fields).name, fields.get("linkedin_url"))

    def may_be(self, other: Who) -> bool:
        """Return whether two may be one person: by profile where both have one, else by name."""
        if self.profile and self.profile == other.profile:
            return True
        if self.name and other.name:
            return may_be_one_person(self.name, other.name)
        return not (self.profile and other.profile)


class Claim(NamedTuple):
    """How good a claim to an address is; the larger one has it.

    Attributes:
        good: the address is accepted, not only the best so far.
        named: how many of the person's names it holds (0-2).
        found: a vendor found it for the person; an inferred address is a guess, though verified.
    """

    good: bool
    named: int
    found: bool


@dataclass(slots=True)
class _Owner:
    who: Who
    claim: Claim
    field: str
    row: weakref.ref[EnrichedRecord]


class Mailboxes:
    """The addresses that people of one session were given. Role addresses are everybody's.

    Args:
        emit: is told the kind of event and its data when an address turns out to be another person's.
    """

    __slots__ = ("_emit", "_max", "_owners")

    def __init__(self, emit: Callable[..., None] | None = None, max_mailboxes: int = MAX_MAILBOXES) -> None:
        self._owners: OrderedDict[str, _Owner] = OrderedDict()
        self._emit, self._max = emit, max_mailboxes

    def __len__(self) -> int:
        return len(self._owners)

    def is_anothers(self, address: str, who: Who) -> bool:
        """Return whether an address was given to a person who is not this one."""
        owner = self._owners.get(address)
        return owner is not None and not owner.who.may_be(who)

    def refuses(self, address: str, who: Who, claim: Claim) -> bool:
        """Return whether another person has an address by a claim that is as good."""
        owner = self._owners.get(address)
        return owner is not None and claim <= owner.claim and not owner.who.may_be(who)

    def claim(self, field: str, address: str, who: Who, claim: Claim, row: EnrichedRecord) -> bool:
        """Give an address to a person; False: another one has it, by a claim that is as good.

        Where this claim is the better one, the earlier row's value is flagged `contested`.
        """
        if (who.name is None and who.profile is None) or is_role(address.partition("@")[0]):
            return True
        owner = self._owners.get(address)
        if owner is not None:
            if owner.who.may_be(who):
                known = Who(who.name or owner.who.name, who.profile or owner.who.profile)
                owner.who, owner.claim, owner.row = known, max(owner.claim, claim), weakref.ref(row)
                self._owners.move_to_end(address)
                return True
            if claim <= owner.claim:
                return False
            self._contest(owner, address)
        self._owners[address] = _Owner(who, claim, field, weakref.ref(row))
        self._owners.move_to_end(address)
        if len(self._owners) > self._max:
            self._owners.popitem(last=False)
        return True

    def _contest(self, owner: _Owner, address: str) -> None:
        row = owner.row()
        if row is None:
            return
        value = row.values.get(owner.field)
        if value is not None and value.value == address and CONTESTED not in value.flags:
            row.values[owner.field] = replace(value, flags=(*value.flags, CONTESTED))
            if self._emit is not None:
                key = shown_key(row.key, row.data)
                self._emit("mailbox.contested", value.provider, value.operation, key=key, field=owner.field)


def names_in(address: str, who: Who) -> int:
    """Return how many of a person's names an address holds, at most 2."""
    from leadenrich.clean.identity.spelling import spellings

    local = address.partition("@")[0]
    words = (who.name or "").lower().replace("-", " ").split()
    return min(2, sum(len(word) > 1 and any(form in local for form in spellings(word)) for word in words))
