"""The real adapters in a storm, over the sandbox's fakes: bulk, jobs, OAuth, batches, own formats, purses."""

from __future__ import annotations

import base64
import random
import re
from decimal import Decimal
from functools import cache
from typing import Any

import httpx

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.sandbox import SandboxTransport
from leadenrich.sandbox.fake import SECRET, TOKEN
from tests.engine.storm_weather import Sky, Weather
from tests.engine.vendors import KEY

ASKED: dict[str, tuple[str, ...]] = {
    "hunter": ("find_email", "verify_email"),
    "apollo": ("find_email", "enrich_person", "find_phone", "enrich_company"),
    "snov": ("find_email", "verify_email", "find_domain"),
    "zoominfo": ("find_email", "find_phone", "enrich_company"),
    "neverbounce": ("verify_email",),
    "millionverifier": ("verify_email",),
    "enrow": ("find_email", "verify_email", "find_phone"),
    "fullenrich": ("find_email", "find_phone"),
    "prospeo": ("find_email", "enrich_company"),
    "findymail": ("find_email", "verify_email"),
    "surfe": ("find_email", "find_phone"),
    "people_data_labs": ("find_email", "enrich_company"),
}
TOKENED = ("snov", "zoominfo")
FREE = {
    "snov": r"POST .*/oauth/|GET .*/result",
    "zoominfo": r".*/oauth/",
    "neverbounce": r".*/jobs/(status|results)",
    "millionverifier": r".*/(fileinfo|download)",
    "enrow": r"GET ",
    "fullenrich": r"GET ",
    "surfe": r"GET ",
    "apollo": r".*/webhook_result/",
}
"""Method and path of what each vendor does not charge: logins and polls."""
PEOPLE = 12


@cache
def _people(seed: int) -> tuple[dict[str, str], ...]:
    transport = SandboxTransport(seed, size=30)
    found = []
    for person in transport.world.people:
        facts = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "company_name": person.company.company_name,
            "company_domain": person.company.company_domain,
            "linkedin_url": person.linkedin_url,
            "email": person.email,
        }
        if all(facts.values()) and person.email_status == "valid":
            found.append(facts)
        if len(found) == PEOPLE:
            break
    return tuple(found)


class OverSandbox(Sky):
    """Some of the vendors above."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        finder = rng.choice([vendor for vendor, operations in ASKED.items() if "find_email" in operations])
        others = rng.sample([vendor for vendor in ASKED if vendor != finder], rng.choice([1, 3]))
        self.vendors = [finder, *others]
        self.weather = {vendor: Weather.drawn(rng) for vendor in self.vendors}
        for vendor in self.vendors:
            if vendor not in TOKENED:
                self.weather[vendor].lost_token = 0.0
        self.seed = rng.randrange(3)
        self.inner = SandboxTransport(self.seed, size=30, delay=None, knows=rng.choice(["partly", "everything"]))
        self.people = _people(self.seed)[: rng.choice([3, PEOPLE])]
        self._hosts = {
            host: vendor
            for vendor in self.vendors
            for host in (_host(registry.info(vendor).base_url), *registry.info(vendor).hosts)
        }

    def vendor_of(self, request: httpx.Request) -> str:
        return self._hosts[request.url.host]

    def is_login(self, request: httpx.Request) -> bool:
        return "/oauth/" in request.url.path

    def is_paid(self, vendor: str, request: httpx.Request) -> bool:
        return vendor not in FREE or not re.match(FREE[vendor], f"{request.method} {request.url.path}")

    def rate_headers(self, vendor: str) -> tuple[str, ...]:
        names = registry.info(vendor).rate_headers
        return () if names is None else tuple(name for name in (names.remaining, names.reset, names.limit) if name)

    def empty_purse(self, vendor: str) -> httpx.Response:
        server = self.inner.server(vendor)
        assert server is not None
        said = server.no_credits
        return httpx.Response(said.status, headers={"content-type": said.content_type}, content=said.content)

    def charged(self, vendor: str) -> Decimal:
        book = self.inner.books.get(vendor)
        return Decimal(0) if book is None else book.total

    async def answer(self, vendor: str, request: httpx.Request) -> httpx.Response:
        """Let the fake answer; it knows the sandbox's own key alone."""
        request = httpx.Request(
            request.method,
            _own(str(request.url)),
            headers=[(name, _own(value)) for name, value in request.headers.items() if name != "content-length"],
            content=_own(request.content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
        )
        return await self.inner.handle_async_request(request)

    # ---- what may be asked

    def questions(self, count: int) -> list[tuple[str, str, dict[str, str]]]:
        """Return questions: vendor, operation, query."""
        rng = self.rng
        found = []
        for _ in range(count):
            vendor = rng.choice(self.vendors)
            found.append((vendor, operation := rng.choice(ASKED[vendor]), self._query(vendor, operation)))
        return found

    def _query(self, vendor: str, operation: str) -> dict[str, str]:
        person = dict(self.rng.choice(self.people))
        if operation == "verify_email":
            return {"email": person["email"]}
        if operation != "enrich_person":
            del person["email"]
        return person

    def records(self, count: int) -> list[dict[str, Any]]:
        """Return leads."""
        found = []
        for number in range(count):
            person: dict[str, Any] = dict(self.rng.choice(self.people))
            del person["email"]
            found.append({**person, "id": number})
        return found

    def finders(self) -> list[str]:
        """Return vendors that find addresses."""
        return [vendor for vendor in self.vendors if "find_email" in ASKED[vendor]]

    def bulk_heavy(self) -> tuple[str, str]:
        """Return a vendor and an operation, to be asked often at once."""
        vendor = self.rng.choice(self.vendors)
        return vendor, self.rng.choice(ASKED[vendor])

    @property
    def credentials(self) -> dict[str, Any]:
        """Return what a session needs."""
        return {vendor: dict.fromkeys(registry.info(vendor).auth.fields, KEY) for vendor in self.vendors}

    @property
    def secrets(self) -> list[str]:
        """Return what no text may show."""
        return [KEY, base64.b64encode(f"{KEY}:{KEY}".encode()).decode()]

    @property
    def private(self) -> list[str]:
        """Return the values of people that no text may show."""
        found = []
        for person in self.people:
            found += [person["email"], person["linkedin_url"], f"{person['first_name']} {person['last_name']}"]
        return found


def _own(text: str) -> str:
    pair = base64.b64encode(f"{KEY}:{KEY}".encode()).decode()
    return text.replace(pair, base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()).replace(KEY, SECRET)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


__all__ = ["ASKED", "TOKEN", "OverSandbox", "le"]
