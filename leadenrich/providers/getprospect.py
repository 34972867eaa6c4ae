"""GetProspect: work e-mails by name or profile, verification, profiles.

Facts: getprospect.readme.io (as integrations written from its pages in 2026 quote it) and help.getprospect.com (what an
address may be). A miss is a 404, or a 200 whose status says so, and free. How the status words are spelt is not
published. Integrations read a profile's employer as one object or as a list, its place as a text or as an object: both
are read, the text stays out. Left out: the search, whose filters and price are on no page that could be read.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Steps,
    Support,
    Tier,
    dig,
    listing,
    operation,
    rename,
)

NAMES = (("full_name",), ("first_name", "last_name"))
STATUS = {word: word for word in ("valid", "invalid", "accept_all", "disposable", "role")}
STATUS |= dict.fromkeys(("accept all", "accept-all", "catch_all", "catch-all"), "accept_all")
LOST = ("not found", "not_found", "blocked")  # what a finder says of an address that is none


def handle(pages: Any) -> str | None:
    """Return the profile's address: the common handle, not that of the sales navigator."""
    ids = [dig(one, "id") for one in listing(pages) if dig(one, "type") != "sales"]
    return f"https://www.linkedin.com/in/{ids[0]}" if ids and ids[0] else None


def employer(field: str, listed: str) -> list[str]:
    """Return where a fact of the employer may stand."""
    return [f"company.{field}", f"company.0.{field}", f"companies.0.{listed}"]


CHECKED = {
    "email": "email",
    "email_status": ("status", STATUS),
    "mx_provider": "smtp_provider",
    "is_free": "free_email",
}
FIRM = {
    "title": employer("position", "position"),
    "company_name": employer("name", "company.name"),
    "company_domain": employer("domain", "company.domain"),
    "linkedin_url": ("linkedin", handle),
}
PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "region": "geolocation.region",
    "country": "geolocation.countryCode",
    "getprospect_person_id": "getProspectId",
    **FIRM,
}
LOOKED_UP = {"full_name": "full_name", "first_name": "first_name", "last_name": "last_name", **FIRM}


class GetProspect(HTTPProvider):
    info = ProviderInfo(
        title="GetProspect",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api.getprospect.com",
        docs_url="https://getprospect.readme.io",
        auth=HeaderKey("apiKey"),
        undocumented=("search-people", "search-companies"),
        summary="Work e-mails by name or profile, verification, profiles.",
    )

    @operation(
        Operation.FIND_EMAIL,
        credits=1,
        gives=(*CHECKED, *PERSON),
        needs=[*[(*name, firm) for firm in ("company_domain", "company_name") for name in NAMES], ("linkedin_url",)],
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by name and company, else by profile."""
        names = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
        firm = query.pick(domain="company_domain") or query.pick(company="company_name")
        if names and firm:
            body = whole((yield get("/v2/email-finder", {**firm, **names})))
            lost = str(dig(body, "status", "")).lower() in LOST
            found = {} if lost else rename(body, {**CHECKED, "company_domain": "domain"})
        else:
            found = yield from profile(query)
        return Hit(found) if "email" in found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(CHECKED), charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; counted against an allowance of its own."""
        found = rename(whole((yield get("/v2/email-verifier", query.pick("email")))), CHECKED)
        return Hit({"email": query.email, **found}) if "email_status" in found else Miss()

    @operation(Operation.ENRICH_PERSON, needs=[("linkedin_url",)], gives=tuple(PERSON), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe who is behind a profile, by the same request as find_email."""
        found = yield from profile(query)
        return Hit(found) if found.keys() - {"linkedin_url", "getprospect_person_id"} else Miss()

    @operation("reverse-email", needs=[("email",)], gives=tuple(LOOKED_UP), support=Support.INFERRED)
    def reverse_email(self, query: Query) -> Flow:
        """Say who is behind an address; what it costs is not published."""
        found = rename(whole((yield get("/public/v1/email/lookup", query.pick("email")))), LOOKED_UP)
        return Hit(found) if found else Miss()


def profile(query: Query) -> Steps[dict[str, Any]]:
    """Ask about a profile."""
    reply = yield get("/public/v1/insights/contact", {"linkedinUrl": query.linkedin_url})
    return rename(whole(reply), PERSON)


def get(path: str, params: dict[str, Any]) -> Request:
    """Return a question; 404 means nothing found."""
    return Request("GET", path, params=params, expect=(200, 404))


def whole(reply: Reply) -> Any:
    """Return the body, which some replies wrap in `data`; nothing of a miss."""
    return reply.get("data", reply.json) if reply.status == 200 else None


provider = GetProspect
