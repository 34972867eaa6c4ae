"""Icypeas: e-mails by name, verification, role addresses of a domain; alone or as a file of 100.

Facts: api-doc.icypeas.com (read 2026-11). Every call starts a job that a POST reads; its status decides, a filled
result may be beside it or not; one that is called debited was paid for. Certainty is a word, no number. A file takes
5,000 rows, its results come ten or (by `limit`) a hundred at once: files of 100 are sent. Reads are few, 30 a minute;
a webhook's signature is not checked.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Charged,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    by_echo,
    dig,
    finished,
    operation,
    rename,
)

FIND, VERIFY, SCAN, READ = "/email-search", "/email-verification", "/domain-search", "/bulk-single-searchs/read"
FILE, FILES = "/bulk-search", "/search-files/read"
LIMITS = ((FIND, 10, 1), (VERIFY, 10, 1), (SCAN, 10, 1), (FILE, 1, 1), (READ, 30, 60), (FILES, 15, 60))
PENDING, MISSED = ("NONE", "SCHEDULED", "IN_PROGRESS"), ("NOT_FOUND", "DEBITED_NOT_FOUND")
NAMED = {"UnpaidSubscription": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, "NotFound": ErrorCode.FEATURE_EXECUTION_FAILED}
COLUMNS = {
    "email-search": ("firstname", "lastname", "domainOrCompany"),
    "email-verification": ("email",),
    "domain-search": ("domainOrCompany",),
}
FAILED = {"BAD_INPUT": FeatureParametersError, "INSUFFICIENT_FUNDS": InsufficientCreditsError}
CERTAINTY = {
    "ultra_sure": "valid",
    "very_sure": "valid",
    "sure": "valid",
    "probable": "accept_all",
    "undeliverable": "invalid",
}
ADDRESS = {"email": "email", "email_status": ("certainty", CERTAINTY), "mx_provider": "mxProvider"}
NAMES = {"first_name": "results.firstname", "last_name": "results.lastname", "full_name": "results.fullname"}


class Icypeas(HTTPProvider):
    info = ProviderInfo(
        title="Icypeas",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://app.icypeas.com/api",
        docs_url="https://api-doc.icypeas.com",
        auth=HeaderKey("Authorization"),
        established_in="FR",
        rates=tuple(Rate(limit, per=per, on=f"POST {path}") for path, limit, per in LIMITS),
        prices=(Price("0.019", plan="Basic, $19 for 1,000 credits, as others reckon it", as_of="2026"),),
        undocumented=("find-people", "count-people", "scrape-profile", "scrape-company", "reverse-email"),
        summary="E-mails by name and company, verification, role addresses of a domain.",
    )
    account = Account("/a/actions/subscription-information", method="POST", json={}, plan="plan", remaining="credits")
    webhook_job = "data._id"

    def classify(self, reply: Reply) -> Classified:
        """Read the refusal that comes with a 200; two kinds of it are told by name."""
        if reply.status != 200 or reply.get("success") is not False:
            return None
        return next((code for name, code in NAMED.items() if name in reply.text), ErrorCode.FEATURE_PARAMETERS_INVALID)

    @operation(
        Operation.FIND_EMAIL,
        gives=(*ADDRESS, *NAMES),
        credits=1,
        patience=300,
        needs=[(name, firm) for name in ("first_name", "last_name") for firm in ("company_domain", "company_name")],
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; one of the two names suffices."""
        asked = query.pick(firstname="first_name", lastname="last_name", domainOrCompany="company_domain|company_name")
        item = yield from self.job(FIND, asked)
        found = emails(item, NAMES)
        return Hit(found[0]) if found else missed(item)

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=tuple(ADDRESS),
        credits="0.1",
        charged=Charged.ON_CALL,
        patience=300,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address: found means it takes mail, unless the certainty beside it says otherwise."""
        item = yield from self.job(VERIFY, query.pick("email"))
        if item.get("status") in MISSED:
            unsure = item.get("results.emails.0.certainty") == "not_found"
            return Hit(email=query.email, email_status="unknown" if unsure else "invalid")
        found = emails(item, {})
        return Hit({"email_status": "valid", **found[0]}) if found else Miss()

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",), ("company_name",)],
        gives=("emails",),
        credits=1,
        patience=300,
    )
    def domain_emails(self, query: Query) -> Flow:
        """List the role addresses of a company; people's own are not among them."""
        item = yield from self.job(SCAN, query.pick(domainOrCompany="company_domain|company_name"))
        found = emails(item, {})
        return Hit(emails=found) if found else missed(item)

    def job(self, path: str, body: dict[str, Any]) -> Steps[Reply]:
        """Run a job, once, as its results belong to it, and return its result; the host's webhook is told."""
        told = {"custom": {"webhookUrl": self.webhook_url}} if self.webhook_url else {}
        start = yield Request("POST", path, json={**body, **told})
        poll = Request("POST", READ, json={"id": start.get("item._id")}, paid=False)
        reply = yield from finished(start, "item._id", lambda _: poll, running, every=3)
        item = reply.with_json(items(reply)[0])
        if (state := item.get("status")) not in ("FOUND", "DEBITED", *MISSED):
            raise FAILED.get(str(state), FeatureExecutionError)(f"the job ended as {state!r}")
        return item

    find_many = bulk("POST", FIND, max_items=100, patience=900)(lambda self, requests: file(requests, "email-search"))
    verify_many = bulk("POST", VERIFY, max_items=100, patience=900)(lambda self, all: file(all, "email-verification"))
    scan_many = bulk("POST", SCAN, max_items=100, patience=900)(lambda self, requests: file(requests, "domain-search"))


def file(requests: Requests, task: str) -> Fold:
    """Run a file, a row for each; the ids sent along come back with the rows."""
    rows = [[one.json.get(column, "") for column in COLUMNS[task]] for one in requests]
    custom = {"externalIds": [str(i) for i in range(len(rows))]}
    body = {"task": task, "name": "leadenrich", "data": rows, "custom": custom}
    start = yield Request("POST", FILE, json=body, weight=len(rows))
    poll = Request("POST", FILES, json={"file": start.get("file")}, paid=False)
    yield from finished(start, "file", lambda _: poll, lambda reply: reply.get("files.0.finished") is not True, every=5)
    reply = yield Request("POST", READ, json={"mode": "bulk", "file": start.get("file"), "limit": 100}, paid=False)
    found = {str(dig(one, "userData.externalId") or one.get("order")): one for one in items(reply)}
    return by_echo(reply, custom["externalIds"], found, lambda one: {"item": one})


def emails(item: Reply, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the addresses a job found."""
    found = [] if item.get("status") in MISSED else item.items("results.emails")
    return [{**rename(item.json, names), **one} for one in (rename(one, ADDRESS) for one in found) if "email" in one]


def missed(item: Reply) -> Miss:
    """Return a miss, which was paid for unless its status says that nothing was found and nothing taken."""
    return Miss(credits=0 if item.get("status") == "NOT_FOUND" else 1)


def items(reply: Reply) -> list[Any]:
    """Return the results in a reply; that of one job may stand alone."""
    return reply.items("items") or Reply(json=[reply.get("item")]).items()


def running(reply: Reply) -> bool:
    """Return whether the result is still to come."""
    return not items(reply) or items(reply)[0].get("status") in PENDING


provider = Icypeas
