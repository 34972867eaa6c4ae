"""Voila Norbert: work e-mails by name and company with a score, addresses of a domain.

Facts: api.voilanorbert.com/2018-01-08 (the beginning: auth, statuses, limits, charging) and other people's clients for
the rest, so it counts as inferred. Bodies are forms; any user name with the key as the password. Left out: enrichment,
whose results come by webhook alone, and verification, whose results no page shows. A score of 100 means that the mail
server has confirmed the address; 80 that it could not be asked, 5 that others name it.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Basic,
    Category,
    Flow,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Request,
    Support,
    Tier,
    amount,
    finished,
    operation,
    rename,
)

CONTACT = {
    "email": "email.email",
    "confidence": "email.score",
    "full_name": "name",
    "email_status": ("email.score", lambda score: "valid" if amount(score) == 100 else None),
    "company_name": "company.name",
    "company_domain": "company.url",
}


class VoilaNorbert(HTTPProvider):
    info = ProviderInfo(
        title="Voila Norbert",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.voilanorbert.com/2018-01-08",
        docs_url="https://api.voilanorbert.com/2018-01-08/",
        auth=Basic(None, "api_key"),
        rates=(Rate(120, per=60),),
        rate_headers=RateHeaders(
            remaining="x-ratelimit-remaining", reset="x-ratelimit-reset", limit="x-ratelimit-limit", reset_as="epoch"
        ),
        support=Support.INFERRED,
        undocumented=("enrichment", "verify-email", "bulk-name-search"),
        summary="Work e-mails by name and company with a score, addresses of a domain.",
    )
    account = Account("/account/", remaining="credits.remains")

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("full_name", "company_domain"),
            ("first_name", "last_name", "company_domain"),
            ("full_name", "company_name"),
            ("first_name", "last_name", "company_name"),
        ],
        gives=tuple(CONTACT),
        credits=1,
        confidence=70,
        confidence_reason="the score may be missing, and there is no status",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a search that goes on is polled as a contact. The same contact again is free."""
        asked = {"name": query.name, **company(query)}
        start = yield Request("POST", "/search/name", data=asked, expect=(200, 201, 202))
        reply = yield from finished(
            start,
            "id",
            lambda id: Request("GET", "/contacts/{id}", at={"id": id}, expect=(200, 202), paid=False),
            lambda reply: reply.get("searching") is True or reply.status == 202,
            every=3,
        )
        found, contact = rename(reply.json, CONTACT), reply.get("id")
        return Hit(found, record=f"contact:{contact}" if contact else None) if "email" in found else Miss()

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",), ("company_name",)],
        uses=("cursor",),
        gives=("emails", "total", "next_cursor"),
    )
    def domain_emails(self, query: Query) -> Flow:
        """List a company's addresses; the price is not published."""
        page = int(query.cursor or 1)
        reply = yield Request("POST", "/search/domain", data={**company(query), "page": page})
        emails = [found for item in reply.items("result") if "email" in (found := rename(item, CONTACT))]
        if not emails:
            if reply.get("credits_available") is False:
                raise InsufficientCreditsError("the account has no credits left for a search of domains")
            return Miss()
        more = str(page + 1) if reply.get("has_next") is True else None
        return Hit(emails=emails, total=reply.get("total"), next_cursor=more)


def company(query: Query) -> dict[str, Any]:
    """Return the company: by domain, else by name."""
    return query.pick(domain="company_domain") or query.pick(company="company_name")


provider = VoilaNorbert
