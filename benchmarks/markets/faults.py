"""Markets with faults, over the library's own waterfalls: who is right is known, so precision stands beside spend.

Finders answer with a colleague's address, with a guess by the commonest pattern, or with one at a domain the company
left; two of them share a feed; a third of the domains accept every address; half-way the finders' rates change places.
The even seeds are for tuning; the odd ones (`HELD_OUT`) are run to report figures, and never to choose anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from leadenrich.contract import Category, Flow, HTTPProvider, ProviderInfo, Request, Tier, operation
from leadenrich.engine.question import Asked
from leadenrich.registry import registry
from leadenrich.results import Cost, Hit, Miss
from leadenrich.waterfall.asker import Asker

TUNING = tuple(range(0, 20, 2))
HELD_OUT = tuple(range(1, 20, 2))
FINDERS = tuple(f"finder_{number}" for number in range(5))
VERIFIERS = ("verifier_0", "verifier_1")
FIRST = ("Ada", "Bela", "Cleo", "Dana", "Ezra", "Finn", "Gita", "Hugo", "Iris", "Jona", "Kira", "Liam", "Mona", "Nils")
LAST = (
    "Abel",
    "Brandt",
    "Costa",
    "Dorn",
    "Ekman",
    "Falk",
    "Greco",
    "Holm",
    "Ivers",
    "Jansen",
    "Klein",
    "Lund",
    "Moser",
)
PATTERNS = ("{first}.{last}", "{f}{last}", "{first}", "{first}{l}")


@dataclass(frozen=True)
class Person:
    """Somebody of a company: fields as a lead brings them, the right address, what one would guess, and a stale one."""

    lead: Mapping[str, str]
    email: str
    guess: str
    stale: str


@dataclass(frozen=True)
class FinderFacts:
    """How often a finder knows somebody, how often it is right, what it does otherwise, its price and its feed."""

    find: float
    right: float
    fault: str
    usd: Decimal
    feed: int


class FaultyMarket:
    """One market: companies, people, finders; everything follows from the seed.

    Args:
        seed: of the draw. ordered: the leads are sorted by company. drift: rates change places half-way.
    """

    def __init__(self, seed: int, *, leads: int = 600, ordered: bool = False, drift: bool = False) -> None:
        rng = random.Random(f"faults {seed}")
        self.seed, self.drift = seed, drift
        self.people: list[Person] = []
        self.mailboxes: set[str] = set()
        self.catch_all: set[str] = set()
        for number in count():
            if len(self.people) >= leads:
                break
            self._company(rng, number, rng.choice((1, 2, 4, 8, 12, 20)))
        self.people = self.people[:leads]
        if not ordered:
            random.Random(f"order {seed}").shuffle(self.people)
        self.finders = [
            FinderFacts(
                rng.uniform(0.25, 0.75),
                rng.uniform(0.8, 0.99),
                rng.choice(("colleague", "guess", "stale")),
                Decimal(rng.choice((12, 16, 20, 25, 40, 60))) / 1000,
                0 if number in (0, 1) else number,
            )
            for number in range(len(FINDERS))
        ]
        self.check_usd = [Decimal(rng.choice((4, 6, 8))) / 1000, Decimal(rng.choice((10, 15, 20))) / 1000]
        self.sort(lambda _: 0)

    def sort(self, key: Callable[[Person], Any]) -> None:
        """Put the people into another order, in which they are met."""
        self.people.sort(key=key)
        self.place = {one.lead["full_name"] + one.lead["company_domain"]: at for at, one in enumerate(self.people)}

    def _company(self, rng: random.Random, number: int, size: int) -> None:
        domain, old = f"firm{self.seed}x{number}.example", f"old{self.seed}x{number % 7}.example"
        self.catch_all.add(old)
        if rng.random() < 0.3:
            self.catch_all.add(domain)
        pattern = rng.choice(PATTERNS)
        names = rng.sample([(first, last) for first in FIRST for last in LAST], size)
        for first, last in names:
            follows = rng.random() < 0.8
            local = _filled(pattern if follows else rng.choice(PATTERNS), first, last)
            lead = {
                "full_name": f"{first} {last}",
                "company_domain": domain,
                "company_name": f"Firm {number} {self.seed}",
            }
            guess = _filled(PATTERNS[0], first, last)
            self.people.append(Person(lead, f"{local}@{domain}", f"{guess}@{domain}", f"{guess}@{old}"))
            self.mailboxes.add(f"{local}@{domain}")

    def answer(self, finder: int, person: Person) -> str | None:
        """Return the address a finder has of a person, None where it knows none."""
        at = self.place[person.lead["full_name"] + person.lead["company_domain"]]
        facts = self.finders[finder]
        late = self.drift and at >= len(self.people) // 2
        rates = self.finders[(finder + 2) % len(self.finders)] if late else facts
        knows = random.Random(f"{self.seed} {facts.feed} {at}").random()  # a shared feed knows the same people
        own = random.Random(f"{self.seed} {finder} own {at}").random()
        if knows >= rates.find:
            return None
        if own < rates.right:
            return person.email
        if facts.fault == "guess":
            return person.guess
        if facts.fault == "stale":
            return person.stale
        domain = person.lead["company_domain"]
        others = [one.email for one in self.people if one.lead["company_domain"] == domain and one is not person]
        return others[at % len(others)] if others else person.guess

    def status(self, email: str) -> str:
        """Return what a verifier says of an address."""
        if email.partition("@")[2] in self.catch_all:
            return "accept_all"
        return "valid" if email in self.mailboxes else "invalid"

    @property
    def leads(self) -> list[dict[str, str]]:
        """Return the leads."""
        return [dict(one.lead) for one in self.people]

    def is_right(self, lead: Mapping[str, Any], email: str) -> bool:
        """Return whether an address is the person's."""
        return self.people[self.place[lead["full_name"] + lead["company_domain"]]].email == email


