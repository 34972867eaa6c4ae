"""Enrow: work e-mails, verification and phones as background jobs, e-mails by thousands.

Facts: the vendor's reference (docs.enrow.io, and llms-full.txt in its SDK repository, 2026). Verdicts are binary: a
finder's "invalid" means not found, a verifier's means undeliverable. Credits are taken at the start and given back for
a miss. Only the POSTs are limited. A running job is a 202. Bulk phones are left out: the name of their list could not
be read; so is reverse look-up. Webhooks are not signed; those of a batch hold its id alone.
"""

import json
from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Charged,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    by_echo,
    echoed,
    finished,
    operation,
    rename,
    rows,
)

FIND, VERIFY, PHONE = "/email/find/single", "/email/verify/single", "/phone/single"
FIND_MANY, VERIFY_MANY = "/email/find/bulk", "/email/verify/bulk"
NAMES = (("full_name",), ("first_name", "last_name"))
STATUS = {"valid": "valid", "invalid": "invalid"}
FOUND = {
    "email": "email",
    "email_status": ("qualification", STATUS),
    "full_name": "info.fullname",
    "first_name": "info.firstname",
    "last_name": "info.lastname",
    "company_domain": ["info.company_domain", "info.domain"],
    "company_name": "info.companyInfo.name",
}


class Enrow(HTTPProvider):
    info = ProviderInfo(
        title="Enrow",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.enrow.io",
        docs_url="https://docs.enrow.io",
        auth=HeaderKey("x-api-key"),
        undocumented=("reverse-email", "bulk-phones"),
        rates=(Rate(10, per=1, on=tuple(f"POST {path}" for path in (FIND, VERIFY, PHONE, FIND_MANY, VERIFY_MANY))),),
        rate_headers=RateHeaders("x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit", reset_as="epoch"),
        prices=(Price("0.012", plan="Starter, $24 for 2,000 credits, as others reckon it", as_of="2026"),),
        summary="Work e-mails, verification and phones, as jobs.",
    )
    errors = {404: ErrorCode.FEATURE_EXECUTION_FAILED, 422: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    webhook_job = "id"
    account = Account("/account/info", remaining="credits")

    def classify(self, reply: Reply) -> Classified:
        """Tell a job of many that is not known, newer docs say with a 400, from a question refused."""
        return ErrorCode.FEATURE_EXECUTION_FAILED if reply.status == 400 and reply.request.method == "GET" else None

    @operation(
        Operation.FIND_EMAIL,
        needs=[(*name, firm) for name in NAMES for firm in ("company_domain", "company_name")],
        uses=("country",),
        gives=tuple(FOUND),
        credits=1,
        patience=300,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a country (the vendor assumes the US) tells companies of one name apart."""
        who = {"fullname": query.name, **query.pick("company_domain", "company_name")}
        settings = query.pick(country_code="country") if query.company_name and not query.company_domain else {}
        found = rename((yield from self.job(FIND, who, settings)).json, FOUND)
        return Hit(found) if "email" in found and found.get("email_status") != "invalid" else Miss()

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=("email", "email_status"),
        credits="0.25",
        charged=Charged.ON_CALL,
        patience=300,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield from self.job(VERIFY, query.pick("email"))
        found = rename(reply.json, {"email": "email", "email_status": ("qualification", STATUS)})
        return Hit({"email": query.email, **found}) if "email_status" in found else Miss()

    @operation(
        Operation.FIND_PHONE,
        gives=("mobile_phone", "country"),
        credits=40,
        patience=600,
        confidence=75,
        needs=[
            ("linkedin_url",),
            ("first_name", "last_name", "company_domain"),
            ("first_name", "last_name", "company_name"),
        ],
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number, by profile where that is known."""
        who = query.pick("linkedin_url") or query.pick("first_name", "last_name", "company_domain", "company_name")
        reply = yield from self.job(PHONE, who)
        found = rename(reply.json, {"mobile_phone": "number", "country": "country"})
        return Hit(found) if "mobile_phone" in found else Miss()

    def start(self, path: str, body: dict[str, Any], settings: Mapping[str, Any], weight: int = 1) -> Request:
        """Return the request that starts a job; the host's webhook is told when it is done."""
        told = {**settings, **({"webhook": self.webhook_url} if self.webhook_url else {})}
        body = {**body, **({"settings": told} if told else {})}
        return Request("POST", path, json=body, expect=(200, 201), weight=weight)

    def job(self, path: str, body: dict[str, Any], settings: Mapping[str, Any] | None = None) -> Steps[Reply]:
        """Run a job for one; it was paid when it was started, so it is never started again."""
        reply = yield self.start(path, body, settings or {})
        return (yield from done(reply, path, "qualification"))

    @bulk("POST", FIND, max_items=5000, patience=1800, group=lambda request: settings(request))
    def find_many(self, requests: Requests) -> Fold:
        """Find the e-mails of many in one job."""
        items = [{name: one.json[name] for name in one.json if name != "settings"} for one in requests]
        return (yield from self.many(requests, FIND_MANY, {"searches": items}))

    @bulk("POST", VERIFY, max_items=5000, patience=1800, group=lambda request: settings(request))
    def verify_many(self, requests: Requests) -> Fold:
        """Verify many addresses in one job."""
        return (yield from self.many(requests, VERIFY_MANY, {"emails": [one.json["email"] for one in requests]}))

    def many(self, requests: Requests, path: str, body: dict[str, Any]) -> Fold:
        """Run one job for many; each result has the place of its question."""
        start = yield self.start(path, body, requests[0].json.get("settings") or {}, weight=len(requests))
        reply = yield from done(start, path, "general.status")
        said = [item for item in reply.items("results") if item.get("qualification") is not None]
        return by_echo(reply, rows(requests), echoed(said, "index"))


def done(reply: Reply, path: str, state: str) -> Steps[Reply]:
    """Wait until a job is done."""
    poll = Request("GET", path, params={"id": reply.get("id")}, expect=(200, 202), paid=False)
    return finished(reply, "id", lambda _: poll, lambda reply: reply.get(state) in (None, "ongoing"), every=3)


def settings(request: Request) -> str:
    """Return what requests must share to be one job."""
    return json.dumps(request.json.get("settings"), sort_keys=True)


provider = Enrow
