"""ZeroBounce: e-mail verification one by one or a hundred at once, e-mail finder, address formats, activity.

Facts: zerobounce.net/docs (v2 validate, batch, credits, activity, email-finder) and its own Python SDK, 2026. Errors
come with a 200: `error` when validating, `Message` (or `message`) from the finder, `Credits: "-1"` for a bad key, and
one sentence for a bad key and an empty account alike. Left out: bulk files (multipart uploads whose states are not
published).
"""

from typing import Any

from leadenrich.contract import (
    Account,
    AuthenticationError,
    BodyKey,
    Category,
    Classified,
    ErrorCode,
    FeatureParametersError,
    Flow,
    Fold,
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
    Requests,
    Tier,
    bulk,
    by_echo,
    echoed,
    one_call,
    operation,
    rename,
)

STATUS = {
    "valid": "valid",
    "invalid": "invalid",
    "catch-all": "accept_all",
    "unknown": "unknown",
    "spamtrap": "spamtrap",
    "abuse": "abuse",
}
DO_NOT_MAIL = {  # the status says only "do not mail"; why is in sub_status
    "disposable": "disposable",
    "role_based": "role",
    "role_based_catch_all": "role",
    "role_based_accept_all": "role",
    "possible_trap": "spamtrap",
    "possible_traps": "spamtrap",
    "toxic": "abuse",
    "global_suppression": "abuse",
}
VERDICT = {
    "email": "address",
    "is_free": "free_email",
    "mx_provider": "smtp_provider",
    "first_name": "firstname",
    "last_name": "lastname",
    "city": "city",
    "region": "region",
}
FIRM = {"company_domain": "domain", "company_name": "company_name"}
FOUND = {
    "email": "email",
    "email_status": ("status", STATUS),
    **FIRM,
    "zerobounce_email_confidence": ["email_confidence", "confidence"],
}
FORMAT = {
    "email_pattern": ("format", lambda word: None if word.lower() == "unknown" else word),  # which is free
    **FIRM,
    "zerobounce_confidence": "confidence",
    "zerobounce_other_formats": "other_domain_formats",
}


class ZeroBounce(HTTPProvider):
    info = ProviderInfo(
        title="ZeroBounce",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://api.zerobounce.net/v2",
        docs_url="https://www.zerobounce.net/docs/email-validation-api-quickstart/",
        auth=QueryKey("api_key"),
        rates=(
            Rate(80_000, per=10, on="GET /validate"),
            Rate(20, per=60, on="POST /validatebatch"),
            Rate(80_000, per=3600, on="GET /getcredits"),
        ),
        prices=(Price("0.0195", plan="smallest pack", as_of="2026-02-01"),),
        undocumented=("email-scoring",),
        established_in="US",
        summary="E-mail verification with reasons, an e-mail finder, address formats and activity.",
    )
    words = {("Credits", minus): ErrorCode.PROVIDER_AUTHENTICATION_FAILED for minus in ("-1", -1)}
    account = Account("/getcredits", remaining="Credits")

    def classify(self, reply: Reply) -> Classified:
        """Read the errors that come with a 200; a gateway's own statuses mean what they say."""
        whole_batch = [one for one in reply.items("errors") if str(one.get("email_address")).lower() == "all"]
        said = next((text for word in ("error", "Message", "message") if (text := reply.get(word))), None)
        said = said or (whole_batch and whole_batch[0].get("error"))
        if reply.status != 200 or not said:
            return None
        if "api key" in str(said).lower():
            return AuthenticationError("refused the key, or the account has no credits: one sentence for both")
        if "credit" in str(said).lower():
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.PROVIDER_API_ERROR

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("ip",),
        gives=("email_status", "is_disposable", "is_role", *VERDICT),
        credits=1,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; "unknown" is free."""
        reply = yield Request("GET", "/validate", params={"email": query.email, "ip_address": query.ip or ""})
        word, reason = (str(reply.get(path, "")).strip().lower() for path in ("status", "sub_status"))
        if not word:
            return Miss()
        status = DO_NOT_MAIL.get(reason, "invalid") if word == "do_not_mail" else STATUS.get(word, "unknown")
        found = {**rename(reply.json, VERDICT), "email_status": status}
        if status == "unknown":
            return Hit(found, credits=0)
        why = DO_NOT_MAIL.get(reason)
        return Hit({**found, "is_disposable": why == "disposable", "is_role": why == "role"})

    @bulk("GET", "/validate", max_items=100)
    def validatebatch(self, requests: Requests) -> Fold:
        """Verify a hundred at once; verdicts and errors carry the address, in any order."""
        asked = [dict(request.params or {}) for request in requests]
        batch = {"email_batch": [{"email_address": one["email"], "ip_address": one["ip_address"]} for one in asked]}
        reply = yield Request("POST", "/validatebatch", json=batch, auth=BodyKey("api_key"), weight=len(asked))
        said: dict[str, Any] = {}
        for one in reply.items("errors"):
            ill_formed = FeatureParametersError("the address was refused as ill-formed", status=reply.status)
            said[str(one.get("email_address")).lower()] = ill_formed
        said |= echoed(reply.items("email_batch"), "address", str.lower)
        return by_echo(reply, [one["email"].lower() for one in asked], said)

    @operation(
        Operation.FIND_EMAIL,
        needs=[("first_name", "company_domain"), ("first_name", "company_name")],
        uses=("last_name", "zerobounce_middle_name"),
        gives=tuple(FOUND),
        credits=20,
        confidence=60,
        confidence_reason="stated as a word (high, medium, low), not as a score",
    )
    def find_email(self, query: Query) -> Flow:
        """Guess a work e-mail from the company's format; 20 credits where it finds one."""
        asked = {**company(query), **query.pick("first_name", "last_name", middle_name="zerobounce_middle_name")}
        return one_call(Request("GET", "/guessformat", params=asked), FOUND, "email")

    @operation("email-format", needs=[("company_domain",), ("company_name",)], gives=tuple(FORMAT), credits=20)
    def email_format(self, query: Query) -> Flow:
        """Tell the format of a company's addresses, such as first.last."""
        return one_call(Request("GET", "/guessformat", params=company(query)), FORMAT, "email_pattern")

    @operation("email-activity", needs=[("email",)], gives=("zerobounce_active_in_days",))
    def email_activity(self, query: Query) -> Flow:
        """Tell within how many days an address was last active ("30" ... "365+")."""
        ask = Request("GET", "/activity", params={"email": query.email})
        return one_call(ask, {"zerobounce_active_in_days": "active_in_days"})


def company(query: Query) -> dict[str, Any]:
    """Return how a company is named: by domain or by name, never both."""
    return query.pick(domain="company_domain") or query.pick("company_name")


provider = ZeroBounce
