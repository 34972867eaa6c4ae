"""At which domains a company's people have their addresses, as a session has seen; one stale address shows nothing."""

from __future__ import annotations

from collections import OrderedDict

from leadenrich import clean
from leadenrich.clean.emails import is_free_domain
from leadenrich.errors import InvalidValueError

MAX_COMPANIES = 8_192
"""How many companies are remembered; the one not seen for longest makes room."""

ENOUGH = 2
"""So many different people at another domain show that it is the company's: one may have an old employer's address."""

_MOST_DOMAINS = 8  # of one company: whoever answers with ever new ones fills no memory


class MailDomains:
    """The domains of a company's addresses, learned from its people."""

    __slots__ = ("_max", "_seen")

    def __init__(self, max_companies: int = MAX_COMPANIES) -> None:
        self._seen: OrderedDict[str, dict[str, set[str]]] = OrderedDict()
        self._max = max_companies

    def __len__(self) -> int:
        return len(self._seen)

    def note(self, company: str, mail: str, person: str) -> None:
        """Remember that a person of a company has an address at a domain.

        Args:
            company: the company's own domain.
            mail: the address's.
            person: what tells one person from another.
        """
        if not company or not person or of_one_owner(company, mail) or is_free_domain(mail):
            return
        seen = self._seen.setdefault(company, {})
        self._seen.move_to_end(company)
        if len(self._seen) > self._max:
            self._seen.popitem(last=False)
        if mail in seen or len(seen) < _MOST_DOMAINS:
            people = seen.setdefault(mail, set())
            if len(people) < ENOUGH:
                people.add(person)

    def belongs(self, company: str, mail: str) -> bool:
        """Return whether a mail domain is the company's: its own, one below it, or one where two of its people are."""
        if of_one_owner(company, mail):
            return True
        seen = self._seen.get(company)
        return seen is not None and len(seen.get(mail, ())) >= ENOUGH


def of_one_owner(one: str, other: str) -> bool:
    """Return whether two host names are registered as one: "mail.acme.example" and "acme.example"."""
    if one == other:
        return True
    try:
        return clean.domain(one) == clean.domain(other)
    except InvalidValueError:
        return False
