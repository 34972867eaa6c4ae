"""People Data Labs: people and companies by whatever is known of them, one at a time, by the hundred, or searched.

Facts: docs.peopledatalabs.com (person enrichment, bulk, identify, search, company enrichment, errors, usage limits),
the vendor's OpenAPI, the official JS and Python SDKs. A miss is a 404 and free, but Identify takes its credit all the
same; a search takes one for each record. Finders say which field they need (`required`), so a record without it is a
free miss. Fields a plan does not include come as true or false and are left out. `likelihood` (1-10) says how surely it
is the person, nothing of an address. Values are lower-case unless asked for otherwise. The limits declared are the free
plan's. The price is a reported one, not confirmed. Left out: endpoints of which nothing but the path is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadenrich.contract import (
    PERSON_FIELDS,
    Category,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderError,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    country_name,
    echoed,
    listing,
    operation,
    page_size,
    pluck,
    present,
    rename,
    rows,
    ways_of,
)

SINGLE = ("GET /v5/person/enrich", "POST /v5/person/bulk")
COMPANIES = ("GET /v5/company/enrich", "POST /v5/company/enrich/bulk")
NAMED = tuple(
    (*name, company)
    for name in (("full_name",), ("first_name", "last_name"))
    for company in ("company_domain", "company_name")
)
WHO = (("linkedin_url",), ("email",), ("phone",), *NAMED)
ANYWHERE = (("full_name", "city"), ("full_name", "country"))
BESIDE = ("linkedin_url", "email", "phone", "city", "region", "country", "people_data_labs_min_likelihood")
LEVELS = {"c_suite": "cxo", "intern": "training", "founder": "owner", "head": "director"}
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "email": "work_email",
    "linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "github_url": "github_url",
    "facebook_url": "facebook_url",
    "headline": "headline",
    "title": "job_title",
    "seniority": "job_title_levels.0",
    "department": "job_title_role",
    "city": "location_locality",
    "region": "location_region",
    "country": "location_country",
    "company_name": "job_company_name",
    "company_domain": "job_company_website",
    "company_linkedin_url": "job_company_linkedin_url",
}
CONTACTS: dict[str, Any] = {
    "personal_email": ["recommended_personal_email", "personal_emails.0"],
    "mobile_phone": "mobile_phone",
    "phone": "phone_numbers.0",
}
COMPANY = {
    "company_name": ["display_name", "name"],
    "company_domain": "website",
    "website": "website",
    "company_linkedin_url": "linkedin_url",
    "description": "summary",
    "industry": "industry",
    "employee_count": "employee_count",
    "employee_range": "size",
    "founded_year": "founded",
    "company_type": "type",
    "city": "location.locality",
    "region": "location.region",
    "country": "location.country",
    "technologies": ("technologies_used", lambda used: pluck(used, "name")),
    "funding_total_usd": "total_funding_raised",
    "funding_stage": "latest_funding_stage",
    "last_funding_at": "last_funding_date",
    "investors": ("funding_details", lambda rounds: investors(rounds)),
    "naics": ("naics.0.naics_code", str),
    "sic": ("sic.0.sic_code", str),
    "twitter_url": "twitter_url",
    "facebook_url": "facebook_url",
    "ticker": "ticker",
}
FIRM = [("company_domain",), ("company_name",), ("company_linkedin_url",)]
WHERE = ("ticker", "city", "region", "country", "people_data_labs_min_likelihood")
KEYS = {"profile": "linkedin_url", "email": "email", "phone": "phone"}
"""What names one person, the surest first."""
PLACE = {"locality": "city", "region": "region"}
REQUIRED = (None, "work_email", "personal_emails", "mobile_phone", "linkedin_url")
"""What the finders require of a record."""
UNSCORED: dict[str, Any] = {"confidence": 70, "confidence_reason": "stated without a status or a score"}
FUNDING = ("company_name", "company_domain", "funding_total_usd", "funding_stage", "last_funding_at", "investors")


class PeopleDataLabs(HTTPProvider):
    info = ProviderInfo(
        title="People Data Labs",
        category=Category.MAJOR_DATA,
        tier=Tier.FREE,
        base_url="https://api.peopledatalabs.com",
        docs_url="https://docs.peopledatalabs.com",
        auth=HeaderKey("X-Api-Key"),
        rates=(
            Rate(100, per=60, on=SINGLE),
            Rate(10, per=60, on="POST /v5/person/search"),
            Rate(10, per=60, on="POST /v5/company/search"),
            Rate(10, per=60, on=COMPANIES),
        ),
        prices=(Price("0.28", plan="$98 for 350 credits, as reported", as_of="2026", pool="person"),),
        established_in="US",
        summary="People and company records, enrichment and search.",
    )
    errors = {405: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(
        Operation.ENRICH_PERSON,
        needs=(*WHO, *ANYWHERE),
        uses=BESIDE,
        gives=(*PERSON_FIELDS, *CONTACTS, "confidence"),
        credits={"person": 1},
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, contacts included."""
        return person(query, {**PERSON, **CONTACTS})

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO,
        uses=BESIDE,
        gives=(*PERSON_FIELDS, "confidence"),
        credits={"person": 1},
        **UNSCORED,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return person(query, PERSON, "email", "work_email")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        uses=BESIDE,
        gives=("personal_email", "full_name", "confidence"),
        credits={"person": 1},
        **UNSCORED,
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        fields = {"personal_email": CONTACTS["personal_email"], "full_name": "full_name"}
        return person(query, fields, "personal_email", "personal_emails")

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        uses=BESIDE,
        gives=("mobile_phone", "phone", "full_name", "confidence"),
        credits={"person": 1},
        **UNSCORED,
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number."""
        fields = {"mobile_phone": "mobile_phone", "phone": CONTACTS["phone"], "full_name": "full_name"}
        return person(query, fields, "mobile_phone", "mobile_phone")

    @operation(
        Operation.FIND_LINKEDIN,
        needs=(("email",), ("phone",), *NAMED),
        uses=BESIDE,
        gives=("linkedin_url", "full_name", "title", "company_name", "confidence"),
        credits={"person": 1},
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find a profile, through enrichment: unlike Identify it costs nothing where there is none."""
        fields = {field: PERSON[field] for field in ("linkedin_url", "full_name", "title", "company_name")}
        return person(query, fields, "linkedin_url", "linkedin_url")

    @operation(
        "identify",
        needs=(("email",), ("phone",), ("full_name",), ("first_name", "last_name")),
        uses=("company_domain", "company_name", "city", "region", "country", "linkedin_url"),
        gives=("people", *PERSON_FIELDS, "confidence"),
        credits={"identify": 1},
        charged="on_call",
    )
    def identify(self, query: Query) -> Flow:
        """List who may be meant, best first; the credit is taken for a miss too."""
        reply = yield Request("GET", "/v5/person/identify", params=everything(query), expect=(200, 404))
        people = [
            {**rename(shown(match.get("data")), PERSON), "confidence": match.get("match_score")}
            for match in reply.items("matches")
        ]
        return Hit(people[0], people=people) if people else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[*FIRM, ("ticker",)],
        uses=WHERE,
        gives=(*COMPANY, "confidence"),
        credits={"company": 1},
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; funding and technologies come with it."""
        return company(query, COMPANY)

    @operation(Operation.FIND_FUNDING, needs=FIRM, uses=WHERE, gives=(*FUNDING, "confidence"), credits={"company": 1})
    def find_funding(self, query: Query) -> Flow:
        """Say how a company is funded; the same call as enrich_company."""
        return company(query, {field: COMPANY[field] for field in FUNDING}, *FUNDING[2:])

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=FIRM,
        uses=WHERE,
        gives=("technologies", "company_name", "company_domain", "confidence"),
        credits={"company": 1},
    )
    def detect_technologies(self, query: Query) -> Flow:
        """Say what a company works with; the same call as enrich_company."""
        fields = {field: COMPANY[field] for field in ("technologies", "company_name", "company_domain")}
        return company(query, fields, "technologies")

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("company_name",), ("title",), ("country",), ("filters",)],
        uses=("seniority", "department", "city", "industry", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits={"person_search": 1},
        max_credits=lambda query: {"person_search": size(query)},
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, a credit for each record; `filters` is one more clause in Elasticsearch's words."""
        levels = [LEVELS.get(str(word), word) for word in listing(query.seniority)]
        terms = {
            "job_company_website": query.company_domain,
            "job_company_name": query.company_name,
            "job_title_levels": levels,
            "job_title_role": query.department,
            "industry": query.industry,
            "location_country": country_name(query.country),
            "location_locality": query.city,
        }
        title = {"match": {"job_title": query.title}} if query.title else None
        reply = yield page("/v5/person/search", query, terms, title)
        return listed(reply, "people", "person_search", PERSON)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("employee_range",), ("country",), ("company_name",), ("filters",)],
        uses=("city", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits={"company_search": 1},
        max_credits=lambda query: {"company_search": size(query)},
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, a credit for each record; `filters` is one more clause in Elasticsearch's words."""
        terms = {
            "industry": query.industry,
            "size": query.employee_range,
            "name": query.company_name,
            "location.country": country_name(query.country),
            "location.locality": query.city,
        }
        reply = yield page("/v5/company/search", query, terms)
        return listed(reply, "companies", "company_search", COMPANY)

    @bulk("GET", "/v5/person/enrich", max_items=100, group=lambda request: str((request.params or {}).get("required")))
    def many_people(self, requests: Requests) -> Fold:
        """Enrich up to 100 people in one call."""
        return many("/v5/person/bulk", requests)

    @bulk("GET", "/v5/company/enrich", max_items=100)
    def many_companies(self, requests: Requests) -> Fold:
        """Enrich several companies in one call; the limit is not stated, 100 is that for people."""
        return many("/v5/company/enrich/bulk", requests)


def asked(query: Query, *same: str, **renamed: str) -> dict[str, Any]:
    """Return what is known, in the vendor's words; it takes countries by name."""
    known = query.pick(*same, **renamed, min_likelihood="people_data_labs_min_likelihood")
    country = country_name(query.country) if "region" in renamed else None
    return {**known, **present({"country": country}), "titlecase": "true"}


def everything(query: Query) -> dict[str, Any]:
    """Return all that is known of a person."""
    named = {**KEYS, "name": "full_name", "company": "company_domain|company_name"}
    return asked(query, "first_name", "last_name", **named, **PLACE)


def ways(query: Query) -> list[dict[str, Any]]:
    """Return how a person may be named, the surest way first, each by itself: so another finder asks the same."""
    keys = [{**asked(query), **way} for way in ways_of(query, *({name: word} for name, word in KEYS.items()))]
    names = [query.pick("first_name", "last_name"), query.pick(name="full_name")]
    firms = [{"company": query[word]} for word in ("company_domain", "company_name") if query.get(word)]
    where = firms or [asked(query, **PLACE)]
    return [*keys, *({**asked(query), **name, **place} for name in names if name for place in where)]


def person(query: Query, fields: dict[str, Any], wanted: str = "", required: str | None = None) -> Flow:
    """Ask for a person, or for one of whom a field is known; a record that is at hand is not bought again."""
    named = ways(query)
    reply = yield record_of(named[0], required, [record_of(one, field) for one in named for field in REQUIRED])
    return found(reply, reply.get("data"), fields, "person", listing(wanted))


def record_of(whom: Mapping[str, Any], required: str | None, served_by: Iterable[Request] = ()) -> Request:
    """Return the request for a person's record, which may have to hold a field."""
    params = {**whom, "required": required}
    return Request("GET", "/v5/person/enrich", params=params, expect=(200, 404), served_by=served_by)


def company(query: Query, fields: dict[str, Any], *wanted: str) -> Flow:
    """Ask for a company; its record stands beside status and likelihood."""
    named = {"website": "company_domain", "name": "company_name", "profile": "company_linkedin_url"}
    params = asked(query, "ticker", **named, **PLACE)
    reply = yield Request("GET", "/v5/company/enrich", params=params, expect=(200, 404))
    return found(reply, reply.json, fields, "company", wanted)


def found(reply: Reply, record: Any, fields: dict[str, Any], pool: str, wanted: Sequence[str]) -> Hit | Miss:
    """Return a record; one that lacks what is wanted is a miss, though one that is paid."""
    if reply.get("status", reply.status) != 200:
        return Miss()
    known, likelihood = rename(shown(record), fields), reply.get("likelihood")
    if not any(word in known for word in wanted or known):
        return Miss(credits={pool: 1})
    says = isinstance(likelihood, int) and not isinstance(likelihood, bool)
    # It tells how surely the right person was found, and nothing about an address or a number.
    return Hit(known, confidence=likelihood * 10 if says and not known.keys() & {"email", *CONTACTS} else None)


def shown(record: Any) -> dict[str, Any]:
    """Return a record without the fields that the plan shows as true or false alone."""
    return {k: v for k, v in record.items() if not isinstance(v, bool)} if isinstance(record, dict) else {}


def investors(rounds: Any) -> list[str]:
    """Return every investing company once, in the order of the rounds."""
    named = [name for one in rounds if isinstance(one, dict) for name in one.get("investing_companies") or []]
    return list(dict.fromkeys(name for name in named if isinstance(name, str)))


def item(request: Request) -> dict[str, Any]:
    """Return one question of a bulk call; addresses, numbers and profiles go in lists there."""
    params = {k: v for k, v in (request.params or {}).items() if k not in ("required", "titlecase")}
    many = ("email", "phone", "profile") if request.path.startswith("/v5/person") else ()
    return {k: [v] if k in many else v for k, v in params.items()}


def many(path: str, requests: Requests) -> Fold:
    """Ask for many in one call; each record is in the shape of a single one, its question's row in the metadata."""
    asked = [{"metadata": {"row": row}, "params": item(request)} for row, request in enumerate(requests)]
    body = {"requests": asked, "titlecase": True}
    required = present({"required": (requests[0].params or {}).get("required")})
    reply = yield Request("POST", path, json={**body, **required})
    answers = echoed(reply.items(), "metadata.row") or dict(zip(rows(requests), reply.items(), strict=False))
    return by_echo(reply, rows(requests), answers, single)


def single(one: dict[str, Any]) -> dict[str, Any] | Reply | ProviderError:
    """Return one item, found or not; any other status is that item's error."""
    status = one.get("status")
    if status == 404:
        return Reply(404, json=one)
    return one if status == 200 else FeatureExecutionError(f"the bulk call failed for this one ({status})")


def size(query: Query) -> int:
    """Return how many records are asked for, at most 100."""
    return page_size(query, 10, 100)


def page(path: str, query: Query, terms: dict[str, Any], *more: Any) -> Request:
    """Return the request for one page: exact words in lower case, lists as alternatives, and whole clauses."""
    must: list[Any] = []
    for field, value in terms.items():
        words = [str(word).lower() for word in listing(value)]
        if words:
            must.append({"term": {field: words[0]}} if len(words) == 1 else {"terms": {field: words}})
    must += [clause for clause in (*more, query.filters) if clause]
    body = {"query": {"bool": {"must": must}}, "size": size(query), "titlecase": True}
    return Request("POST", path, json={**body, **query.pick(scroll_token="cursor")}, expect=(200, 404))


def listed(reply: Reply, kind: str, pool: str, fields: dict[str, Any]) -> Hit | Miss:
    """Return one page of a search, and what it cost."""
    items = [rename(shown(record), fields) for record in reply.items("data")] if reply.status == 200 else []
    if not items:
        return Miss()
    page = {kind: items, "total": reply.get("total"), "next_cursor": reply.get("scroll_token")}
    return Hit(page, credits={pool: len(items)})


provider = PeopleDataLabs
