"""AeroLeads: work e-mails by name and company, people and phones by profile.

Facts: no page of the vendor could be read; routes and shapes are those of several integrations (aeroleads.com/api is
what they point to, 2026), which disagree: an address is read in the three places where they see it, nowhere else;
hence `support="inferred"`. Errors may come with a 200 and a status in the body. The older route /apis/details is left
out. What a call costs is about one credit, charged when is not known.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Charged,
    Classified,
    ErrorCode,
    Flow,
    HTTPProvider,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Reply,
    Request,
    Support,
    Tier,
    first,
    listing,
    one_call,
    operation,
)

STATUS: dict[Any, str] = {  # 0.5: the server takes every address; 0.1: unsure, unknown
    "valid": "valid",
    "invalid": "invalid",
    "1.0": "valid",
    "0.5": "accept_all",
    1.0: "valid",
    0.5: "accept_all",
}
FOUND = {
    "email": ["data.email", "email", "emails.0.email"],
    "confidence": "data.score",
    "full_name": "name",
    "email_status": [("email_status", STATUS), ("emails.0.status", STATUS)],
    "company_domain": "company_url",
}
PERSON = {
    "full_name": "full_name",
    "linkedin_url": "linkedin_url",
    "title": "job_title",
    "department": "job_title_role",
    "city": ("city", str.title),
    "email": ("emails", lambda found: first(*listing(found))),
    "phone": "phone_numbers.0",
}


class AeroLeads(HTTPProvider):
    info = ProviderInfo(
        title="AeroLeads",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://aeroleads.com",
        docs_url="https://aeroleads.com/api",
        auth=QueryKey("api_key"),
        support=Support.INFERRED,
        summary="Work e-mails by name, people and phones by profile.",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read the errors that come with a 200: the body's own status, and what its message is about."""
        status, text = reply.get("status"), str(reply.get("message", "")).lower()
        if reply.status != 200 or not str(status).isdecimal() or int(str(status)) < 400:
            return None
        if "credit" in text:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.PROVIDER_AUTHENTICATION_FAILED if "api key" in text else ErrorCode.FEATURE_PARAMETERS_INVALID

    @operation(
        Operation.FIND_EMAIL,
        gives=tuple(FOUND),
        credits=1,
        charged=Charged.ON_CALL,
        needs=[("first_name", "last_name", "company_domain"), ("first_name", "last_name", "company_name")],
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        params = query.pick("first_name", "last_name", company="company_domain|company_name")
        return one_call(Request("GET", "/api/get_email_details", params=params), FOUND, "email")

    @operation(
        Operation.ENRICH_PERSON, needs=[("linkedin_url",)], gives=tuple(PERSON), credits=1, charged=Charged.ON_CALL
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe who is behind a profile."""
        return one_call(profile(query), PERSON, *(PERSON.keys() - {"linkedin_url"}))

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",)],
        gives=("phone",),
        credits=1,
        charged=Charged.ON_CALL,
        confidence=50,
        confidence_reason="stated without a score or the kind of line",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a number, by the same request; of which kind it is, is not said."""
        return one_call(profile(query), {"phone": PERSON["phone"]})


def profile(query: Query) -> Request:
    """Return the request for a profile."""
    return Request("GET", "/api/get_linkedin_details", params=query.pick("linkedin_url"))


provider = AeroLeads
