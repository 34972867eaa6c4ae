"""Gravatar: the public profile behind an e-mail address, with or without a key.

Facts: the vendor's OpenAPI 3.0.0 for the REST API v3 and its rate-limit notes (2026), Automattic/Gravatar-SDK-iOS.
Asked by the SHA-256 of the address: the address itself never leaves. Without a key some fields are missing (first and
last name, links, contacts) and 100 calls an hour are taken instead of the 1,000 declared; the rate headers say so in
time. Accounts go by the host of their URL, hidden ones are skipped. A profile with nothing but a picture is a miss. A
mobile number comes only where it is asked for by name.
"""

import hashlib
from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    OptionalKey,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Request,
    Steps,
    Tier,
    dig,
    listing,
    operation,
    page_size,
    rename,
    whole_number,
)
from leadenrich.providers._web import host

ADDRESS = [("email",), ("personal_email",)]
HOSTS = {
    "linkedin_url": (".linkedin.com",),
    "github_url": (".github.com",),
    "twitter_url": (".x.com", ".twitter.com"),
    "facebook_url": (".facebook.com",),
}
PROFILE = {
    "full_name": "display_name",
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "job_title",
    "headline": "description",
    "company_name": "company",
    "phone": "contact_info.work_phone",
    "email": "contact_info.email",
}

NUMBERS = {
    "mobile_phone": "contact_info.cell_phone",
    "phone": ["contact_info.work_phone", "contact_info.home_phone"],
}


class Gravatar(HTTPProvider):
    info = ProviderInfo(
        title="Gravatar",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://api.gravatar.com/v3",
        docs_url="https://docs.gravatar.com/rest-api/",
        auth=OptionalKey(Bearer()),
        rates=(Rate(1000, per=3600),),
        rate_headers=RateHeaders(
            limit="X-RateLimit-Limit", remaining="X-RateLimit-Remaining", reset="X-RateLimit-Reset", reset_as="epoch"
        ),
        established_in="US",
        summary="Public profiles and social accounts by e-mail address, free.",
    )

    @operation(
        Operation.ENRICH_PERSON,
        needs=ADDRESS,
        gives=(*PROFILE, *NUMBERS, *HOSTS),
        charged="free",
        confidence=80,
        confidence_reason="written by the address's owner, who proved to hold it",
    )
    def enrich_person(self, query: Query) -> Flow:
        """Read the profile behind an address."""
        profile = yield from self.profile(query)
        found = {**rename(profile, {**PROFILE, **NUMBERS}), **accounts(profile)}
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_SOCIAL_URLS,
        needs=ADDRESS,
        gives=tuple(HOSTS),
        charged="free",
        confidence=80,
        confidence_reason="accounts the address's owner has connected",
    )
    def find_social_urls(self, query: Query) -> Flow:
        """Read the accounts of the profile; the same call as enrich_person."""
        found = accounts((yield from self.profile(query)))
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_PHONE,
        needs=ADDRESS,
        gives=tuple(NUMBERS),
        charged="free",
        confidence=80,
        confidence_reason="published by the address's owner",
    )
    def find_phone(self, query: Query) -> Flow:
        """Read the numbers of the profile, where its owner publishes them; the same call as enrich_person."""
        profile = yield from self.profile(query)
        found = rename(
            profile,
            NUMBERS,
        )
        return Hit(found) if found else Miss()

    def profile(self, query: Query) -> Steps[Any]:
        """Read a profile; None where there is none."""
        address = str(query.email or query.personal_email).strip().lower()
        at = {"hash": hashlib.sha256(address.encode()).hexdigest()}
        reply = yield Request("GET", "/profiles/{hash}", at=at, expect=(200, 404))
        return reply.json if reply.status == 200 else None

    @operation(
        "profiles-by-account",
        needs=[("github_username",), ("gravatar_username", "gravatar_service")],
        uses=("limit", "cursor"),
        gives=("people", "next_cursor"),
        charged="free",
    )
    def profiles_by_account(self, query: Query) -> Flow:
        """List the profiles that have connected an account (experimental; needs a key)."""
        page, size = int(query.cursor or 1), page_size(query, 20, 50)
        name, service = query.github_username or query.gravatar_username, query.gravatar_service or "github"
        params = {"username": name, "service": service, "page": page, "per_page": size}
        reply = yield Request("GET", "/profiles/search/by-verified-account", params=params)
        read = ({**rename(item, PROFILE), **accounts(item)} for item in reply.items("profiles"))
        people = [found for found in read if found]
        pages = whole_number(reply.get("total_pages"))
        more = str(page + 1) if pages is not None and page < pages else None
        return Hit(people=people, next_cursor=more) if people else Miss()


def accounts(profile: Any) -> dict[str, str]:
    """Return the addresses of the accounts shown, by our words."""
    found: dict[str, str] = {}
    for one in [*listing(dig(profile, "verified_accounts")), *listing(dig(profile, "links"))]:
        url = "" if dig(one, "is_hidden") else dig(one, "url", "")
        for field, hosts in HOSTS.items():
            if f".{host(url)}".endswith(hosts):
                found.setdefault(field, str(url))
    return found


provider = Gravatar
