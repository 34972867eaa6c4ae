"""What vendors and networks do wrong in a storm: before a request is worked on, where nothing is charged, and after."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from decimal import Decimal

import httpx

ODD = [
    "",
    " ",
    "0",
    "1",
    "-5",
    "2",
    "soon",
    "NaN",
    "inf",
    "-inf",
    "1e999",
    "9" * 400,
    "0x10",
    "1.2.3s",
    "6m0s",
    "1.5ms",
    "٣",
    "1,000",
    "2090-13-45T99:99:99Z",
    "9999-12-31T23:59:59+14:00",
    "Mon, 01 Jan 9999999999 00:00:00 GMT",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Sat, 21 Oct 2090 07:28:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 -9999",
    "x" * 5000,
]
"""What a header may hold: clocks that have jumped, numbers that are none, far too much."""
USUAL = ("retry-after", "x-request-id", "content-type", "cf-ray", "set-cookie")
BIG = b"x" * (4 * 1024 * 1024)
DEEP = b"[" * 200_000


class Body(httpx.AsyncByteStream):
    """A body in pieces, with a pause before each; counts how many are open."""

    open = 0

    def __init__(self, pieces: Iterable[bytes], pause: float = 0.0, breaks: bool = False) -> None:
        self.pieces, self.pause, self.breaks = list(pieces), pause, breaks
        Body.open += 1
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if self.pause:
                await asyncio.sleep(self.pause)
            yield piece
        if self.breaks:
            raise httpx.ReadError("reset")

    async def aclose(self) -> None:
        if not self.closed:
            self.closed = True
            Body.open -= 1


@dataclass
class Weather:
    """What one vendor does wrong: shares of its calls."""

    # nothing was done, nothing is charged
    refused: float = 0.0
    throttled: float = 0.0
    broken: float = 0.0
    lost_token: float = 0.0
    # the work is done and charged
    slow: float = 0.0
    hang: float = 0.0
    reset: float = 0.0
    page: float = 0.0
    cut: float = 0.0
    empty: float = 0.0
    undecodable: float = 0.0
    long: float = 0.0
    deep: float = 0.0
    drip: float = 0.0
    headers: float = 0.0
    # once for all
    key: bool = True
    purse: int | None = None

    @classmethod
    def drawn(cls, rng: random.Random) -> Weather:
        """Return some weather; one vendor in three is well."""
        worst = rng.choice([0.0, 0.02, 0.1, 0.3])
        shares = {
            name: rng.random() * worst for name in cls.__dataclass_fields__ if name not in ("key", "purse", "headers")
        }
        return cls(
            **shares,
            headers=rng.choice([0.0, 0.3, 1.0]),
            key=rng.random() > 0.03,
            purse=rng.randrange(0, 12) if rng.random() < 0.1 else None,
        )

    @property
    def lossy(self) -> bool:
        """Return whether an answer that was charged may be lost on its way."""
        names = ("slow", "hang", "reset", "page", "cut", "empty", "undecodable", "long", "deep", "drip")
        return any(getattr(self, name) for name in names)


class Sky(httpx.AsyncBaseTransport):
    """Vendors behind one transport, each in its weather. A subclass answers for them and keeps their true books.

    Attributes:
        calls, paid: by vendor, requests that arrived, and those that may be charged.
        in_flight: requests that are being answered.
        cut: nothing arrives any more: the process that sends is dead.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.calls: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.good: Counter[str] = Counter()
        self.in_flight = 0
        self.cut = False
        self.weather: dict[str, Weather] = {}

    # ---- what a subclass says

    def vendor_of(self, request: httpx.Request) -> str:
        """Return whom a request is for."""
        raise NotImplementedError

    def is_login(self, request: httpx.Request) -> bool:
        """Return whether it asks for a token."""
        return "/token" in request.url.path or "/oauth" in request.url.path

    def is_paid(self, vendor: str, request: httpx.Request) -> bool:
        """Return whether it may be charged: no login, no poll."""
        raise NotImplementedError

    def rate_headers(self, vendor: str) -> tuple[str, ...]:
        """Return the headers that the vendor documents."""
        return ()

    def too_early(self, vendor: str, request: httpx.Request) -> bool:
        """Return whether a strict window is full; counts the call."""
        return False

    async def answer(self, vendor: str, request: httpx.Request) -> httpx.Response:
        """Work on a request as the vendor would, and charge it."""
        raise NotImplementedError

    def empty_purse(self, vendor: str) -> httpx.Response:
        """Return what the vendor says when nothing is left."""
        return httpx.Response(402, json={"message": "no credits"})

    def charged(self, vendor: str) -> Decimal:
        """Return the credits it has taken."""
        raise NotImplementedError

    # ---- one call

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or do not."""
        vendor = self.vendor_of(request)
        self.calls[vendor] += 1
        self.paid[vendor] += self.is_paid(vendor, request)
        self.in_flight += 1
        try:
            return await self._answer(vendor, request)
        finally:
            self.in_flight -= 1

    async def _answer(self, vendor: str, request: httpx.Request) -> httpx.Response:
        rng, weather = self.rng, self.weather[vendor]
        if self.cut:
            raise httpx.ConnectError("cut")
        await asyncio.sleep(0.01 + rng.random() * 0.02)
        odd = self._odd_headers(vendor) if weather.headers and rng.random() < weather.headers else {}
        if self.too_early(vendor, request) or rng.random() < weather.throttled:
            after = {"retry-after": rng.choice(ODD)} if rng.random() < 0.6 else {}
            return _said(429, {**odd, **after}, b'{"message": "slow down"}')
        if rng.random() < weather.refused:
            raise httpx.ConnectError("refused")
        if rng.random() < weather.broken:
            return _said(rng.choice([500, 502, 503]), odd, b"<html>oops")
        if not weather.key or rng.random() < weather.lost_token:
            return _said(401, odd, b'{"message": "who are you"}')
        if weather.purse is not None and self.good[vendor] >= weather.purse and self.is_paid(vendor, request):
            return self.empty_purse(vendor)
        said = await self.answer(vendor, request)
        if said.status_code >= 300:
            return said
        self.good[vendor] += 1
        return await self._spoilt(weather, said, odd)

    async def _spoilt(self, weather: Weather, said: httpx.Response, odd: dict[str, str]) -> httpx.Response:
        rng = self.rng
        if rng.random() < weather.slow:
            await asyncio.sleep(rng.random() * 8)
        if rng.random() < weather.hang:
            await asyncio.sleep(500)
        if rng.random() < weather.reset:
            raise httpx.ReadError("reset")
        content, status = said.content, said.status_code
        kind = {"content-type": said.headers.get("content-type", "application/json")}
        if rng.random() < weather.page:
            return _said(200, {**odd, "content-type": "text/html"}, b"<!doctype html><title>Just a moment</title>")
        if rng.random() < weather.cut:
            if rng.random() < 0.5:
                return _said(status, {**kind, **odd}, stream=Body([content[: len(content) // 2]], breaks=True))
            return _said(status, {**kind, **odd}, content[:-2] + b"\xff" if len(content) > 2 else b"{")
        if rng.random() < weather.empty:
            return _said(200, {**kind, **odd}, b"")
        if rng.random() < weather.undecodable:
            packed = rng.choice(["gzip", "deflate"])
            return _said(status, {**kind, **odd, "content-encoding": packed}, stream=Body([b"no " * 9, content]))
        if rng.random() < weather.long:
            return _said(status, {**kind, **odd}, stream=Body([BIG] * 9))
        if rng.random() < weather.deep:
            return _said(status, {**kind, **odd}, DEEP)
        if rng.random() < weather.drip:
            pieces = [content[at : at + 64] for at in range(0, len(content), 64)]
            return _said(status, {**kind, **odd}, stream=Body(pieces, rng.choice([0.05, 0.3, 3.0])))
        return _said(status, {**kind, **odd}, content)

    def _odd_headers(self, vendor: str) -> dict[str, str]:
        rng = self.rng
        names = [*USUAL, *self.rate_headers(vendor)]
        found = {name: rng.choice(ODD) for name in names if rng.random() < 0.4}
        if len(self.rate_headers(vendor)) > 1 and rng.random() < 0.3:  # what is said is believed where it can be read
            found[self.rate_headers(vendor)[0]] = rng.choice(["0", "1", "5"])
            found[self.rate_headers(vendor)[1]] = rng.choice(["1", "3", "30"])
        return found


def _said(
    status: int, headers: dict[str, str], content: bytes | None = None, stream: Body | None = None
) -> httpx.Response:
    raw = [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
    if stream is not None:
        return httpx.Response(status, headers=raw, stream=stream)
    return httpx.Response(status, headers=raw, content=content)
