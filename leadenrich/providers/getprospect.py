"""GetProspect: work e-mails by name or profile, verification, profiles.

Facts: getprospect.readme.io (as integrations written from its pages in 2026 quote it). A miss is a 404 and free. The
status words are not published: only "valid" is certain. The place of a profile is one text and stays out. Left out:
search and reverse look-up, whose rows and replies are on no page that could be read.
"""

from typing import Any

from leadenrich.contract import (Category, Flow, HeaderKey, Hit, HTTPProvider, Miss, Operation, ProviderInfo, Query,
                                 Reply, Request, Steps, Tier, operation, rename)  # fmt: skip

NAMES = (("full_name",), ("first_name", "last_name"))
STATUS = {word: word for word in ("valid", "invalid", "accept_all", "disposable", "role")}
CHECKED = {"email": "email", "email_status": ("status", STATUS), "mx_provider": "smtp_provider",
           "is_free": "free_email"}  # fmt: skip
PERSON = {"first_name": "firstName", "last_name": "lastName", "email": "email", "title": "company.position",
          "company_name": "company.name", "company_domain": "company.domain", "getprospect_person_id": "getProspectId",
          "linkedin_url": ("linkedin.0.id", lambda handle: f"https://www.linkedin.com/in/{handle}")}  # fmt: skip


class GetProspect(HTTPProvider):
    info = ProviderInfo(title="GetProspect", category=Category.EMAIL_CONTACT, tier=Tier.FREE,
                        base_url="https://api.getprospect.com", docs_url="https://getprospect.readme.io",
                        auth=HeaderKey("apiKey"), undocumented=("search-people", "search-companies", "reverse-email"),
                        summary="Work e-mails by name or profile, verification, profiles.")  # fmt: skip

    @operation(Operation.FIND_EMAIL, credits=1, gives=(*CHECKED, *PERSON),
               needs=[*[(*name, firm) for firm in ("company_domain", "company_name") for name in NAMES],
                      ("linkedin_url",)])  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by name and company, else by profile."""
        names = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
        firm = query.pick(domain="company_domain") or query.pick(company="company_name")
        if names and firm:
            reply = yield get("/v2/email-finder", {**firm, **names})
            found = rename(whole(reply), {**CHECKED, "company_domain": "domain"})
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
