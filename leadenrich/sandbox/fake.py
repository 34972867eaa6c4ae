"""A fake vendor: routes that read a request as the vendor would and answer in the vendor's shape, out of the world.

    from leadenrich.sandbox.fake import Answer, Call, route

    @route("GET", "/people/email")                  # below the provider's base URL; absolute for another host
    def find(call: Call) -> object:                 # a dict or list is a 200 with JSON; else an `Answer`
        person = call.view.person(full_name=call.params.get("name"), company_domain=call.params.get("domain"))
        if person is None or person.email is None:  # None: this vendor does not know it
            return Answer(404, json={"error": "not found"})
        call.charge(1)                              # what the vendor would take, for the books
        return {"person": {"email": person.email}}

A module may also define, all of them optional:

    LOGIN = {"scope": "read"}      # what an OAuth login replies beside the token, its kind and its lifetime
    REFUSED, THROTTLED, NO_CREDITS = Answer(...), ...    # how the vendor says it, where status and a word don't do
    LOSSY = {"verify_email": {"email_status": "the vendor has no word for accept-all"}}  # cannot come back, and why;
                                                         # operation "*": all of them; field "*": a Miss is right,
                                                         # field "error": so is an error about an unknown person
    WORDS = {"acme_list_id": "7", "acme_person_id": lambda person: person.id,            # what the query words stand
             "acme.page-email": {"facebook_url": lambda person: person.company.facebook_url},  # for in the round trip,
             "acme_hash": None}                          # for all operations or for one; None: nothing to ask with
    APART = {"find_phone": "each kind of contact is a credit"}  # asks for the same record by another request, and why

A route that takes the key another way than `info.auth` says how: `@route(..., auth=BodyKey("key"))`; one that needs no
credentials says `@route(..., signed=False)`.
"""

from __future__ import annotations

import hashlib
import json as jsonlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import parse_qsl

from leadenrich.contract.auth import SANDBOX_KEY

if TYPE_CHECKING:
    from leadenrich.contract import Auth
    from leadenrich.sandbox.view import View

SECRET = SANDBOX_KEY
"""The value of every credential field in the sandbox."""

TOKEN = "sandbox-token"
"""What every login gives; a fake that answers a login itself gives this one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, and a JSON body, or a text, or nothing."""

    status: int = 200
    json: Any = None
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return the body."""
        if self.text is not None:
            return self.text.encode()
        return b"" if self.json is None and self.status == 204 else jsonlib.dumps(self.json, default=_plain).encode()

    @property
    def content_type(self) -> str:
        """Return the body's type."""
        return "application/json" if self.text is None else "text/plain; charset=utf-8"


@dataclass(slots=True)
class Book:
    """What a vendor has counted: calls that reached it, credits it took (by pool), statuses it gave.

    `kept`: the beginnings of prompts that a language model's vendor holds in its cache.
    """

    calls: int = 0
    credits: dict[str, Decimal] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)

    @property
    def total(self) -> Decimal:
        """Return the credits of all pools together."""
        return sum(self.credits.values(), Decimal(0))


class Server(Protocol):
    """What a call must know of the fake it came to: its view of the world, books and jobs."""

    view: View
    book: Any

    def start_job(self, result: Any) -> str:
        """Start background work; return the job's id."""
        ...

    def poll_job(self, job_id: str) -> Any:
        """Return the result of a job, or None."""
        ...

    def subject(self, text: str) -> str:
        """Return whom or what a text is about."""
        ...


