"""Abstract API: e-mail reputation, phone intelligence and company enrichment, each an API with a key of its own.

Facts: the vendor's documentation repository abstractapi/docs (2026-07: email-reputation, phone-intelligence,
company-enrichment). Give the keys you have as `email_key`, `phone_key` and `company_key`. 422 means the quota is used
up, not that a question is ill-formed. Every request counts, also for an unknown domain, whose reply is not documented:
one without a company's name is a miss. Lower plans leave whole sections out. The limit declared is the free plan's.
"""

from leadenrich.contract import (
    COMPANY_FIELDS,
    EMAIL_FIELDS,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Keyring,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Request,
    Tier,
    one_call,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, digits, named, percent

EMAIL = "/v1/"
PHONE = "https://phoneintelligence.abstractapi.com/v1/"
COMPANY = "https://companyenrichment.abstractapi.com/v2"
KEYS = Keyring(*(QueryKey("api_key", field=field) for field in ("email_key", "phone_key", "company_key")))
LINES = {"mobile": "mobile", "landline": "landline", "voip": "voip", "toll_free": "toll_free"}
CHECKED = {
    "email": "email_address",
    "is_free": "email_quality.is_free_email",
    "is_disposable": "email_quality.is_disposable",
    "is_role": "email_quality.is_role",
    "mx_provider": "email_sender.email_provider_name",
    "first_name": "email_sender.first_name",
    "last_name": "email_sender.last_name",
    "company_name": "email_sender.organization_name",
    "confidence": ("email_quality.score", percent),
}
NUMBERED = {
    "phone": "phone_format.international",
    "line_type": ("phone_carrier.line_type", LINES),
    "carrier": "phone_carrier.name",
    "country": "phone_location.country_code",
    "region": "phone_location.region",
    "city": "phone_location.city",
    "time_zone": "phone_location.timezone",
}
DESCRIBED = {
    "company_name": "company_name",
    "company_domain": "domain",
    "description": "description",
    "industry": "industry",
    "employee_count": ("employee_count", int),
    "employee_range": "employee_range",
    "annual_revenue_usd": "annual_revenue",
    "founded_year": ("year_founded", int),
    "company_type": "type",
    "city": "city",
    "region": "state",
    "country": ["country_iso_code", "country"],
    "phone": "phone_numbers.0",
    "technologies": "technologies",
    "naics": "naics_code",
    "sic": "sic_code",
    "logo_url": "logo",
    "company_linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "facebook_url": "facebook_url",
}


class AbstractAPI(HTTPProvider):
    info = ProviderInfo(
        title="Abstract API",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://emailreputation.abstractapi.com",
        docs_url="https://docs.abstractapi.com",
        auth=KEYS,
        rates=tuple(Rate(1, per=1, on=f"GET {path}") for path in (EMAIL, PHONE, COMPANY)),
        hosts=("phoneintelligence.abstractapi.com", "companyenrichment.abstractapi.com"),
        summary="E-mail, phone and company look-ups, one key for each.",
    )
    errors = {422: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=(*EMAIL_FIELDS, "first_name", "last_name", "company_name"),
        credits={"email": 1},
        charged="on_call",
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield Request("GET", EMAIL, params={"email": query.email}, auth=KEYS.part("email_key"))
        status = verdict(reply)
        return Hit(rename(reply.json, CHECKED), email_status=status) if status else Miss()

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=(
            "phone",
            "mobile_phone",
            "phone_status",
            "line_type",
            "carrier",
            "country",
            "region",
            "city",
            "time_zone",
        ),
        credits={"phone": 1},
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number."""
        params = {"phone": digits(query), "country": query.country}
        reply = yield Request("GET", PHONE, params=params, auth=KEYS.part("phone_key"))
        found = rename(reply.json, NUMBERED)
        valid = reply.get("phone_validation.is_valid")
        if not found and valid is None:
            return Miss()
        return Hit(named(query, found), phone_status={True: "valid", False: "invalid"}.get(valid, "unknown"))

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",)],
        gives=COMPANY_FIELDS,
        credits={"company": 1},
        charged="on_call",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain."""
        params = {"domain": query.company_domain}
        ask = Request("GET", COMPANY, params=params, auth=KEYS.part("company_key"))
        return one_call(ask, DESCRIBED, "company_name")


def verdict(reply: Reply) -> str | None:
    """Return our reading of status and flags, first match first; None where there is no status."""
    status = reply.get("email_deliverability.status")
    if not isinstance(status, str) or not status:
        return None
    status = status.lower()
    if status == "undeliverable":
        return "invalid"
    if reply.get("email_quality.is_disposable") is True:
        return "disposable"
    if reply.get("email_quality.is_catchall") is True:
        return "accept_all"
    return "valid" if status == "deliverable" else "unknown"


provider = AbstractAPI
