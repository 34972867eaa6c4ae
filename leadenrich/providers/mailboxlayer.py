"""mailboxlayer: e-mail checks by APILayer, which leave the verdict to the asker.

Facts: the vendor's OpenAPI on SwaggerHub, mailboxlayer.com/documentation and docs.apilayer.com; that `bulk_check` takes
`emails` and answers with a bare list comes from third parties' notes. There is no verdict field: ours is drawn from
the flags, in the order of `verdict`. Errors come as HTTP 200 with `success` false; `error.type` says which. The
catch-all test (`mailboxlayer_catch_all=True`) and `bulk_check` need higher plans; say which yours is in the
credentials (`plan: professional`) to have lists checked 25 at once. The limits declared are the free plan's.
"""

from typing import Any

from leadenrich.contract import (
    AllOf,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderError,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Request,
    Requests,
    Settings,
    Tier,
    bulk,
    by_echo,
    dig,
    echoed,
    operation,
    rename,
)
from leadenrich.errors import BY_CODE
from leadenrich.providers._verifiers import percent

CHECKED = {
    "email": "email",
    "is_free": "free",
    "is_disposable": "disposable",
    "is_role": "role",
    "confidence": ("score", percent),
}
TYPES = {
    "invalid_access_key": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "missing_access_key": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "inactive_user": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "account_on_hold": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "usage_limit_reached": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "rate_limit_reached": ErrorCode.PROVIDER_RATE_LIMIT,
    "function_access_restricted": ErrorCode.FEATURE_NOT_SUPPORTED,
    "https_access_restricted": ErrorCode.FEATURE_NOT_SUPPORTED,
    "catch_all_access_restricted": ErrorCode.FEATURE_NOT_SUPPORTED,
    "no_email_address_supplied": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "format_not_valid": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "invalid_email_address": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "invalid_api_function": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "bulk_limit_exceeded": ErrorCode.FEATURE_PARAMETERS_INVALID,
}


class Mailboxlayer(HTTPProvider):
    info = ProviderInfo(
        title="mailboxlayer",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://apilayer.net/api",
        docs_url="https://mailboxlayer.com/documentation",
        auth=AllOf(QueryKey("access_key", field="access_key"), Settings(optional=("plan",))),
        rates=(Rate(50, per=60),),
        prices=(Price("0.003", plan="Basic, 5,000 requests a month", as_of="2026"),),
        summary="E-mail checks: syntax, mail server, catch-all, role, disposable, free.",
    )

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("mailboxlayer_catch_all",),
        gives=("email", "email_status", "confidence", "is_free", "is_disposable", "is_role"),
        credits=1,
        charged="on_call",
    )
    def verify_email(self, query: Query) -> Flow:
        """Check one address."""
        extra = {"catch_all": 1} if query.mailboxlayer_catch_all else {}
        reply = yield Request("GET", "/check", params={"email": query.email, **extra})
        status = verdict(reply)
        return Hit(rename(reply.json, CHECKED), email_status=status) if status else Miss()

    @bulk("GET", "/check", max_items=25, group=lambda request: str((request.params or {}).get("catch_all")))
    def check_list(self, requests: Requests) -> Fold:
        """Check a list in one request, where the plan has that."""
        if self.settings.get("plan") not in ("professional", "enterprise"):
            return requests
        addresses = [(request.params or {})["email"] for request in requests]
        extra = {name: value for name, value in (requests[0].params or {}).items() if name != "email"}
        reply = yield Request("GET", "/bulk_check", params={"emails": ",".join(addresses), **extra})
        return by_echo(reply, map(str.lower, addresses), echoed(reply.items(), "email", str.lower), one)

    def classify(self, reply: Reply) -> Classified:
        """Read the error inside, whatever the status."""
        if reply.get("success") is not False:
            return None
        unknown = ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None  # else the HTTP status tells
        return TYPES.get(str(reply.get("error.type")), unknown)


def verdict(reply: Reply) -> str | None:
    """Return our reading of the flags, first match first; None where they are missing."""
    flags = {name: reply.get(name) for name in ("format_valid", "mx_found", "disposable", "smtp_check", "catch_all")}
    if flags["format_valid"] is None:
        return None
    if False in (flags["format_valid"], flags["mx_found"]):
        return "invalid"
    if flags["disposable"] is True:
        return "disposable"
    if flags["smtp_check"] is False:
        return "invalid"
    if flags["catch_all"] is True:
        return "accept_all"
    return "valid" if flags["smtp_check"] is True else "unknown"


def one(item: dict[str, Any]) -> dict[str, Any] | ProviderError:
    """Return one entry of a list, which has the shape of a single check; it may be an error of its own."""
    if item.get("success") is False:
        code = TYPES.get(str(dig(item, "error.type")), ErrorCode.PROVIDER_API_ERROR)
        return BY_CODE[code]("the vendor could not check this address")
    return item


provider = Mailboxlayer
