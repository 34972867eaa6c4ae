"""Invented vendors that show each of the engine's promises, and the fake servers they speak to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import httpx

from leadenrich.contract import (
    BodyKey,
    Category,
    ClientCredentials,
    ErrorCode,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    Price,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Tier,
    Wait,
    bulk,
    operation,
    rename,
)
from leadenrich.registry import registry

KEY = "acme-secret-0001"


def facts(provider_id: str, **more: Any) -> ProviderInfo:
    settings: dict[str, Any] = {
        "title": provider_id.title(),
        "category": Category.EMAIL_CONTACT,
        "tier": Tier.FREE,
        "base_url": f"https://api.{provider_id}.example",
        "docs_url": f"https://{provider_id}.example/docs",
        "auth": HeaderKey("x-api-key"),
        "prices": (Price("0.02"),),
    }
    return ProviderInfo(id=provider_id, **{**settings, **more})


class Acme(HTTPProvider):
    """One endpoint behind three operations, a bulk form, a background job, a free verifier."""

    info = facts("acme", hosts=("files.acme.example",))
    errors: ClassVar[Mapping[int, ErrorCode]] = {418: ErrorCode.PROVIDER_RATE_LIMIT}

    @operation("find_email", needs=[("full_name",), ("linkedin_url",)], gives=("email", "full_name"), credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find."""
        found = yield from self.enrich_person(query)
        return found if "email" in found else Miss()

    @operation(
        "enrich_person", needs=[("full_name",), ("linkedin_url",)], gives=("email", "title", "full_name"), credits=2
    )
    def enrich_person(self, query: Query) -> Flow:
        """Enrich."""
        reply = yield Request("POST", "/person", json=query.pick("full_name", "linkedin_url"))
        found = rename(reply.get("person"), {"email": "email", "title": "title", "full_name": "name"})
        return Hit(found) if found else Miss()

    @operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=8, patience=60)
    def find_phone(self, query: Query) -> Flow:
        """Start a job and poll it."""
        start = yield Request(
            "POST", "/jobs", json={**query.pick("full_name"), "callback": self.webhook_url}, expect=(202,)
        )
        poll = Request("GET", "/jobs/{id}", at={"id": start.get("id")}, paid=False)
        reply = yield Wait(start.get("id"), poll=poll, every=2)
        while reply.get("state") == "running":
            reply = yield Wait(start.get("id"), poll=poll, every=2)
        return Hit(mobile_phone=reply.get("phone")) if reply.get("phone") else Miss()

    @operation("verify_email", needs=[("email",)], credits=1, charged="on_call", max_credits=2)
    def verify_email(self, query: Query) -> Flow:
        """Say what the reply says it cost."""
        reply = yield Request("GET", "/verify", params=query.pick("email"))
        return Hit(email_status=reply.get("status"), credits=reply.get("cost", 1))

    @operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits=1)
    def enrich_company(self, query: Query) -> Flow:
        """Fold."""
        reply = yield Request("GET", "/company", params=query.pick(domain="company_domain"))
        return Hit(company_name=reply.get("name")) if reply.get("name") else Miss()

    @bulk("GET", "/company", max_items=10)
    def companies(self, requests: Sequence[Request]) -> Fold:
        """Many domains at once."""
        domains = [request.params["domain"] for request in requests if request.params]
        reply = yield Request("POST", "/companies", json={"domains": domains}, weight=len(requests))
        by_domain = {item.get("domain"): item for item in reply.items("companies")}
        return [reply.with_json(by_domain.get(domain, {})) for domain in domains]

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        return [(str(body["job"]), body)]

    def quota(self) -> QuotaFlow:
        reply = yield Request("GET", "/account", paid=False)
        return Quota(plan=reply.get("plan"), remaining=reply.get("left"))


class Signing(HTTPProvider):
    """A callback-only vendor that signs its webhooks."""

    info = facts("signing", webhook=HMACSignature("x-signature", signed=("param:t", "body"), value="v0"))

    @operation("find_phone", needs=[("full_name",)], gives=("mobile_phone",), credits=5, patience=30)
    def find_phone(self, query: Query) -> Flow:
        """Be called back."""
        start = yield Request("POST", "/jobs", json={"url": self.webhook_url})
        reply = yield Wait(start.get("id"))
        return Hit(mobile_phone=reply.get("phone")) if reply.get("phone") else Miss()

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        return [(body["id"], body)]


class Tokened(HTTPProvider):
    """OAuth client credentials."""

    info = facts(
        "tokened", auth=ClientCredentials("https://auth.tokened.example/token"), hosts=("auth.tokened.example",)
    )

    @operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: Query) -> Flow:
        """Ask with a token."""
        reply = yield Request("GET", "/find", params=query.pick("full_name"))
        return Hit(email=reply.get("email"))


