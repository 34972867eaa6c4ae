"""Clearout: e-mail verification, e-mails by name and company, and who is behind an address or a profile.

Facts: docs.clearout.io/developers/api (OpenAPI 3.0.2, API version 2). `status` decides, then the HTTP status. A finder
question that takes longer answers 524 with a queue id and goes on in the background; what the queue says before it is
done is not documented, so it is asked until it names e-mails or fails. The reverse look-up is documented by name alone:
its reply is read as three independent integrations read it, hence inferred. The codes 1027, 1028, 1031 and 1032 come
from integrations, the prices from clearout.io/pricing-guide. Whether `x-ratelimit-reset` is a span or a moment is not
said; its size tells. Left out: lists of addresses (their result stands at a host that is not documented), and the
reverse look-up of a domain (its parameter is `name` for some, `domain` for others). The host may differ for accounts in
other regions.
"""

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderAPIError,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Support,
    Tier,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import yes

STATUS = {"valid": "valid", "invalid": "invalid", "catch_all": "accept_all", "unknown": "unknown"}
CHECKED = {
    "email": "email_address",
    "email_status": ("status", STATUS),
    "is_free": ("free", yes),
    "is_role": ("role", yes),
    "is_disposable": ("disposable", yes),
    "mx_provider": "detail_info.smtp_provider",
}
FOUND = {
    "email": "emails.0.email_address",
    "confidence": "confidence_score",
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "company_domain": "domain",
    "company_name": "company.name",
    "is_role": ("emails.0.role", yes),
}
LEAD = {
    "full_name": "lead.name",
    "title": "lead.title",
    "linkedin_url": "lead.linkedin_url",
    "company_name": "lead.company_name",
    "company_domain": "lead.company_domain",
    "email": "email_address",
    "city": ["lead.addresses.0.city", "lead.addresses.city"],
    "region": ["lead.addresses.0.state", "lead.addresses.state"],
    "country": [
        "lead.addresses.0.country_code",
        "lead.addresses.0.country",
        "lead.addresses.country_code",
        "lead.addresses.country",
    ],
}
CODES = {
    "1000": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "1088": ErrorCode.FEATURE_PARAMETERS_INVALID,
    **dict.fromkeys(("1017", "1030", "1032"), ErrorCode.PROVIDER_RATE_LIMIT),  # 1017, 1032: the day's limit
    **dict.fromkeys(("1002", "1028", "1031", "1099"), ErrorCode.PROVIDER_INSUFFICIENT_CREDITS),
}
NOT_FOUND = "1027"  # how the finder says so
QUEUE = "error.additional_info.queue_id"


class Clearout(HTTPProvider):
    info = ProviderInfo(
        title="Clearout",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://api.clearout.io/v2",
        docs_url="https://docs.clearout.io/developers/api",
        auth=Bearer("api_token"),
        rates=(Rate(100, per=60),),
        rate_headers=RateHeaders("x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"),
        summary="E-mail verification, e-mail finder and reverse look-up.",
    )
    account = Account(
        "/email_verify/getcredits",
        remaining="data.available_credits",
        resets_at="data.credits.reset_daily_verify_limit_date",
    )

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(CHECKED), credits=1)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; an unknown is free."""
        reply = yield Request("POST", "/email_verify/instant", json={"email": query.email})
        found = rename(reply.get("data"), CHECKED)
        if "email_status" not in found:
            return Miss()
        if found.get("is_disposable") and found["email_status"] != "invalid":
            found["email_status"] = "disposable"
        return Hit(found, credits=0 if found["email_status"] == "unknown" else None)

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("full_name", "company_domain"),
            ("full_name", "company_name"),
            ("first_name", "last_name", "company_domain"),
            ("first_name", "last_name", "company_name"),
        ],
        gives=tuple(FOUND),
        credits=4,
        patience=180,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a slow search goes on in a queue that is asked again. A role's costs half."""
        body = {"name": query.name, **query.pick(domain="company_domain|company_name")}
        start = yield Request("POST", "/email_finder/instant", json={**body, "queue": True}, expect=(200, 524))
        path, queued = "/email_finder/instant/queue_status", bool(start.get(QUEUE))
        reply = yield from finished(
            start,
            QUEUE,
            lambda queue: Request("GET", path, params={"qid": queue}, expect=(200, 524), paid=False),
            lambda reply: queued and not missing(reply) and not isinstance(reply.get("data.emails"), list),
            every=5,
        )
        found = rename(reply.get("data"), FOUND)
        return Hit(found, credits=2 if found.get("is_role") else None) if "email" in found else Miss()

    @operation(
        Operation.ENRICH_PERSON, needs=[("linkedin_url",), ("email",)], gives=tuple(LEAD), support=Support.INFERRED
    )
    def enrich_person(self, query: Query) -> Flow:
        """Say who is behind a profile or an address."""
        if query.linkedin_url:
            reply = yield Request("GET", "/reverse_lookup/linkedin", params={"url": query.linkedin_url})
        else:
            reply = yield Request("GET", "/reverse_lookup/email", params={"email_address": query.email})
        if reply.get("data.lead.type") == "company":
            return Miss("a company, not a person")
        found = rename(reply.get("data"), LEAD)
        return Hit(found) if "full_name" in found else Miss()

    def classify(self, reply: Reply) -> Classified:
        """Read the envelope: a failure can sit under a 2xx, and a 524 with a queue id is none."""
        if reply.get(QUEUE) or missing(reply):
            return None
        if (said := CODES.get(str(reply.get("error.code")))) and reply.get("status") == "failed":
            return said
        if reply.status == 524:  # the gateway's own page says the same, without a queue
            return ProviderAPIError("it took too long", status=524, recoverable=True)
        return ErrorCode.FEATURE_EXECUTION_FAILED if reply.status == 200 and reply.get("status") == "failed" else None


def missing(reply: Reply) -> bool:
    """Return whether the finder has found nothing, which it says as an error."""
    return str(reply.get("error.code")) == NOT_FOUND


provider = Clearout