class MarketSession(Asker):
    """Answers for a market's finders and verifiers, at once and without a network."""

    def __init__(self, market: FaultyMarket) -> None:
        self.market = market
        self.asked = 0

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        """Return the USD of an answer."""
        kind, _, number = provider_id.rpartition("_")
        if kind == "finder":
            return self.market.finders[int(number)].usd
        return self.market.check_usd[int(number)] if kind == "verifier" else None

    def has_credentials(self, provider_id: str) -> bool:
        """Return whether it is one of the market's."""
        return provider_id in (*FINDERS, *VERIFIERS)

    def now(self) -> float:
        """Return 0: nothing takes time here."""
        return 0.0

    def emit(self, kind: str, provider: str | None = None, operation: str | None = None, **data: Any) -> None:
        """Tell no one."""

    async def ask(self, provider_id: str, operation: str, query: Mapping[str, Any], **told: Any) -> Asked:
        """Answer one question."""
        self.asked += 1
        usd = self.price(provider_id) or Decimal(0)
        paid = Cost(credits={provider_id: Decimal(1)}, usd=usd, calls=1)
        if provider_id in VERIFIERS:
            hit = Hit(email_status=self.market.status(query["email"]))
            hit.confidence = {"valid": 97, "accept_all": 60, "invalid": 2}[hit.data["email_status"]]
        else:
            at = self.market.place[query["full_name"] + query["company_domain"]]
            email = self.market.answer(int(provider_id.rpartition("_")[2]), self.market.people[at])
            if email is None:
                return Asked(Miss(), Cost(usd=Decimal(0), calls=1), latency=1.0)
            hit = Hit(email=email)
            hit.confidence = 90
        hit.provider, hit.operation, hit.confidence_source = provider_id, operation, "vendor"
        return Asked(hit, paid, latency=1.0)


def _filled(pattern: str, first: str, last: str) -> str:
    first, last = first.lower(), last.lower()
    return pattern.format(first=first, last=last, f=first[0], l=last[0])


def _provider(name: str, verifies: bool) -> type[HTTPProvider]:
    class Invented(HTTPProvider):
        """Never driven: the market answers for it."""

        info = ProviderInfo(
            id=name,
            title=name,
            category=Category.EMAIL_CONTACT,
            tier=Tier.FREE,
            base_url=f"https://api.{name.replace('_', '-')}.example",
            docs_url=f"https://{name.replace('_', '-')}.example/docs",
        )

        def _ask(self, query: Any) -> Flow:
            yield Request("GET", "/")
            return Miss()

        if verifies:
            verify_email = operation(
                "verify_email", needs=[("email",)], gives=("email_status",), credits=1, charged="on_call"
            )(lambda self, query: self._ask(query))
        else:
            find_email = operation("find_email", needs=[("full_name", "company_domain")], gives=("email",), credits=1)(
                lambda self, query: self._ask(query)
            )

    return Invented


@contextmanager
def registered() -> Iterator[None]:
    """The markets' providers are known while this lasts."""
    plugins = registry.plugins()
    names: Sequence[str] = (*FINDERS, *VERIFIERS)
    for name in names:
        plugins[name] = _provider(name, name in VERIFIERS)
    try:
        yield
    finally:
        for name in names:
            plugins.pop(name, None)
            registry._loaded.pop(name, None)
