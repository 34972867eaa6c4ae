"""Skrapp: work e-mails by name, a hundred at once, and verification, fifty at once.

Facts: skrapp.io/api (2026-06), support.skrapp.io. Finder and account are under /api/v2, the verifier under /v3. A found
address costs a credit if it is valid or a catch-all; what a verification costs is not published. What a 402 and a 404
mean is read off other integrations. Older replies have `accuracy` (0-100) instead of a quality. No limits are
published, and there is no page on companies any more.
"""

from datetime import UTC, datetime

from leadenrich.contract import (
    Category,
    Charged,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    echoed,
    operation,
    rename,
    rows,
)

NAMES = (("full_name",), ("first_name", "last_name"))
STATUS = {"valid": "valid", "catch-all": "accept_all", "invalid": "invalid"}
FOUND = {
    "email": "email",
    "email_status": ("quality.status", STATUS),
    "confidence": "accuracy",
    "first_name": "firstName",
    "last_name": "lastName",
    "full_name": "name",
    "company_name": "company",
    "company_domain": "domain",
    "email_pattern": "pattern",
}
CHECKED = {
    "email": "email",
    "email_status": ("email_status", STATUS),
    "mx_provider": "mailbox_exchange",
    "is_free": ("mailbox_type", lambda kind: kind == "webmail"),
    "is_disposable": ("mailbox_type", lambda kind: kind == "temporary"),
}


class Skrapp(HTTPProvider):
    info = ProviderInfo(
        title="Skrapp",
        category=Category.EMAIL_CONTACT,
        tier=Tier.ENTERPRISE,
        base_url="https://api.skrapp.io",
        docs_url="https://skrapp.io/api",
        auth=HeaderKey("X-Access-Key"),
        undocumented=("company-data",),
        summary="Work e-mails by name and verification, both in batches.",
    )

    @operation(
        Operation.FIND_EMAIL,
        needs=[(*name, firm) for firm in ("company_domain", "company_name") for name in NAMES],
        uses=("company_name", "country"),
        gives=tuple(FOUND),
        credits=1,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        both = query.pick(firstName="first_name", lastName="last_name")
        names = both if query.first_name else query.pick(fullName="full_name")
        params = {**names, **query.pick("country", company="company_name", domain="company_domain")}
        reply = yield Request("GET", "/api/v2/find", params=params, expect=(200, 404))
        found = rename(reply.json, FOUND) if reply.status == 200 else {}
        free = found.get("email_status") in ("invalid", "unknown")
        return Hit(found, credits=0 if free else 1) if "email" in found else Miss()

    @bulk("GET", "/api/v2/find", max_items=100)
    def find_many(self, requests: Requests) -> Fold:
        """Find a hundred at once; the ids sent along come back with each."""
        asked = [
            {"name" if key == "fullName" else key: value for key, value in (one.params or {}).items()}
            for one in requests
        ]
        body = [{"tId": str(i), **row} for i, row in enumerate(asked)]
        reply = yield Request("POST", "/api/v2/find_bulk", json=body, weight=len(body))
        return by_echo(reply, rows(requests), echoed(reply.items(), "tId"))

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(CHECKED), charged=Charged.ON_CALL)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        found = rename((yield Request("GET", "/v3/verify", params=query.pick("email"))).json, CHECKED)
        return Hit({"email": query.email, **found}) if "email_status" in found else Miss()

    @bulk("GET", "/v3/verify", max_items=50)
    def verify_many(self, requests: Requests) -> Fold:
        """Verify fifty at once; each verdict names its address."""
        emails = [str((one.params or {})["email"]) for one in requests]
        reply = yield Request("GET", "/v3/verify_bulk", params={"email": emails}, weight=len(emails))
        return by_echo(reply, map(str.lower, emails), echoed(reply.items(), "email", str.lower))

    def quota(self) -> QuotaFlow:
        """Read the account."""
        reply = yield Request("GET", "/api/v2/account", paid=False)
        quota, used = reply.get("credit.quota"), reply.get("credit.used")
        known = isinstance(quota, int | float) and isinstance(used, int | float)
        date = reply.get("packageRDate")
        when = datetime.fromtimestamp(date, UTC).isoformat() if isinstance(date, int) else None
        left = quota - used if known else None
        return Quota(plan=reply.get("package"), used=used, remaining=left, resets_at=when)


provider = Skrapp
