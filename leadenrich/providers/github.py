"""GitHub: public profiles of people and organizations, with or without a token.

Facts: docs.github.com/rest (users, search, rate limits; API version 2022-11-28) and the replies recorded in PyGithub's
tests. Without a token 60 calls an hour and 10 searches a minute are taken instead of what is declared; the rate headers
say so in time. A 403 is a rate limit where those headers, Retry-After or the message say so. `/users/{login}` answers
for organizations too, and the e-mail search finds only addresses that people show on their profile. The birthday of an
account is not the company's. GitHub's terms restrict unsolicited mail to addresses gathered there.
"""

from datetime import UTC, datetime
from typing import Any

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
    OptionalKey,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Tier,
    one_call,
    operation,
    page_size,
    rename,
    whole_number,
)

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "leadenrich"}
FOUND = {"github_url": "html_url", "github_username": "login"}
ACCOUNT = {**FOUND, "twitter_url": ("twitter_username", lambda name: f"https://x.com/{name}")}
PERSON = {
    "full_name": "name",
    "email": "email",
    "company_name": ("company", lambda name: name.strip().removeprefix("@")),
    "headline": "bio",
    **ACCOUNT,
}
COMPANY = {
    "company_name": ["name", "login"],
    "description": "description",
    "website": "blog",
    "company_domain": "blog",
    "logo_url": "avatar_url",
    **ACCOUNT,
}
SEARCH = "GET /search/users"
PROFILES = ("GET /users/{login}", "GET /orgs/{login}")


class GitHub(HTTPProvider):
    info = ProviderInfo(
        title="GitHub",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://api.github.com",
        docs_url="https://docs.github.com/rest/users/users",
        auth=OptionalKey(Bearer("token")),
        rates=(Rate(5000, per=3600, on=PROFILES), Rate(30, per=60, on=SEARCH)),
        rate_headers=RateHeaders(
            limit="x-ratelimit-limit", remaining="x-ratelimit-remaining", reset="x-ratelimit-reset", reset_as="epoch"
        ),
        established_in="US",
        privacy_url="https://docs.github.com/site-policy/privacy-policies/github-general-privacy-statement",
        summary="Public profiles of developers and organizations, free.",
    )
    account = Account(
        "/rate_limit",
        headers=HEADERS,
        used="resources.core.used",
        remaining="resources.core.remaining",
        resets_at=("resources.core.reset", lambda epoch: datetime.fromtimestamp(epoch, UTC).isoformat()),
    )

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("github_username",), ("github_url",), ("email",), ("personal_email",)],
        gives=tuple(PERSON),
        charged="free",
        confidence=80,
        confidence_reason="written by the account's owner",
    )
    def enrich_person(self, query: Query) -> Flow:
        """Read the profile of an account, or of whoever shows an address on theirs."""
        login = username(query)
        if not login:
            email = query.email or query.personal_email
            listed = yield search(f"{email} in:email type:user", 1)
            if not (login := listed.get("items.0.login")):
                return Miss("no public profile shows that address")
        reply = yield Request("GET", "/users/{login}", at={"login": login}, headers=HEADERS, expect=(200, 404))
        found = rename(reply.json, PERSON) if reply.status == 200 and reply.get("type") in ("User", None) else {}
        return Hit(found) if found else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("github_username",), ("github_url",)],
        gives=tuple(COMPANY),
        charged="free",
        confidence=80,
        confidence_reason="written by the account's owner",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Read the profile of an organization."""
        at = {"login": username(query)}
        return one_call(Request("GET", "/orgs/{login}", at=at, headers=HEADERS, expect=(200, 404)), COMPANY)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("full_name",), ("query",)],
        uses=("city", "location", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged="free",
    )
    def search_people(self, query: Query) -> Flow:
        """Find accounts by name; names are not in the answer, one profile call each brings them."""
        text = f"{query.full_name} in:name" if query.full_name else str(query.query)
        place = query.location or query.city
        where = f' location:"{place}"' if place else ""
        return self.accounts(query, f"{text}{where} type:user", "people", FOUND)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("query",)],
        uses=("limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Find organizations by name."""
        text = f"{query.company_name} in:name" if query.company_name else str(query.query)
        fields = {**FOUND, "company_name": "login", "logo_url": "avatar_url"}
        return self.accounts(query, f"{text} type:org", "companies", fields)

    def accounts(self, query: Query, text: str, kind: str, fields: dict[str, Any]) -> Flow:
        """Read one page of a search; GitHub shows the first 1,000 hits alone."""
        page, size = int(query.cursor or 1), page_size(query, 30, 100)
        reply = yield search(text, size, page)
        items = [rename(item, fields) for item in reply.items("items")]
        total = whole_number(reply.get("total_count"))
        more = total is not None and page * size < min(total, 1000)
        listed: dict[str, Any] = {kind: items, "total": total, "next_cursor": str(page + 1) if more else None}
        return Hit(listed) if items else Miss()

    def classify(self, reply: Reply) -> Classified:
        """Tell the 403 of a rate limit from others."""
        if reply.status != 403:
            return None
        limited = reply.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in reply.headers
        said = str(reply.get("message", "")).lower()
        limited = limited or "rate limit" in said or "abuse detection" in said
        return ErrorCode.PROVIDER_RATE_LIMIT if limited else None


def search(text: str, size: int, page: int = 1) -> Request:
    """Return the request for one page of accounts."""
    return Request("GET", "/search/users", params={"q": text, "per_page": size, "page": page}, headers=HEADERS)


def username(query: Query) -> str | None:
    """Return the account's name, given as such or as a URL."""
    if query.github_username:
        return str(query.github_username)
    return str(query.github_url).rstrip("/").rsplit("/", 1)[-1] if query.github_url else None


provider = GitHub
