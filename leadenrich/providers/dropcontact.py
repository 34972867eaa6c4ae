"""Dropcontact: e-mails, profiles and French company data, as jobs of 250 records; e-mails are verified there too.

Facts: developer.dropcontact.com (2026: enrich a batch, input and enriched record, errors, credits, webhooks). One
endpoint does it all: what a record holds says what is wanted. Only what is known is present in an answer; a 200 is a
success only where `success` says so. An unknown job answers as one at work. A record with an e-mail costs a credit
whatever comes of it, so an e-mail is sent only where there is nothing else. The turnover has no currency and stays out.
"""

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
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    by_echo,
    dig,
    echoed,
    finished,
    listing,
    operation,
    rename,
    rows,
    table,
)

BATCH = "/v1/enrich/all"
WHO = [
    ("first_name", "last_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
    ("full_name", "company_domain"),
    ("full_name", "company_name"),
    ("linkedin_url",),
]
WORDS = ("company_domain", "company_name", "company_linkedin_url", "linkedin_url", "country")
STATUS = {  # words of both vocabularies, dashes and blanks as underscores; the list's order is the best first
    "nominative": "valid",
    "nominatif": "valid",
    "catch_all": "accept_all",
    "non_confirm": "accept_all",
    "generic": "role",
    "generique": "role",
    "invalid": "invalid",
    "invalide": "invalid",
}
# what is said of the host overrides what is said of the name
HOSTS = {"disposable": "disposable", "jetable": "disposable", "invalid_domain": "invalid", "invalid": "invalid"}
BEST = ("valid", "accept_all", "role", "unknown", "disposable", "invalid")
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "phone": "phone",
    "linkedin_url": "linkedin",
    "title": "job",
    "seniority": "job_level",
    "department": "job_function",
    "country": "country",
    "company_name": "company",
    "company_domain": "website",
    "company_linkedin_url": "company_linkedin",
}
COMPANY = {
    "company_name": "company",
    "company_domain": "website",
    "website": "website",
    "phone": "phone",
    "company_linkedin_url": "company_linkedin",
    "industry": ["industry", "naf5_des"],
    "employee_range": "nb_employees",
    "employee_count": ["employee_count", ("nb_employees", lambda text: text if text.isdecimal() else None)],
    "country": "country",
    "city": "siret_city",
}
MOBILE = {"mobile_phone": "mobile_phone"}
ADDRESS = ("email", "email_status", "is_free", "is_role", "is_disposable")


