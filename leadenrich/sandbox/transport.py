"""The sandbox as an httpx transport: every request goes to its vendor's fake, none to the network."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import random
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from leadenrich.contract import HMACSignature
from leadenrich.engine.validation import a, mapping
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.registry import registry
from leadenrich.sandbox import declared, vendors
from leadenrich.sandbox.fake import SECRET, Answer, Book
from leadenrich.sandbox.server import FakeServer
from leadenrich.sandbox.view import Knows, View
from leadenrich.sandbox.world import World

Delay = Literal["virtual", "real"] | None
"""How long answers take: as vendors do on a loop with a virtual clock only, on every loop, or no time at all."""

_PAGE = Answer(200, text="<!doctype html><title>Just a moment</title>", headers={"content-type": "text/html"})
_FAILED = Answer(503, json={"error": "said by the sandbox: something broke"})


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What a fake vendor does wrong; shares are 0-1 of its calls, drawn from the seed.

    Attributes:
        rate_limited: share refused as too fast, in the vendor's own way. retry_after: seconds it then asks to wait.
        errors: share answered with a 503.
        timeouts: share whose answer is lost: the vendor has done the work and taken its credits.
        html: share answered with a web page and a 200.
        refuses_key: whether it refuses every key.
        out_of_credits_after: after so many good answers the account is empty.
    """

    rate_limited: float = 0.0
    errors: float = 0.0
    timeouts: float = 0.0
    html: float = 0.0
    refuses_key: bool = False
    out_of_credits_after: int | None = None
    retry_after: float | None = None

    @classmethod
    def read(cls, vendor: str, options: Mapping[str, Any] | Misbehaviour) -> Misbehaviour:
        """Return the options of one vendor as one object.

        Raises:
            ConfigurationError: an unknown option, or a share that is none.
        """
        if isinstance(options, Misbehaviour):
            return options
        if not isinstance(options, Mapping):
            raise ConfigurationError(f"misbehave[{vendor!r}] is {a(options)}; give a mapping of options")
        known = cls.__dataclass_fields__
        for name, value in options.items():
            if name not in known:
                raise ConfigurationError(f"misbehave[{vendor!r}] has no option {name!r}{nearest(name, known)}")
            if name in ("rate_limited", "errors", "timeouts", "html") and not (
                isinstance(value, int | float) and 0 <= value <= 1
            ):
                raise ConfigurationError(f"misbehave[{vendor!r}][{name!r}] is {value!r}; give a share between 0 and 1")
        return cls(**options)


class SandboxTransport(httpx.AsyncBaseTransport):
    """Routes requests to the vendors' fakes, which answer out of one invented world.

    Args:
        seed: of the world, of who knows what, and of every misbehaviour; the same seed gives the same answers.
        knows: "partly" (vendors know different, overlapping parts) or "everything".
        delay: "virtual" (vendors take their time on a loop with a virtual clock, else none), "real" or None.
        misbehave: vendor (or "*" for all others) -> options of `Misbehaviour`.
        size: how many companies the world has.

    Attributes:
        books: vendor -> what it has counted: calls, credits by pool, statuses.

    Raises:
        ConfigurationError: an option that is none.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        knows: Knows = "partly",
        delay: Delay = "virtual",
        misbehave: Mapping[str, Mapping[str, Any] | Misbehaviour] | None = None,
        size: int = 2000,
    ) -> None:
        for name, value, words in (
            ("knows", knows, ("partly", "everything")),
            ("delay", delay, ("virtual", "real", None)),
        ):
            if value not in words:
                raise ConfigurationError(f"{name} is {value!r}; give one of {', '.join(map(repr, words))}")
        mapping("misbehave", misbehave, '{"hunter": {"refuses_key": True}}')
        self.seed, self.knows, self.delay = seed, knows, delay
        self.world = World.of(seed, size)
        self._wrong = {vendor: Misbehaviour.read(vendor, options) for vendor, options in (misbehave or {}).items()}
        for vendor in self._wrong:
            if vendor != "*":
                registry.get(vendor)  # an unknown name raises, with the nearest right one
        self._servers: dict[str, FakeServer | None] = {}
        self._dice: dict[str, random.Random] = {}
        self._owner: dict[tuple[str, str], str] = {}

    @property
    def books(self) -> Mapping[str, Book]:
        """Return what each vendor asked so far has counted."""
        return {vendor: server.book for vendor, server in self._servers.items() if server and server.book.calls}

    def server(self, provider_id: str) -> FakeServer | None:
        """Return a provider's fake; None where it has none."""
        if provider_id not in self._servers:
            cls, handlers = registry.get(provider_id), handlers_of(provider_id)
            view = View(self.world, provider_id, self.knows)
            self._servers[provider_id] = (
                FakeServer(cls.info, getattr(cls, "errors", {}), handlers, view) if handlers is not None else None
            )
        return self._servers[provider_id]

    def native(self, provider_id: str) -> Any:
        """Return the offline double of a provider that does its own I/O; None where it has none.

        Its fake's module makes it: `native(view)` returns an object of the bare `Provider` protocol.
        """
        make = getattr(handlers_of(provider_id), "native", None)
        return None if make is None else make(View(self.world, provider_id, self.knows))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, after the vendor's delay."""
        content = await request.aread()
        target = request.url.raw_path.decode("ascii")
        path, _, query = target.partition("?")
        url = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}{path}"
        vendor = self._vendor(request.method, url)
        server = self.server(vendor) if vendor else None
        if vendor is None or server is None:
            whose = f"the fake of {vendor}" if vendor else f"a vendor at {request.url.host}"
            return _response(Answer(501, json={"error": f"the sandbox lacks {whose}"}), request)
        dice = self._dice.setdefault(vendor, random.Random(f"dice {self.seed} {vendor}"))
        await self._wait(server, dice.random())
        server.book.calls += 1
        answer = self._answer(server, vendor, dice.random(), request, url, query, content)
        server.book.statuses[answer.status] += 1
        return _response(answer, request)

    def _answer(
        self,
        server: FakeServer,
        vendor: str,
        drawn: float,
        request: httpx.Request,
        url: str,
        query: str,
        content: bytes,
    ) -> Answer:
        wrong = self._wrong.get(vendor) or self._wrong.get("*") or Misbehaviour()
        if wrong.refuses_key:
            return server.refused
        good = sum(count for status, count in server.book.statuses.items() if status < 400)
        if wrong.out_of_credits_after is not None and good >= wrong.out_of_credits_after:
            return server.no_credits
        for share, answer in ((wrong.rate_limited, server.throttled), (wrong.errors, _FAILED), (wrong.html, _PAGE)):
            if drawn < share:
                patience = (
                    {"retry-after": f"{wrong.retry_after:g}"}
                    if wrong.retry_after and answer is server.throttled
                    else {}
                )
                return Answer(answer.status, answer.json, answer.text, {**answer.headers, **patience})
            drawn -= share
        answer = server.answer(request.method, url, query, dict(request.headers), content)
        if drawn < wrong.timeouts:
            raise httpx.ReadTimeout("the sandbox lost the answer", request=request)
        return answer

    async def _wait(self, server: FakeServer, drawn: float) -> None:
        if self.delay == "real" or (self.delay == "virtual" and clock_is_virtual()):
            usual = 0.08 + 1.4 * server.view.chance("latency") ** 2
            await asyncio.sleep(usual * (0.6 + 0.8 * drawn))
        else:
            await asyncio.sleep(0)

    def _vendor(self, method: str, url: str) -> str | None:
        """Return whose URL it is; of several vendors at one host, the one that has a route for it."""
        here = (method, urlsplit(url).netloc.lower())
        if here in self._owner and self._answers(self._owner[here], method, url):
            return self._owner[here]
        near = [vendor for vendor in registry.loaded() if at_host(vendor, here[1])]
        for known in (near, [vendor for vendor in registry.ids() if at_host(vendor, here[1])]):
            for vendor in known:
                if self._answers(vendor, method, url):
                    self._owner[here] = vendor
                    return vendor
            if near:
                return near[0]
        return None

    def _answers(self, vendor: str, method: str, url: str) -> bool:
        server = self.server(vendor)
        return server is not None and server.has_route(method, url)