class Call:
    """One request as the vendor reads it.

    Attributes:
        method, url (without the query), headers (lower-case names), content: as sent. at: the route's `{name}` parts.
        view: what this vendor knows of the world.
    """

    def __init__(
        self, server: Server, method: str, url: str, query: str, headers: Mapping[str, str], content: bytes
    ) -> None:
        self.server, self.view = server, server.view
        self.method, self.url, self.query, self.content = method, url, query, content
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.at: dict[str, str] = {}

    @cached_property
    def params(self) -> dict[str, Any]:
        """Return the query string: a repeated name has the list of its values."""
        return _gathered(self.query)

    @cached_property
    def text(self) -> str:
        """Return the body as text."""
        return self.content.decode("utf-8", "replace")

    @cached_property
    def json(self) -> Any:
        """Return the JSON body, or None."""
        try:
            return jsonlib.loads(self.content)
        except ValueError:
            return None

    @cached_property
    def form(self) -> dict[str, Any]:
        """Return the form body, read as `params` is."""
        return _gathered(self.text) if "form-urlencoded" in self.headers.get("content-type", "") else {}

    def charge(self, credits: Decimal | int | float | str = 1, pool: str = "") -> None:
        """Book what the vendor takes for this call."""
        book = self.server.book.credits
        amount = round(credits, 9) if isinstance(credits, float) else credits  # 5 times 0.1 is half a credit
        book[pool] = book.get(pool, Decimal(0)) + Decimal(str(amount))

    def job(self, result: Any) -> str:
        """Start background work with this result; return the job's id."""
        return self.server.start_job(result)

    def done(self, job_id: object) -> Any:
        """Return the result of a job, or None: for the first poll, and for a job there is not."""
        return self.server.poll_job(str(job_id))

    def answer_text(self, prompt: object) -> str:
        """Return an invented answer of an AI, the same for the same prompt."""
        subject = self.server.subject(str(prompt))
        picked = int(hashlib.blake2b(f"{self.view.world.seed}|{prompt}".encode(), digest_size=4).hexdigest(), 16)
        return f"{subject} {_SAYINGS[picked % len(_SAYINGS)]}"

    def answer_json(self, schema: Mapping[str, Any], prompt: object = "") -> Any:
        """Return an invented answer that fits a JSON schema."""
        return _fitting(schema, self.answer_text(prompt))


Handler = Callable[[Call], Any]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the requests it answers."""

    method: str
    path: str
    handler: Handler
    signed: bool = True
    auth: Auth | None = None

    def pattern(self, base_url: str) -> re.Pattern[str]:
        """Return the expression that the whole URL without its query must match."""
        whole = (self.path if "://" in self.path else base_url + self.path).rstrip("/")
        parts = re.split(r"\{(\w+)\}", whole)
        text = "".join(re.escape(part) if place % 2 == 0 else f"(?P<{part}>[^/]+)" for place, part in enumerate(parts))
        return re.compile(f"{text}/?", re.IGNORECASE)


def route(method: str, path: str, *, signed: bool = True, auth: Auth | None = None) -> Callable[[H], H]:
    """Declare a function as the vendor's answer to `method path`.

    Args:
        method: GET, POST, ...
        path: below the base URL, or absolute; each `{name}` becomes `call.at["name"]`.
        signed: False where the vendor takes this call without credentials (an upload link, a login).
        auth: how this call carries the key, where that differs from the provider's `info.auth`.
    """

    def declare(handler: H) -> H:
        routes = (*getattr(handler, "__routes__", ()), Route(method.upper(), path, handler, signed, auth))
        handler.__routes__ = routes  # type: ignore[attr-defined]  # read back by `routes_of` alone
        return handler

    return declare


def routes_of(handlers: Any) -> list[Route]:
    """Return the routes of a module, or of a list of functions."""
    functions = vars(handlers).values() if hasattr(handlers, "__dict__") else handlers
    found = [one for function in functions for one in getattr(function, "__routes__", ())]
    return sorted(found, key=lambda one: one.path.count("{"))  # a plain path before a pattern


_SAYINGS = (
    "hired a new head of operations and is looking for planning software.",
    "runs two sites and intends to open a third within a year.",
    "publishes its price list and sells mostly through resellers.",
    "moved its mail and documents to the cloud and trains its staff for it.",
)


def _gathered(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in found:
            found[name] = [*found[name], value] if isinstance(found[name], list) else [found[name], value]
        else:
            found[name] = value
    return found


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else float(str(value))


def _fitting(schema: Mapping[str, Any], text: str) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return {name: _fitting(part, text) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_fitting(schema.get("items", {}), text)]
    return {"integer": 7, "number": 0.7, "boolean": True, "null": None}.get(str(kind), text)
