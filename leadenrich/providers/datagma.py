"""Datagma: verified e-mails, mobiles, people and companies behind one enriching endpoint.

Facts: datagmaapi.readme.io as other integrators cite it, page by page, and a probe of 2026-09-03; the pages themselves
were not seen, so all counts as inferred. The key goes into the query string, the vendor takes it nowhere else. Fields
of a person stand at the top of the reply or inside `person`, those of a company in `basic` or `premium`; odd spellings
(`cachAll`, `headquaterAddr...`) are the vendor's. Left out: people search and look-ups whose replies are undocumented.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Request,
    Support,
    Tier,
    first,
    operation,
    pluck,
    rename,
)

NAMED = [
    ("full_name", "company_domain"),
    ("first_name", "last_name", "company_domain"),
    ("full_name", "company_name"),
    ("first_name", "last_name", "company_name"),
]
STATUS = {"valid": "valid", "most probable email output": "accept_all"}


def _in(*paths: str) -> list[Any]:
    """Return ways to a text: places that may hold an object under the same name are passed over."""
    return [(path, lambda found: found.strip() if isinstance(found, str) else None) for path in paths]


def _person(word: str) -> list[Any]:
    return _in(f"person.basic.{word}", f"person.{word}", word)


def _company(*words: str) -> list[Any]:
    return [f"company.{place}{word}" for word in words for place in ("basic.", "premium.", "")]


PERSON = {
    "full_name": _person("name"),
    "first_name": _person("firstName"),
    "last_name": _person("lastName"),
    "title": _person("jobTitle"),
    "linkedin_url": _person("linkedInUrl"),
    "city": _person("city"),
    "region": _person("region"),
    "country": _person("country"),
    "department": _person("extractedRole"),
    "seniority": _person("extractedSeniority"),
    "twitter_url": _person("twitter"),
    "email": _person("email"),
    "company_name": [*_person("company"), *_in("company.basic.name", "company.premium.name")],
}
COMPANY = {
    "company_name": _company("name"),
    "website": _company("website"),
    "description": _company("about", "shortDescription"),
    "industry": [
        *_company("industry"),
        "company.premium.industries.0",
        "company.premium.industries",
        "company.industries.0",
        "company.industries",
    ],
    "founded_year": _company("yearFounded", "founded"),
    "employee_range": _company("size", "companySize"),
    "employee_count": ("company.premium.employeesAmountInLinkedin", lambda found: int("".join(str(found).split()))),
    "company_linkedin_url": [*_company("linkedUrl"), "company.premium.url"],
    "company_type": _company("type"),
    "city": _company("locality", "headquaterAddrLocality"),
    "region": _company("region", "headquaterAddrRegion"),
    "country": _company("country", "headquaterAddrCountry"),
}


class Datagma(HTTPProvider):
    info = ProviderInfo(
        title="Datagma",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://gateway.datagma.net/api/ingress",
        docs_url="https://datagmaapi.readme.io",
        auth=QueryKey("apiId"),
        rates=(Rate(10, per=1),),
        prices=(Price("0.0163", plan="$49 for 3,000 credits a month", as_of="2026-08-01"),),
        support=Support.INFERRED,
        undocumented=("find-people", "reverse-email", "reverse-phone", "twitter-lookup", "job-change"),
        summary="Verified e-mails, mobiles, people and companies.",
    )
    account = Account("/v1/mine", remaining=["currentCredit", "credit", "credits"])

    def classify(self, reply: Reply) -> Classified:
        """Read the gateway's own code for a key it does not know, whatever the status."""
        refused = reply.get("code") == 16 or "apiid is not valid" in str(reply.get("message", "")).lower()
        return ErrorCode.PROVIDER_AUTHENTICATION_FAILED if refused else None

    @operation(
        Operation.FIND_EMAIL,
        needs=NAMED,
        uses=("company_linkedin_url",),
        gives=("email", "email_status", "company_domain"),
        credits=1,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the most probable one at a catch-all domain is free."""
        asked = {
            **name(query),
            **query.pick(company="company_domain|company_name", linkedInSlug="company_linkedin_url"),
            "findEmailV2Step": 3,
            "findEmailV2Country": "General",
        }
        reply = yield Request("GET", "/v8/findEmail", params=asked)
        found = rename(reply.json, {"email": _in("email"), "company_domain": _in("emailDomain")})
        guess = rename(reply.json, {"email": _in("mostProbableEmail")})
        if not found.keys() & {"email"} | guess.keys():
            return Miss()
        said = status(reply) if "email" in found else "accept_all"
        return Hit({**guess, **found, "email_status": said}, credits=burnt(reply, 0 if said == "accept_all" else 1))

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",), ("email",), *NAMED],
        gives=("mobile_phone", "phone"),
        credits=30,
        max_credits=32,
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number; a work number that comes instead is the company's switchboard."""
        named = {**query.pick(data="company_domain|company_name"), "fullName": query.name}
        asked = query.pick(data="linkedin_url|email") or named
        reply = yield Request("GET", "/v2/full", params={**asked, "phoneFull": "true"})
        found = rename(reply.json, {"mobile_phone": ("phone.mobiles", number), "phone": ("phone.workPhones", number)})
        return Hit(found, credits=burnt(reply, 30)) if found else Miss(credits=burnt(reply, 0))

    @operation(
        Operation.ENRICH_PERSON,
        needs=[
            ("linkedin_url",),
            ("email",),
            ("full_name", "company_name"),
            ("first_name", "last_name", "company_name"),
        ],
        uses=("country",),
        gives=(*PERSON, "email_status"),
        credits=2,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person by profile, by address, or by name and company."""
        named = {"data": query.name, **query.pick(companyKeyword="company_name")}
        asked = query.pick(data="linkedin_url|email") or named
        reply = yield Request("GET", "/v2/full", params={**asked, **query.pick(countryCode="country")})
        found = rename(reply.json, PERSON)
        if not found.keys() & {"full_name", "first_name", "title"}:
            return Miss(credits=burnt(reply, 0))
        if "email" in found:
            ways = [(path, STATUS) for path in ("person.basic.emailStatus", "person.emailStatus", "emailStatus")]
            found |= rename(reply.json, {"email_status": ways})
        return Hit(found, credits=burnt(reply, 2))

    @operation(
        Operation.ENRICH_COMPANY, needs=[("company_domain",), ("company_name",)], gives=tuple(COMPANY), credits=2
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by domain or name."""
        asked = query.pick(data="company_domain|company_name")
        reply = yield Request("GET", "/v2/full", params={**asked, "companyPremium": "true"})
        found = rename(reply.json, COMPANY)
        return Hit(found, credits=burnt(reply, 2)) if "company_name" in found else Miss(credits=burnt(reply, 0))


def name(query: Query) -> dict[str, Any]:
    """Return the name: whole, else its parts."""
    return query.pick(fullName="full_name") or query.pick(firstName="first_name", lastName="last_name")


def number(phones: Any) -> Any:
    """Return the first number that is there."""
    return first(*pluck(phones, "value"))


def status(reply: Reply) -> str:
    """Return our status for an address; the checks decide where the word is not documented."""
    word = STATUS.get(str(reply.get("status", "")).strip().lower())
    if word:
        return word
    if first(reply.get("cachAll"), reply.get("catchAll")) is True:
        return "accept_all"
    if reply.get("mxfound") is False:
        return "invalid"
    return "valid" if reply.get("smtpCheck") is True else "unknown"


def burnt(reply: Reply, usual: int) -> Any:
    """Return what a reply says it cost, as a number or as text, else the list price."""
    return reply.get("creditBurn", usual)


provider = Datagma
