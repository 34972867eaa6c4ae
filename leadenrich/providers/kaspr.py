"""Kaspr: e-mails and phone numbers of LinkedIn profiles.

Facts: help.kaspr.io articles 8857583 and 8800588 as quoted by others, and several independent integrations that cite
kaspr.stoplight.io/docs/kaspr-api; the vendor's reference itself was not to be read, hence inferred. The profile goes by
its slug; a whole URL is answered with 500, as an unknown name in `dataToGet` is. `requiredData` keeps a profile without
the wanted field free. Most integrations call the private address `directEmail`, one `personalEmail`. Kaspr does not
type its numbers. Masked values (j***@...) come to keys without credits and are left out. Each kind has its own credits,
and 402 is about the kind asked for alone: phone numbers used up say nothing of work e-mails, which most plans have
without limit. That is why it is raised here and does not stop the rest.
"""

from leadenrich.contract import (
    Bearer,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    Reply,
    Request,
    Support,
    Tier,
    operation,
    rename,
)

HEADERS = {"accept-version": "v2.0"}
NEEDS = (("linkedin_url",),)
NAMES = ("full_name", "first_name", "last_name")
PROFILE = {
    "full_name": "profile.name",
    "first_name": "profile.firstName",
    "last_name": "profile.lastName",
    "title": "profile.title",
    "company_name": "profile.company.name",
    "company_domain": "profile.company.domains.0",
    "industry": "profile.company.industryName",
}
LEFT = {
    "work_email": "workEmailCredits",
    "direct_email": "personalEmailCredits",
    "phone": "phoneCredits",
    "export": "exportCredits",
}


class Kaspr(HTTPProvider):
    info = ProviderInfo(
        title="Kaspr",
        category=Category.PHONE,
        tier=Tier.PRO,
        base_url="https://api.developers.kaspr.io",
        docs_url="https://kaspr.stoplight.io/docs/kaspr-api",
        auth=Bearer(),
        rates=(Rate(60, per=60),),
        support=Support.INFERRED,
        established_in="FR",
        summary="E-mails and phone numbers of LinkedIn profiles.",
    )
    errors = {500: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(Operation.FIND_PHONE, needs=NEEDS, uses=NAMES, gives=(*PROFILE, "mobile_phone"), credits={"phone": 1})
    def find_phone(self, query: Query) -> Flow:
        """Find a number."""
        reply = yield ask(query, "phone")
        return answer(reply, "mobile_phone", "starryPhone", "phones", "phone")

    @operation(
        Operation.FIND_EMAIL,
        needs=NEEDS,
        uses=NAMES,
        gives=(*PROFILE, "email", "email_status"),
        credits={"work_email": 1},
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a status comes only where the vendor has verified it."""
        reply = yield ask(query, "workEmail")
        hit = answer(reply, "email", "starryProfessionalEmail", "professionalEmails", "professionalEmail")
        if isinstance(hit, Miss):
            return hit
        good = [one.get("email") for one in reply.items("profile.emails") if one.get("valid") is True]
        return Hit(hit.data, email_status="valid" if hit["email"] in good else "unknown")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=NEEDS,
        uses=NAMES,
        gives=(*PROFILE, "personal_email"),
        credits={"direct_email": 1},
        confidence=70,
        confidence_reason="the vendor's best match, not graded",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        reply = yield ask(query, "directEmail")
        return answer(reply, "personal_email", "starryPersonalEmail", "personalEmails", "personalEmail")

    def quota(self) -> QuotaFlow:
        """Read the credits left by kind; -1 is unlimited and left out."""
        reply = yield Request("GET", "/keys/remainingCredits", headers=HEADERS, paid=False)
        left = {kind: reply.get(path) for kind, path in LEFT.items()}
        return Quota(pools={kind: count for kind, count in left.items() if isinstance(count, int) and count >= 0})


def ask(query: Query, kind: str) -> Request:
    """Return the request for one kind of contact; the slug replaces a name that is not known."""
    slug = str(query.linkedin_url).rstrip("/").rsplit("/", 1)[-1]
    body = {"id": slug, "name": query.name or slug, "dataToGet": [kind], "requiredData": [kind]}
    return Request("POST", "/profile/linkedin", json=body, headers=HEADERS, expect=(200, 402, 404))


def answer(reply: Reply, field: str, best: str, rest: str, one: str) -> Hit | Miss:
    """Return the profile with its best contact of a kind.

    Raises:
        InsufficientCreditsError: no credits of this kind are left; said under a 200 too.
    """
    told = reply.get("profile") is None and "no credit" in str(reply.get("message", "")).lower()
    if reply.status == 402 or told:
        raise InsufficientCreditsError("the account has no credits left for this kind", status=reply.status)
    others = reply.get(f"profile.{rest}")
    offered = [reply.get(f"profile.{best}"), *(others if isinstance(others, list) else []), reply.get(f"profile.{one}")]
    plain = [text for text in offered if isinstance(text, str) and text.strip() and "*" not in text]
    return Hit({**rename(reply.json, PROFILE), field: plain[0]}) if plain else Miss()


provider = Kaspr