class Managing(HTTPProvider):
    """A vendor that charges for a record, whatever is asked about it."""

    info = facts("managing", prices=(Price("0.02"),))

    @operation("enrich_person", needs=[("full_name",), ("linkedin_url",)], gives=("title",), credits=2)
    def enrich_person(self, query: Query) -> Flow:
        """Claim two for what the other operation claims one for."""
        reply = yield Request("POST", "/title", json=query.pick("full_name", "linkedin_url"))
        return Hit(title=reply.get("title"), record=f"person:{reply.get('id')}")

    @operation("find_email", needs=[("full_name",)], gives=("email",), credits=1)
    def find_email(self, query: Query) -> Flow:
        """Claim for the record where it holds no address as well."""
        reply = yield Request("POST", "/email", json=query.pick("full_name"))
        record = f"person:{reply.get('id')}"
        return Hit(email=reply.get("email"), record=record) if reply.get("email") else Miss(credits=1, record=record)


class Limited(HTTPProvider):
    """A vendor with windows and headers."""

    info = facts(
        "limited",
        rates=(Rate(10, per=1), Rate(100, per=60, on="GET /slow")),
        rate_headers=RateHeaders(remaining="x-left", reset="x-reset"),
    )

    @operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: Query) -> Flow:
        """Ask."""
        reply = yield Request("GET", "/find", params=query.pick("full_name"))
        return Hit(email=reply.get("email")) if reply.get("email") else Miss()


class Bodied(HTTPProvider):
    """A key in the body, one in a path, a text reply and a host of its own."""

    info = facts("bodied", auth=BodyKey("key"))

    @operation("find_email", needs=[("full_name",)], credits=1)
    def find_email(self, query: Query) -> Flow:
        """Ask."""
        reply = yield Request("POST", "/find/{name}", at={"name": query.full_name}, json={"q": 1}, text=True)
        return Hit(email=reply.text.strip()) if "@" in reply.text else Miss()

    @operation("find_domain", needs=[("company_name",)], credits=1)
    def find_domain(self, query: Query) -> Flow:
        """Leave the house."""
        reply = yield Request("GET", "https://elsewhere.example/steal")
        return Hit(company_domain=reply.get("domain"))


class Native:
    """A plugin that does its own I/O."""

    info = Acme.info

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.credentials: Mapping[str, str] = {}

    async def initialize(self, credentials: Mapping[str, str]) -> None:
        self.credentials = credentials

    async def validate_credentials(self) -> bool:
        return bool(self.credentials)

    async def execute(self, operation: str, query: Query) -> Hit | Miss:
        self.asked.append(query["full_name"])
        await asyncio.sleep(1)
        if query["full_name"] == "Nobody Known":
            return Miss("unknown")
        if query["full_name"] == "Broken Thing":
            raise RuntimeError("the SDK fell over")
        return Hit(email="mira@brightloom.example", confidence=80)

    async def bulk_execute(self, operation: str, queries: Sequence[Query]) -> Sequence[Any]:
        return [await self.execute(operation, query) for query in queries]

    async def quota(self) -> Quota:
        return Quota(plan="sdk", remaining=3)


def _native_info() -> ProviderInfo:
    from leadenrich.contract import Feature, to_credits

    feature = Feature("find_email", needs=(("full_name",),), gives=("email",), credits=to_credits(1))
    return facts("native").with_features("native", [feature])


Native.info = _native_info()

for cls in (Acme, Signing, Tokened, Managing, Limited, Bodied, Native):
    registry.register(cls)

Answer = Callable[[httpx.Request, int], Any]


class Server(httpx.AsyncBaseTransport):
    """A fake server: counts what arrives, answers by path, takes `delay` seconds of the loop's own time."""

    def __init__(self, answers: Mapping[str, Any] | None = None, delay: float = 0.0) -> None:
        self.answers = dict(answers or {})
        self.delay = delay
        self.requests: list[httpx.Request] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
            else:
                await asyncio.sleep(0)
            answer = next((a for path, a in self.answers.items() if request.url.path.startswith(path)), person)
            if callable(answer):
                answer = answer(request, len(self.requests))
            if asyncio.iscoroutine(answer):
                answer = await answer
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
        finally:
            self.in_flight -= 1

    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    async def aclose(self) -> None:
        self.closed = True


def person(request: httpx.Request, count: int) -> Any:
    body = json.loads(request.content) if request.content else dict(request.url.params)
    name = body.get("full_name", "Mira Okafor")
    local = name.lower().replace(" ", ".")
    return {
        "person": {"name": name, "email": f"{local}@brightloom.example", "title": "Head of Data"},
        "email": f"{local}@brightloom.example",
    }


def name(number: int) -> str:
    """Return an invented name that is unlike the others."""
    letters = "bcdfghjklmnpqrstvwxz"
    word = "".join(letters[(number // 20**i) % 20] + "aeiou"[(number // 5**i) % 5] for i in range(4))
    return f"{word.title()} Okafor"


__all__ = ["KEY", "Acme", "Bodied", "Limited", "Native", "Reply", "Server", "Signing", "Tokened", "name", "person"]