class SandboxCredentials(Mapping[str, Mapping[str, str]]):
    """The sandbox's credentials: for every provider that has a fake, each field is the same word.

    Who signs webhooks has a `webhook_secret` too, so that a route for them can be tried on the sandbox.
    """

    def __getitem__(self, provider_id: str) -> Mapping[str, str]:
        if provider_id not in registry.ids() or handlers_of(provider_id) is None:
            raise KeyError(provider_id)
        info = registry.info(provider_id)
        secret = {} if info.webhook is None else {"webhook_secret": secret_for(info.webhook)}
        return {**dict.fromkeys(info.auth.fields, SECRET), **secret}

    def __iter__(self) -> Iterator[str]:
        return iter([*(name for name in registry.builtin_ids() if name in _modules()), *_plugins_with_fakes()])

    def __len__(self) -> int:
        return len(list(iter(self)))


def secret_for(signature: HMACSignature) -> str:
    """Return the sandbox's word as a vendor writes its secrets."""
    return SECRET if signature.secret == "text" else signature.secret_prefix + b64encode(SECRET.encode()).decode()


@cache
def _modules() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(vendors.__path__))


def _plugins_with_fakes() -> list[str]:
    return [
        name for name, cls in registry.plugins().items() if hasattr(cls, "declaration") or getattr(cls, "sandbox", None)
    ]


def clock_is_virtual() -> bool:
    """Return whether the running loop's clock is a virtual one (looptime's), on which waiting costs no time."""
    return bool(getattr(asyncio.get_running_loop(), "looptime_on", False))


def handlers_of(provider_id: str) -> Any:
    """Return a provider's fake: a built-in's module, what a plugin's class names as `sandbox`, or None.

    `sandbox` is a module's dotted name, or a list of route functions.
    """
    cls = registry.get(provider_id)
    if (declaration := getattr(cls, "declaration", None)) is not None and declaration.extends is None:
        return declared.routes_of(declaration)
    own = getattr(cls, "sandbox", None)
    if own is not None:
        return importlib.import_module(own) if isinstance(own, str) else list(own)
    if provider_id not in registry.builtin_ids() or provider_id not in _modules():
        return None
    return importlib.import_module(f"{vendors.__name__}.{provider_id}")


def at_host(provider_id: str, host: str) -> bool:
    """Return whether a provider answers from a host."""
    info = registry.info(provider_id)
    base = urlsplit(info.base_url).netloc.lower()
    if "{" in base:
        return host.endswith(base.rpartition("}")[2])
    return host in {base, *(one.lower() for one in info.hosts)}


def _response(answer: Answer, request: httpx.Request) -> httpx.Response:
    headers = {"content-type": answer.content_type, **answer.headers}
    return httpx.Response(answer.status, headers=headers, content=answer.content, request=request)


__all__ = ["Misbehaviour", "SandboxCredentials", "SandboxTransport", "handlers_of"]