class Dropcontact(HTTPProvider):
    info = ProviderInfo(
        title="Dropcontact",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.dropcontact.com",
        docs_url="https://developer.dropcontact.com",
        auth=HeaderKey("X-Access-Token"),
        rates=(Rate(60, per=1),),
        prices=(Price("0.17", plan="EUR 79 for 500 credits, as others reckon it", as_of="2026"),),
        established_in="FR",
        summary="E-mails and profiles computed and verified, company data of France.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}  # the whole batch is refused
    account = Account("/v1/account/credits", remaining="credits")

    def classify(self, reply: Reply) -> Classified:
        """Read the failure that comes with a 200."""
        return ErrorCode.FEATURE_EXECUTION_FAILED if reply.status == 200 and reply.get("error") is True else None

    @operation(Operation.FIND_EMAIL, needs=WHO, uses=WORDS, gives=(*PERSON, *ADDRESS), credits=1, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the best of those returned: a person's own, then catch-all, then a shared one."""
        found = yield from self.person(query)
        return Hit(found) if "email" in found else Miss()

    @operation(
        Operation.ENRICH_PERSON,
        needs=[*WHO, ("email",)],
        uses=WORDS,
        gives=(*PERSON, *MOBILE, *ADDRESS),
        credits=1,
        patience=600,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, the mobile number included, by the same record as find_email; free without an address."""
        found = yield from self.person(query, MOBILE)
        sent = who(query)
        names = ("first_name", "last_name", "full_name") if query.name else ()
        echoed = {*query, *names, *(ADDRESS if "email" in sent else ())}
        paid = 1 if "email" in found or "email" in sent else 0
        return Hit(found, credits=paid) if found.keys() - echoed else Miss(credits=paid)

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        uses=WORDS,
        credits=0,
        max_credits=1,
        patience=600,
        confidence=70,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number, by the same record; it costs what the address that comes with it costs."""
        reply = yield from self.job([who(query)])
        found = rename(reply.get("data.0"), MOBILE)
        paid = 1 if addresses(reply) else 0
        return Hit(found, credits=paid) if found else Miss(credits=paid)

    def person(self, query: Query, more: Mapping[str, Any] = {}) -> Steps[dict[str, Any]]:
        """Have one record of a person enriched."""
        reply = yield from self.job([who(query)])
        return {**rename(reply.get("data.0"), {**PERSON, **more}), **next(iter(addresses(reply)), {})}

    @operation(
        Operation.VERIFY_EMAIL, needs=[("email",)], gives=ADDRESS, credits=1, charged=Charged.ON_CALL, patience=600
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; others that are found with it are left aside."""
        reply = yield from self.job([query.pick("email")])
        same = [one for one in addresses(reply) if str(one["email"]).lower() == str(query.email).lower()]
        return Hit(same[0]) if same else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
        uses=("country",),
        gives=tuple(COMPANY),
        patience=600,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company, a French one from its registry; its price alone is not published."""
        reply = yield from self.job([{**firm(query), **query.pick("country")}], siren=True)
        found = rename(reply.get("data.0"), COMPANY)
        return Hit(found) if found.keys() - {*query, "website"} else Miss()

    def job(self, data: list[dict[str, Any]], **options: Any) -> Steps[Reply]:
        """Run a job for some records; the host's webhook is told when it is done."""
        body = {"data": data, "language": "en", **options}
        body |= {"custom_callback_url": self.webhook_url} if self.webhook_url else {}
        reply = yield Request("POST", BATCH, json=body, weight=len(data))
        return (
            yield from finished(
                reply,
                "request_id",
                lambda name: Request("GET", BATCH + "/{id}", at={"id": name}, paid=False),
                lambda reply: not isinstance(reply.get("data"), list),
                every=15,
            )
        )

    @bulk("POST", BATCH, max_items=250, patience=900, group=lambda one: str({**one.json, "data": None}))
    def many(self, requests: Requests) -> Fold:
        """Run one job for many; the ids sent along come back with each."""
        items = [{**one.json["data"][0], "custom_fields": {"ref": str(i)}} for i, one in enumerate(requests)]
        reply = yield from self.job(**{**requests[0].json, "data": items})
        answers = reply.items("data")
        found = echoed(answers, "custom_fields.ref")
        if not found and len(answers) == len(items):  # not echoed: then they come in order
            found = dict(zip(rows(requests), answers, strict=True))
        return by_echo(reply, rows(requests), found, lambda one: {"success": True, "data": [one]})

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Name the jobs that a list of events says are done."""
        return [(str(job), one["data"]) for one in listing(body) if (job := dig(one, "data.request_id"))]


def firm(query: Query) -> dict[str, Any]:
    """Return the part of a record that says which company."""
    return query.pick(website="company_domain", company="company_name", company_linkedin="company_linkedin_url")


def who(query: Query) -> dict[str, Any]:
    """Return the record of a person; an e-mail, which is never free, only where there is nothing else."""
    names = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
    record = {**names, **firm(query), **query.pick("country", linkedin="linkedin_url")}
    enough = query.linkedin_url or (names and (query.company_domain or query.company_name))
    return record if enough else record | query.pick("email")


def addresses(reply: Reply) -> list[dict[str, Any]]:
    """Return the addresses of the one record, the best first; those of a company before those of a free host."""
    found = []
    for one in reply.items("data.0.email"):
        whose, _, host = str(one.get("qualification", "")).lower().replace("-", "_").replace(" ", "_").partition("@")
        status = HOSTS.get(host) or table(STATUS, whose)
        flags = {"is_free": host == "perso", "is_role": status == "role", "is_disposable": status == "disposable"}
        if one.get("email"):
            found.append({"email": one["email"], "email_status": status, **flags})
    return sorted(found, key=lambda one: (one["is_free"], BEST.index(one["email_status"])))


provider = Dropcontact
