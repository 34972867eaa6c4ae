"""Icypeas: e-mails by name, verification, role addresses of a domain; alone or as a file of 100.

Facts: api-doc.icypeas.com (1.7: getting started, searches, bulk search, reading results). Every call starts a job that
is read by a POST; the job's status decides, a filled result may be beside it or not. Certainty is a word, no number.
A file takes 5,000 rows but its results come by the hundred, and how to page is not described: files of 100 are sent.
Limits exist, their numbers are on no page that could be read. Webhooks carry a signature whose making is not published,
so they are not used. The API secret is no longer needed.
"""

from typing import Any

from leadenrich.contract import (Account, Category, Charged, Classified, ErrorCode, FeatureExecutionError,
                                 FeatureParametersError, Flow, Fold, HeaderKey, Hit, HTTPProvider,
                                 InsufficientCreditsError, Miss, Operation, Price, ProviderInfo, Query, Reply, Request,
                                 Requests, Steps, Tier, Wait, bulk, dig, operation, rename)  # fmt: skip

FIND, VERIFY, SCAN, READ = "/email-search", "/email-verification", "/domain-search", "/bulk-single-searchs/read"
PENDING = ("NONE", "SCHEDULED", "IN_PROGRESS")
CERTAINTY = {"ultra_sure": "valid", "very_sure": "valid", "sure": "valid", "probable": "accept_all",
             "undeliverable": "invalid"}  # fmt: skip
ADDRESS = {"email": "email", "email_status": ("certainty", CERTAINTY), "mx_provider": "mxProvider"}
NAMES = {"first_name": "results.firstname", "last_name": "results.lastname", "full_name": "results.fullname"}


class Icypeas(HTTPProvider):
    info = ProviderInfo(
        title="Icypeas", category=Category.EMAIL_CONTACT, tier=Tier.BASIC, base_url="https://app.icypeas.com/api",
        docs_url="https://api-doc.icypeas.com", auth=HeaderKey("Authorization"), established_in="FR",
        prices=(Price("0.019", plan="Basic, $19 for 1,000 credits, as others reckon it", as_of="2026"),),
        undocumented=("find-people", "count-people", "scrape-profile", "scrape-company", "reverse-email"),
        summary="E-mails by name and company, verification, role addresses of a domain.",
    )  # fmt: skip
    account = Account("/a/actions/subscription-information", method="POST", json={}, plan="plan", remaining="credits")

    def classify(self, reply: Reply) -> Classified:
        """Read the refusal that comes with a 200."""
        refused = reply.status == 200 and reply.get("validationErrors")
        return ErrorCode.FEATURE_PARAMETERS_INVALID if refused else None

    @operation(Operation.FIND_EMAIL, gives=(*ADDRESS, *NAMES), credits=1, patience=300,
               needs=[("first_name", "company_domain"), ("last_name", "company_domain"), ("first_name", "company_name"),
                      ("last_name", "company_name")],
               uses=("first_name", "last_name", "company_domain", "company_name"))  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; one of the two names suffices."""
        asked = query.pick(firstname="first_name", lastname="last_name", domainOrCompany="company_domain|company_name")
        item = yield from job(Request("POST", FIND, json=asked))
        found = {**rename(item, NAMES), **next(iter(emails(item)), {})}
        return Hit(found) if hit(item) and "email" in found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(ADDRESS), credits="0.1", charged=Charged.ON_CALL,
               patience=300)  # fmt: skip
    def verify_email(self, query: Query) -> Flow:
        """Verify one address: found means it takes mail, unless the certainty beside it says otherwise."""
        item = yield from job(Request("POST", VERIFY, json=query.pick("email")))
        if not hit(item):
            return Hit(email=query.email, email_status="invalid")
        found = next(iter(emails(item)), None)
        return Hit({"email_status": "valid", **found}) if found else Miss()

    @operation(Operation.DOMAIN_EMAILS, needs=[("company_domain",), ("company_name",)], gives=("emails",), credits=1,
               patience=300)  # fmt: skip
    def domain_emails(self, query: Query) -> Flow:
        """List the role addresses of a company; people's own are not among them."""
        asked = query.pick(domainOrCompany="company_domain|company_name")
        item = yield from job(Request("POST", SCAN, json=asked))
        return Hit(emails=emails(item)) if hit(item) and emails(item) else Miss()

    @bulk("POST", FIND, max_items=100, patience=900)
    def find_many(self, requests: Requests) -> Fold:
        """Send a file of names."""
        return (yield from file(requests, "email-search", ("firstname", "lastname", "domainOrCompany")))

    @bulk("POST", VERIFY, max_items=100, patience=900)
    def verify_many(self, requests: Requests) -> Fold:
        """Send a file of addresses."""
        return (yield from file(requests, "email-verification", ("email",)))

    @bulk("POST", SCAN, max_items=100, patience=900)
    def scan_many(self, requests: Requests) -> Fold:
        """Send a file of domains."""
        return (yield from file(requests, "domain-search", ("domainOrCompany",)))


def job(start: Request) -> Steps[Any]:
    """Start a job, wait for it, return its one item; results belong to the job, so it is never started again."""
    reply = yield start
    item = reply.get("item") or reply.get("items.0")
    name = item.get("_id") if isinstance(item, dict) else None
    while not isinstance(item, dict) or item.get("status") in PENDING:
        if name is None:
            raise FeatureExecutionError("the reply names no job", status=reply.status)
        reply = yield Wait(name, poll=Request("POST", READ, json={"id": name}, paid=False), every=3)
        item = reply.get("items.0") or reply.get("item")
    if item.get("status") == "BAD_INPUT":
        raise FeatureParametersError("the vendor refused the question as ill-formed")
    if item.get("status") == "INSUFFICIENT_FUNDS":
        raise InsufficientCreditsError("the account has no credits left")
    if item.get("status") not in ("FOUND", "DEBITED", "NOT_FOUND", "DEBITED_NOT_FOUND"):
        raise FeatureExecutionError("the job was aborted")
    return item


def file(requests: Requests, task: str, columns: tuple[str, ...]) -> Fold:
    """Run a file, a row for each; the ids sent along come back with the rows."""
    rows = [[one.json.get(column, "") for column in columns] for one in requests]
    body = {
        "task": task, "name": "leadenrich", "data": rows, "custom": {"externalIds": [str(i) for i in range(len(rows))]}
    }  # fmt: skip
    start = yield Request("POST", "/bulk-search", json=body, weight=len(rows))
    name = start.get("file")
    if name is None:
        raise FeatureExecutionError("the reply names no file", status=start.status)
    poll = Request("POST", READ, json={"mode": "bulk", "file": name}, paid=False)
    reply = yield Wait(name, poll=poll, every=5)
    while len(reply.items("items")) < len(rows) or any(one.get("status") in PENDING for one in reply.items("items")):
        reply = yield Wait(name, poll=poll, every=5)
    found = {str(dig(one, "userData.externalId") or one.get("order")): one for one in reply.items("items")}
    return [reply.with_json({"item": found.get(str(i))}) for i in range(len(rows))]


def hit(item: Any) -> bool:
    """Return whether a job has found what it looked for."""
    return item.get("status") in ("FOUND", "DEBITED")


def emails(item: Any) -> list[dict[str, Any]]:
    """Return the addresses of a job."""
    return [found for one in Reply(json=item).items("results.emails") if "email" in (found := rename(one, ADDRESS))]


provider = Icypeas
