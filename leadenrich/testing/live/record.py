"""Makes cases of live replies: every value an invented one of the same form, the same value always the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from leadenrich.contract import TokenAuth
from leadenrich.contract.reading import WORD
from leadenrich.registry import registry
from leadenrich.results import Hit
from leadenrich.sandbox.names import COUNTRIES
from leadenrich.testing.mock import MockVendor, session_over

Case = dict[str, Any]
NAMES = [name for country in COUNTRIES.values() for name in (*country.first, *country.last)]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
DOMAIN = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
PHONE = re.compile(r"\+?[\d][\d\s().-]{6,}\d")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*")
IDENTIFIER = re.compile(r"(?=.*\d)[A-Za-z0-9_:-]{6,}")
SMALL = 100
"""Numbers up to this are scores, counts and flags, which say nothing of anybody."""


class Mask:
    """Replaces values; `keep` holds the words that are the vendor's own, `hosts` the domains that are."""

    def __init__(self, keep: set[str] = frozenset(), hosts: Sequence[str] = ()) -> None:  # type: ignore[assignment]  # never changed
        self.keep, self.hosts = keep, tuple(hosts)

    def _number(self, value: object, below: int) -> int:
        return int.from_bytes(hashlib.blake2b(str(value).casefold().encode(), digest_size=6).digest()) % below

    def value(self, value: Any) -> Any:
        """Return an invented value of the same form; objects and lists part by part."""
        if isinstance(value, Mapping):
            return {name: self.value(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(part) for part in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            return value if abs(value) <= SMALL else self._digits(str(value), whole=True)
        if isinstance(value, float):
            return value if abs(value) <= 1 else round(self._number(value, 9000) / 100, 2)
        return self.text(str(value))

    def _digits(self, text: str, whole: bool = False) -> Any:
        turned = "".join(
            str(self._number(f"{text}{place}", 9) + 1) if one.isdigit() else one for place, one in enumerate(text)
        )
        return int(turned) if whole else turned

    def text(self, text: str) -> str:
        """Return an invented text of the same form."""
        plain = text.strip()
        if not plain or plain.casefold() in self.keep:
            return text
        if EMAIL.fullmatch(plain):
            local, _, domain = plain.partition("@")
            return f"{self._name(local).lower()}@{self._domain(domain)}"
        if URL.fullmatch(plain):
            return self._url(plain)
        if DATE.fullmatch(plain):
            day = f"20{self._number(plain, 6) + 20}-0{self._number(plain, 9) + 1}-1{self._number(plain, 9)}"
            return f"{day}T00:00:00Z" if plain[10:] else day
        if PHONE.fullmatch(plain):
            return f"+1202555{self._number(plain, 100) + 100:04d}"
        if DOMAIN.fullmatch(plain):
            return self._domain(plain)
        if IDENTIFIER.fullmatch(plain):
            return self._scrambled(plain)
        return " ".join(self._name(word) if word[:1].isalpha() else self._digits(word) for word in plain.split(" "))

    def _name(self, word: str) -> str:
        name = NAMES[self._number(word, len(NAMES))].split("-")[0].replace("'", "")
        name = name.encode("ascii", "ignore").decode() or "Nemo"
        return name if word[:1].isupper() else name.lower()

    def _domain(self, domain: str) -> str:
        return f"{self._name(domain).lower()}.example"

    def _url(self, url: str) -> str:
        split = httpx.URL(url)
        ours = any(
            split.host == host or split.host.endswith(f".{host}")
            for host in (*self.hosts, "linkedin.com", "x.com", "twitter.com", "facebook.com", "github.com")
        )
        host = split.host if ours else self._domain(split.host)
        parts = split.path.strip("/").split("/") if split.path.strip("/") else []
        masked = [part if part in ("in", "company", "v1", "v2", "v3") else self._name(part).lower() for part in parts]
        return "/".join([f"https://{host}", *masked])

    def _scrambled(self, text: str) -> str:
        return "".join(
            chr(ord("a") + self._number(f"{text}{place}", 6))
            if one.isalpha()
            else str(self._number(f"{text}{place}", 10))
            if one.isdigit()
            else one
            for place, one in enumerate(text)
        )


async def invented(
    provider: str, kept: Sequence[tuple[str, Mapping[str, Any], Sequence[tuple[httpx.Request, httpx.Response]]]]
) -> list[Case]:
    """Return a case for each hit of a live check: values masked, requests and result those the adapter then has."""
    info = registry.info(provider)
    hosts = [httpx.URL(info.base_url.replace("{", "").replace("}", "")).host, *info.hosts]
    cases = []
    for operation, query, exchanges in kept:
        mask = Mask(_words(exchanges), hosts)
        replies = [(response.status_code, _masked(mask, response)) for _, response in exchanges]
        left = iter(replies)

        def answer(request: httpx.Request, left: Any = left) -> httpx.Response:
            status, body = next(left, (418, {}))
            if isinstance(body, str):
                return httpx.Response(status, text=body)
            return httpx.Response(status, json=body)

        vendor = MockVendor(answer)
        asked = {word: mask.value(value) for word, value in query.items()}
        async with session_over(provider, _past_logins(provider, vendor)) as session:
            result = (await session.ask(provider, operation, asked)).result
        if not isinstance(result, Hit):
            continue
        sent = [_request(request) for request in vendor.asked]
        cases.append(
            {
                "name": f"as seen live: {operation}",
                "operation": operation,
                "query": asked,
                "exchanges": [
                    {
                        "request": request,
                        "reply": {"status": status, ("text" if isinstance(body, str) else "json"): body},
                    }
                    for request, (status, body) in zip(sent, replies, strict=False)
                ],
                "hit": json.loads(json.dumps(result.data, default=str)),
            }
        )
    return cases


def _past_logins(provider: str, vendor: MockVendor) -> Any:
    auth = registry.info(provider).auth
    logins = [part for part in getattr(auth, "parts", (auth,)) if isinstance(part, TokenAuth)]
    if not logins:
        return vendor

    async def answer(request: httpx.Request) -> httpx.Response:
        for part in logins:
            url = part.url if "://" in part.url else registry.info(provider).base_url + part.url
            if str(request.url) == url:
                return httpx.Response(200, json={part.token_at: "token", "expires_in": 3600} if part.token_at else None)
        return await vendor(request)

    return answer


def _words(exchanges: Sequence[tuple[httpx.Request, httpx.Response]]) -> set[str]:
    """Return the words of the vendor's own lists: lower- or upper-case identifiers under a field that sounds of one."""
    kept: set[str] = set()

    def collect(part: Any, name: str = "") -> None:
        if isinstance(part, Mapping):
            for key, one in part.items():
                collect(one, str(key))
        elif isinstance(part, list):
            for one in part:
                collect(one, name)
        elif isinstance(part, str) and WORD.fullmatch(part) and any(word in name.lower() for word in LISTS):
            kept.add(part.casefold())

    for _, response in exchanges:
        try:
            collect(json.loads(response.content))
        except ValueError:
            continue
    return kept


LISTS = ("status", "type", "result", "state", "code", "level", "grade", "verdict", "quality", "country", "object")


def _masked(mask: Mask, response: httpx.Response) -> Any:
    try:
        return mask.value(json.loads(response.content))
    except ValueError:
        return mask.text(response.text)


def _request(request: httpx.Request) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in request.url.params.multi_items():
        params[name] = (
            [*([params[name]] if not isinstance(params.get(name), list) else params[name]), value]
            if name in params
            else value
        )
    found: dict[str, Any] = {"method": request.method, "url": str(request.url.copy_with(query=None))}
    if params:
        found["params"] = params
    kind = request.headers.get("content-type", "")
    if request.content and "json" in kind:
        found["json"] = json.loads(request.content)
    elif request.content and "form" in kind:
        found["form"] = dict(httpx.QueryParams(request.content.decode()).items())
    elif request.content:
        found["text"] = request.content.decode("utf-8", "replace")
    return found
