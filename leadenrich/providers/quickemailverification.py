"""QuickEmailVerification: e-mail verification, one address at a time.

Facts: the vendor's own client for Python with its README (version 1.0.4: address, key, reply, statuses). Verdicts are
valid, invalid and unknown; that a valid address is disposable or its server takes any stands in flags beside it.
Flags come as true and false or as these words. What an "unknown" costs is not documented; every call is counted. What
is left stands in a header of each reply and nowhere else. The client uploads no lists; they are left out.
"""

from leadenrich.contract import (
    EMAIL_FIELDS,
    Category,
    Classified,
    ErrorCode,
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
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import yes

CHECKED = {
    "email": "email",
    "email_status": ("result", {"valid": "valid", "invalid": "invalid", "unknown": "unknown"}),
    "mx_provider": "mx_domain",
    "is_free": ("free", yes),
    "is_disposable": ("disposable", yes),
    "is_role": ("role", yes),
}


class QuickEmailVerification(HTTPProvider):
    info = ProviderInfo(
        title="QuickEmailVerification",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://api.quickemailverification.com/v1",
        docs_url="https://docs.quickemailverification.com",
        auth=HeaderKey("Authorization", "token "),
        summary="E-mail verification with accept-all, role and disposable flags.",
    )

    def classify(self, reply: Reply) -> Classified:
        """See a call that failed with a 200."""
        failed = reply.status == 200 and yes(reply.get("success")) is False
        return ErrorCode.PROVIDER_API_ERROR if failed else None

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=tuple(word for word in EMAIL_FIELDS if word != "confidence"),
        credits=1,
        charged="on_call",
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; a valid one at a throw-away domain or a server that takes any is called that."""
        reply = yield Request("GET", "/verify", params={"email": query.email})
        found = rename(reply.json, CHECKED)
        if "email_status" not in found:
            return Miss()
        if found["email_status"] == "valid":
            flags = {"disposable": found.get("is_disposable"), "accept_all": yes(reply.get("accept_all"))}
            found["email_status"] = next((status for status, flag in flags.items() if flag), "valid")
        return Hit(found)


provider = QuickEmailVerification
