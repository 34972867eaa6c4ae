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
                                 Requests, Steps, Tier, bulk, dig, finished, operation, rename)  # fmt: skip

FIND, VERIFY, SCAN, READ = "/email-search", "/email-verification", "/domain-search", "/bulk-single-searchs/read"
PENDING = ("NONE", "SCHEDULED", "IN_PROGRESS")
FAILED = {"BAD_INPUT": FeatureParametersError, "INSUFFICIENT_FUNDS": InsufficientCreditsError}
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
               needs=[(name, firm) for name in ("first_name", "last_name")
                      for firm in ("company_domain", "company_name")])  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; one of the two names suffices."""
        asked = query.pick(firstname="first_name", lastname="last_name", domainOrCompany="company_domain|company_name")
        found = yield from job(FIND, asked, **NAMES)
        return Hit(found[0]) if found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(ADDRESS), credits="0.1", charged=Charged.ON_CALL,
               patience=300)  # fmt: skip
    def verify_email(self, query: Query) -> Flow:
        """Verify one address: found means it takes mail, unless the certainty beside it says otherwise."""
        found = yield from job(VERIFY, query.pick("email"))
        if found is None:
            return Hit(email=query.email, email_status="invalid")
        return Hit({"email_status": "valid", **found[0]}) if found else Miss()

    @operation(Operation.DOMAIN_EMAILS, needs=[("company_domain",), ("company_name",)], gives=("emails",), credits=1,
               patience=300)  # fmt: skip
    def domain_emails(self, query: Query) -> Flow:
        """List the role addresses of a company; people's own are not among them."""
        found = yield from job(SCAN, query.pick(domainOrCompany="company_domain|company_name"))
        return Hit(emails=found) if found else Miss()

    @bulk("POST", FIND, max_items=100, patience=900)
    def find_many(self, requests: Requests) -> Fold:
        """Send a file of names."""
        return file(requests, "email-search", ("firstname", "lastname", "domainOrCompany"))

    @bulk("POST", VERIFY, max_items=100, patience=900)
    def verify_many(self, requests: Requests) -> Fold:
        """Send a file of addresses."""
        return file(requests, "email-verification", ("email",))

    @bulk("POST", SCAN, max_items=100, patience=900)
    def scan_many(self, requests: Requests) -> Fold:
        """Send a file of domains."""
        return file(requests, "domain-search", ("domainOrCompany",))


def job(path: str, body: dict[str, str], **names: str) -> Steps[list[dict[str, Any]] | None]:
    """Run a job, once, as its results belong to it; return the addresses it found, None where it says it found none."""
    start = yield Request("POST", path, json=body)
    poll = Request("POST", READ, json={"id": start.get("item._id")}, paid=False)
    reply = yield from finished(start, "item._id", lambda _: poll, running, every=3)
    item = reply.with_json(items(reply)[0])
    if (state := item.get("status")) in ("NOT_FOUND", "DEBITED_NOT_FOUND"):
        return None
    if state not in ("FOUND", "DEBITED"):
        raise FAILED.get(str(state), FeatureExecutionError)(f"the job ended as {state!r}")
    emails = [{**rename(item.json, names), **rename(one, ADDRESS)} for one in item.items("results.emails")]
    return [one for one in emails if "email" in one]


def file(requests: Requests, task: str, columns: tuple[str, ...]) -> Fold:
    """Run a file, a row for each; the ids sent along come back with the rows."""
    rows = [[one.json.get(column, "") for column in columns] for one in requests]
    custom = {"externalIds": [str(i) for i in range(len(rows))]}
    body = {"task": task, "name": "leadenrich", "data": rows, "custom": custom}
    start = yield Request("POST", "/bulk-search", json=body, weight=len(rows))
    poll = Request("POST", READ, json={"mode": "bulk", "file": start.get("file")}, paid=False)
    reply = yield from finished(start, "file", lambda _: poll, lambda reply: running(reply, len(rows)), every=5)
    found = {str(dig(one, "userData.externalId") or one.get("order")): one for one in items(reply)}
    return [reply.with_json({"item": found.get(str(i))}) for i in range(len(rows))]


def items(reply: Reply) -> list[Any]:
    """Return the results in a reply; that of one job may stand alone."""
    return reply.items("items") or Reply(json=[reply.get("item")]).items()


def running(reply: Reply, rows: int = 1) -> bool:
    """Return whether results are still to come."""
    return len(items(reply)) < rows or any(one.get("status") in PENDING for one in items(reply))


provider = Icypeas
