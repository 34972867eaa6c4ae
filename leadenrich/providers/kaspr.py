"""Kaspr: e-mails and phone numbers of LinkedIn profiles.

Facts: help.kaspr.io articles 8857583 and 8800588 as quoted by others, and several independent integrations that cite
kaspr.stoplight.io/docs/kaspr-api; the vendor's reference itself was not to be read, hence inferred. The profile goes by
its slug; a whole URL is answered with 500, as an unknown name in `dataToGet` is. `requiredData` keeps a profile without
the wanted field free. Most integrations call the private address `directEmail`, one `personalEmail`. Kaspr does not
type its numbers. Masked values (j***@...) come to keys without credits and are left out.
"""

from leadenrich.contract import (Bearer, Category, Classified, ErrorCode, Flow, Hit, HTTPProvider, Miss, Operation,
                                 ProviderInfo, Query, Quota, QuotaFlow, Rate, Reply, Request, Support, Tier, operation,
                                 rename)  # fmt: skip

HEADERS = {"accept-version": "v2.0"}
NEEDS = (("linkedin_url",),)
NAMES = ("full_name", "first_name", "last_name")
PROFILE = {"full_name": "profile.name", "first_name": "profile.firstName", "last_name": "profile.lastName",
           "title": "profile.title", "company_name": "profile.company.name",
           "company_domain": "profile.company.domains.0", "industry": "profile.company.industryName"}  # fmt: skip


class Kaspr(HTTPProvider):
    info = ProviderInfo(
        title="Kaspr", category=Category.PHONE, tier=Tier.PRO, base_url="https://api.developers.kaspr.io",
        docs_url="https://kaspr.stoplight.io/docs/kaspr-api", auth=Bearer(), rates=(Rate(60, per=60),),
        support=Support.INFERRED, established_in="FR", summary="E-mails and phone numbers of LinkedIn profiles.",
    )  # fmt: skip
    errors = {500: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(Operation.FIND_PHONE, needs=NEEDS, uses=NAMES, gives=(*PROFILE, "mobile_phone"), credits={"phone": 1})
    def find_phone(self, query: Query) -> Flow:
        """Find a number."""
        reply = yield ask(query, "phone")
        return answer(reply, "mobile_phone", "starryPhone", "phones")

    @operation(Operation.FIND_EMAIL, needs=NEEDS, uses=NAMES, gives=(*PROFILE, "email", "email_status"),
               credits={"work_email": 1})  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a status comes only where the vendor has verified it."""
        reply = yield ask(query, "workEmail")
        hit = answer(reply, "email", "starryProfessionalEmail", "professionalEmails")
        if isinstance(hit, Miss):
            return hit
        good = [one.get("email") for one in reply.items("profile.emails") if one.get("valid") is True]
        return Hit(hit.data, email_status="valid" if hit["email"] in good else "unknown")

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=NEEDS, uses=NAMES, gives=(*PROFILE, "personal_email"),
               credits={"direct_email": 1}, confidence=70,
               confidence_reason="the vendor's best match, not graded")  # fmt: skip
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        reply = yield ask(query, "directEmail")
        return answer(reply, "personal_email", "starryPersonalEmail", "personalEmails")

    def classify(self, reply: Reply) -> Classified:
        """Tell an empty account, which is said under a 200 too."""
        empty = reply.get("profile") is None and "no credit" in str(reply.get("message", "")).lower()
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if empty else None

    def quota(self) -> QuotaFlow:
        """Read the credits left by kind; -1 is unlimited and left out."""
        reply = yield Request("GET", "/keys/remainingCredits", headers=HEADERS, paid=False)
        left = {"work_email": reply.get("workEmailCredits"), "phone": reply.get("phoneCredits")}
        return Quota(pools={kind: count for kind, count in left.items() if isinstance(count, int) and count >= 0})


def ask(query: Query, kind: str) -> Request:
    """Return the request for one kind of contact; the slug stands in for a name that is not known."""
    slug = str(query.linkedin_url).rstrip("/").rsplit("/", 1)[-1]
    body = {"id": slug, "name": query.name or slug, "dataToGet": [kind], "requiredData": [kind]}
    return Request("POST", "/profile/linkedin", json=body, headers=HEADERS, expect=(200, 404))


def answer(reply: Reply, field: str, best: str, rest: str) -> Hit | Miss:
    """Return the profile with its best contact of a kind."""
    others = reply.get(f"profile.{rest}")
    offered = [reply.get(f"profile.{best}"), *(others if isinstance(others, list) else [])]
    plain = [one for one in offered if isinstance(one, str) and one.strip() and "*" not in one]
    return Hit({**rename(reply.json, PROFILE), field: plain[0]}) if plain else Miss()


provider = Kaspr
