"""Whose an address is, as a session has seen: one mailbox belongs to one person, and the better claim has it."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from leadenrich.clean.emails import is_role
from leadenrich.clean.identity.person import may_be_one_person
from leadenrich.clean.identity.spelling import spellings
from leadenrich.engine.subject import shown_key
from leadenrich.results import EnrichedRecord
from leadenrich.vocabulary import name_of

MAX_MAILBOXES = 8_192
"""How many addresses a session remembers; the one not seen for longest makes room. A ledger remembers all."""

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
        return cls(name_of(fields), fields.get("linkedin_url"))

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
    row: weakref.ref[EnrichedRecord] | None


class Keeper(Protocol):
    """Keeps owners beyond the run: the journal of a `FileLedger`."""

    def mailbox(self, address: str) -> Mapping[str, Any] | None:
        """Return what is known of an address's owner."""
        ...

    def keep_mailbox(self, address: str, owner: Mapping[str, Any]) -> None:
        """Keep whose an address is."""
        ...


class Mailboxes:
    """The addresses that people of one session, and of the runs before it in its ledger, were given.

    Role addresses belong to no person.

    Args:
        emit: is told the kind of event and its data when an address turns out to be another person's.
        max_mailboxes: how many are remembered.
        keeper: gives what keeps owners beyond the run; None, or giving None, where nothing does.
    """

    __slots__ = ("_emit", "_keeper", "_max", "_owners")

    def __init__(
        self,
        emit: Callable[..., None] | None = None,
        max_mailboxes: int = MAX_MAILBOXES,
        keeper: Callable[[], Keeper | None] | None = None,
    ) -> None:
        self._owners: OrderedDict[str, _Owner] = OrderedDict()
        self._emit, self._max, self._keeper = emit, max_mailboxes, keeper

    def __len__(self) -> int:
        return len(self._owners)

    def is_free(self, address: str) -> bool:
        """Return whether an address was given to no person yet."""
        return self._owner(address) is None

    def is_anothers(self, address: str, who: Who) -> bool:
        """Return whether an address was given to a person who is not this one."""
        owner = self._owner(address)
        return owner is not None and not owner.who.may_be(who)

    def refuses(self, address: str, who: Who, claim: Claim) -> bool:
        """Return whether another person has an address by a claim that is as good."""
        owner = self._owner(address)
        if owner is None or claim > owner.claim or owner.who.may_be(who):
            return False
        self._owners.move_to_end(address)
        return True

    def claim(self, field: str, address: str, who: Who, claim: Claim, row: EnrichedRecord) -> bool:
        """Give an address to a person; False: another one has it, by a claim that is as good.

        Where this claim is the better one, the earlier row's value is flagged `contested`.
        """
        if (who.name is None and who.profile is None) or is_role(address.partition("@")[0]):
            return True
        owner = self._owner(address)
        if owner is not None:
            if owner.who.may_be(who):
                known = Who(who.name or owner.who.name, who.profile or owner.who.profile)
                owner.who, owner.claim, owner.row = known, max(owner.claim, claim), weakref.ref(row)
                self._owners.move_to_end(address)
                return True
            if claim <= owner.claim:
                self._owners.move_to_end(address)  # a vendor that always answers the same keeps it in memory
                return False
            self._contest(owner, address)
        self._remember(address, _Owner(who, claim, field, weakref.ref(row)))
        if claim.good and self._keeper is not None and (keeper := self._keeper()) is not None:
            keeper.keep_mailbox(address, {"name": who.name, "profile": who.profile, "claim": list(claim)})
        return True

    def _owner(self, address: str) -> _Owner | None:
        """Return who has an address: in this session, else in a run before."""
        owner = self._owners.get(address)
        if owner is not None or self._keeper is None:
            return owner
        if (keeper := self._keeper()) is not None and (kept := keeper.mailbox(address)) is not None:
            owner = _Owner(Who(kept.get("name"), kept.get("profile")), Claim(*kept["claim"]), "email", None)
            self._remember(address, owner)
        return owner

    def _remember(self, address: str, owner: _Owner) -> None:
        self._owners.pop(address, None)
        self._owners[address] = owner
        if len(self._owners) > self._max:
            self._owners.popitem(last=False)

    def _contest(self, owner: _Owner, address: str) -> None:
        row = owner.row() if owner.row is not None else None
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
    local = address.partition("@")[0]
    words = (who.name or "").lower().replace("-", " ").split()
    named = 0
    for word in words:
        if len(word) > 1 and (word in local or any(form in local for form in spellings(word))):
            named += 1
    return min(2, named)
