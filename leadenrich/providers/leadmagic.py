"""LeadMagic: e-mails, mobiles, profiles, companies, funding, ads and people search, each reply with its own price.

Facts: leadmagic.io/docs (v1 reference, people search v3) and LeadMagic's own skills repository (2026-08; where the two
differ, the newer, and of names both forms are read); employees, jobs and the details of an ad by its OpenAPI repository
(2026-04). Every reply states `credits_consumed`. A miss is free, with a 200 or a 404; a 403 is a plan's gate. Ads are 1
credit a search or 1 an ad, by page. Left out: bulk jobs, whose states are not published, and the endpoints whose paths
or replies no page shows (technographics, competitors, look-alikes, job changes).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Steps,
    Support,
    Tier,
    added,
    capitalised,
    first,
    listing,
    operation,
    page_size,
    pluck,
    present,
    rename,
)
from leadenrich.errors import ErrorCode

STATUS = {
    "valid": "valid",
    "valid_catch_all": "accept_all",
    "catch_all": "accept_all",
    "invalid": "invalid",
    "unknown": "unknown",
}
EMPLOYER = {
    "company_name": ["company_name", "company.name"],
    "industry": "company_industry",
    "employee_range": "company_size",
    "founded_year": "company_founded",
    "company_type": "company_type",
    "mx_provider": "mx_provider",
    "company_linkedin_url": [
        (name, lambda text: page(text))
        for name in ("company_linkedin_url", "company_profile_url", "company.linkedin_url")
    ],
}
FOUND = {
    "email": "email",
    "email_status": ("status", STATUS),
    "first_name": "first_name",
    "last_name": "last_name",
    "company_domain": "domain",
    **EMPLOYER,
}
VERDICT = {
    "email": "email",
    "email_status": [("email_status", STATUS), ("status", STATUS)],
    "company_domain": "company.domain",
    **EMPLOYER,
}
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "title": ["professional_title", "job_title"],
    "company_name": "company_name",
    "company_domain": "company_website",
    "country": "country",
    "linkedin_url": ("profile_url", lambda text: profile(text)),
    "city": ("location", lambda text: text.split(",")[0] if "," in text else None),
}
COMPANY = {
    "company_name": ["companyName", "company_name"],
    "company_domain": ["company_domain", "websiteUrl", "website_url"],
    "industry": "industry",
    "employee_count": ["employeeCount", "employee_count"],
    "employee_range": [
        (name, lambda found: span(found))
        for name in ("employeeCountRange", "employeeRange", "employee_count_range", "employee_range")
    ],
    "founded_year": ["foundedOn.year", "founded.year", "founded_on.year", "founded_year", "founded"],
    "city": ["headquarter.city", "headquarters.city", ("locations", lambda offices: seat(offices)["city"])],
    "region": [
        "headquarter.geographicArea",
        "headquarters.state",
        ("locations", lambda offices: first(seat(offices).get("geographicArea"), seat(offices).get("geographic_area"))),
    ],
    "country": ["headquarter.country", "headquarters.country", ("locations", lambda offices: seat(offices)["country"])],
    "annual_revenue_usd": "revenue",
    "funding_total_usd": "total_funding",
    "funding_stage": "last_funding_round",
    "last_funding_at": "last_funding_date",
    "company_type": "ownership_status",
    "description": "description",
    "logo_url": "logo_url",
    "company_linkedin_url": [("b2b_profile_url", lambda text: page(text)), "url"],
    "twitter_url": "twitter_url",
    "facebook_url": "facebook_url",
}
FUNDING = {
    "company_name": "basicInfo.companyName",
    "company_domain": "basicInfo.primaryDomain",
    "description": "basicInfo.description",
    "founded_year": "basicInfo.founded",
    "phone": "basicInfo.phone",
    "company_type": "basicInfo.ownership",
    "city": "basicInfo.headquarters.city",
    "region": "basicInfo.headquarters.state",
    "country": "basicInfo.headquarters.country",
    "industry": "industryAndSectors.industries.0",
    "funding_total_usd": "financialInfo.totalFunding",
    "funding_stage": ["financialInfo.lastFundingRound.round", "fundingHistory.0.round"],
    "last_funding_at": ["financialInfo.lastFundingRound.date", "fundingHistory.0.date"],
    "investors": ("fundingHistory", lambda rounds: [name for one in pluck(rounds, "investors") for name in one]),
    "annual_revenue_usd": "financialInfo.revenue",
    "employee_count": "companySize.employees",
    "employee_range": "companySize.employeeRange",
}
LEVELS = {"c_suite": "C-Team"}  # as the vendor's own recipes have it; the whole list is on no page that could be read
LISTED = {  # the person as the current page nests it, then as the earlier one lists it
    "full_name": ["contact_full_name", "full_name"],
    "first_name": "first_name",
    "last_name": "last_name",
    "title": ["contact_job_title", "title"],
    "company_domain": "company_domain",
    "company_name": "company_name",
    "email": "contact_email",
    "linkedin_url": [("contact_linkedin_url", lambda text: profile(text)), ("profile_url", lambda text: profile(text))],
    "headline": "headline",
    "seniority": ["contact_job_level", "job_level"],
    "department": ["contact_job_function", "job_function"],
    "country": "country_code",
}
ADS = {
    "id": ["creative_id", "adArchiveID", "ad_archive_id", "ad_id", "link"],
    "advertiser": ["advertiser_name", "pageName", "page_name", "company_name"],
    "title": ["ad_title", "snapshot.title"],
    "text": ["ad_description", "content", "snapshot.body.markup.__html", "snapshot.body.markup"],
    "url": ["ad_url", "original_url", "snapshot.link_url"],
    "started_at": ["start", ("startDate", lambda moment: day(moment))],
    "last_seen_at": ["last_seen", ("endDate", lambda moment: day(moment))],
}
DETAILS = {
    "id": "ad_id",
    "advertiser": ["advertiser.name", "advertiser", "company_name"],
    "title": ["headline", "ad_title"],
    "text": ["content", "ad_description"],
    "url": "ad_url",
    "started_at": ["started_running", "campaign_info.start_date"],
    "last_seen_at": "campaign_info.end_date",
    "impressions": "impressions",
}
EMPLOYEE = {"first_name": "first_name", "last_name": "last_name", "title": "title", "company_name": "company_name"}
JOB = {
    "title": "title",
    "url": "application_url",
    "company_name": "company.name",
    "website": "company.website_url",
    "location": "location",
    "remote": "has_remote",
    "level": "experience_level",
    "published_at": "published",
    "description": "description",
}
NETWORKS = {"google": "runs_google_ads", "meta": "runs_facebook_ads", "b2b": "runs_linkedin_ads"}
OFTEN = ("email-finder", "email-validation", "personal-email-finder", "mobile-finder")
SELDOM = ("profile-search", "role-finder", "b2b-profile")
BY_COMPANY = [("company_domain",), ("company_name",)]


EACH = {"google": Decimal("0.2"), "meta": Decimal("0.2"), "b2b": Decimal(1)}
"""Credits for one ad of a network, as the documented samples state them."""


EMPLOYEE_PRICE = Decimal("0.05")


def most(*networks: str) -> Callable[[Query], Decimal]:
    """Return what the ads of some networks cost at most."""
    return lambda query: sum((EACH[network] for network in networks), Decimal(0)) * int(query.limit or 10)


class LeadMagic(HTTPProvider):
    info = ProviderInfo(
        title="LeadMagic",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.leadmagic.io",
        docs_url="https://leadmagic.io/docs",
        auth=HeaderKey("X-API-Key"),
        rates=(
            *(Rate(3000, per=60, on=f"POST /v1/people/{name}") for name in OFTEN),
            *(Rate(300, per=60, on=f"POST /v1/people/{name}") for name in SELDOM),
            Rate(1500, per=60, on="POST /v1/people/b2b-profile-email"),
            Rate(300, per=60, on="POST /v1/companies/company-search"),
            Rate(300, per=60, on="POST /v1/companies/company-funding"),
            *(Rate(1500, per=60, on=f"POST /v1/ads/{name}-ads-search") for name in NETWORKS),
            Rate(3000, per=60, on="POST /v1/people/employee-finder"),
            Rate(3000, per=60, on="POST /v1/ads/b2b-ads-details"),
            Rate(100, per=60, on="POST /v1/jobs/jobs-finder"),
        ),
        rate_headers=RateHeaders(remaining="ratelimit-remaining", reset="ratelimit-reset", limit="ratelimit-limit"),
        prices=(Price("0.0245", plan="$49 for 2,000 credits a month", as_of="2026-07-01"),),
        undocumented=(
            "technographics",
            "competitors",
            "lookalikes",
            "job-change",
            "bulk-jobs",
        ),
        summary="E-mails, mobiles, profiles, companies, funding and ads; misses are free.",
    )
    errors = {403: ErrorCode.FEATURE_NOT_SUPPORTED}
    account = Account("/v1/credits", remaining="credits")

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("first_name", "last_name", "company_domain"),
            ("full_name", "company_domain"),
            ("first_name", "last_name", "company_name"),
            ("full_name", "company_name"),
            ("linkedin_url",),
        ],
        gives=(*FOUND, "linkedin_url"),
        credits=1,
        max_credits=lambda query: 1 if by_name(query) else 5,
        confidence=85,
        confidence_reason="an address found by profile comes without a status",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by name and company for 1 credit, else by profile for 5."""
        if asked := by_name(query):
            return bought("/v1/people/email-finder", asked, FOUND, 1, "email")
        fields = {"email": ["email", "work_email"], "linkedin_url": PERSON["linkedin_url"]}
        return bought("/v1/people/b2b-profile-email", {"profile_url": query.linkedin_url}, fields, 5, "email")

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=tuple(VERDICT), credits=Decimal("0.25"))
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; a verdict is charged, an unknown or an unproven catch-all is not."""
        reply = yield ask("/v1/people/email-validation", query.pick("email"))
        found = rename(reply.json, VERDICT)
        said = str(first(reply.get("email_status"), reply.get("status"))).lower()
        definite = said in ("valid", "valid_catch_all", "invalid")
        return Hit(found, credits=spent(reply, "0.25" if definite else 0)) if "email_status" in found else Miss()

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",), ("email",), ("personal_email",)],
        gives=("mobile_phone",),
        credits=5,
        confidence=80,
        confidence_reason="stated as a mobile, without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number by profile, work e-mail or personal e-mail."""
        asked = query.pick("personal_email", profile_url="linkedin_url", work_email="email")
        return bought("/v1/people/mobile-finder", asked, {"mobile_phone": "mobile_number"}, 5)

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=[("linkedin_url",)],
        credits=2,
        confidence=75,
        confidence_reason="stated without a status or a score",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail by profile."""
        fields = {"personal_email": ["personal_email", "first_personal_email", "personal_emails.0"]}
        return bought("/v1/people/personal-email-finder", {"profile_url": query.linkedin_url}, fields, 2)

    @operation(Operation.FIND_LINKEDIN, needs=[("email",), ("personal_email",)], credits=10)
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind an address."""
        asked = query.pick(work_email="email") or query.pick("personal_email")
        return bought("/v1/people/b2b-profile", asked, {"linkedin_url": PERSON["linkedin_url"]}, 10)

    @operation(Operation.ENRICH_PERSON, needs=[("linkedin_url",)], gives=tuple(PERSON), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe the person behind a profile."""
        more = PERSON.keys() - {"linkedin_url"}
        return bought("/v1/people/profile-search", {"profile_url": query.linkedin_url}, PERSON, 1, *more)

    @operation(
        "role-finder", needs=[("title", "company_domain"), ("title", "company_name")], gives=tuple(PERSON), credits=2
    )
    def role_finder(self, query: Query) -> Flow:
        """Find who holds a job title at a company."""
        asked = {"job_title": query.title, **named(query)}
        return bought("/v1/people/role-finder", asked, PERSON, 2, "linkedin_url", "full_name")

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
        uses=("title", "seniority", "department", "full_name", "query", "filters", "limit", "page_size", "cursor"),
        gives=("people", "next_cursor"),
        credits=1,
        max_credits=lambda query: limit(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search a company's people, 1 credit each; contact data is never unlocked here."""
        who = {
            "contact_job_level": listing(LEVELS.get(str(query.seniority), capitalised(query.seniority))),
            "contact_job_function": listing(capitalised(query.department)),
            "contact_full_name": listing(query.full_name),
        }
        one = query.pick("company_domain") or query.pick(linkedin_url="company_linkedin_url")
        body = {
            **(one or query.pick("company_name")),
            **query.pick("query", "cursor"),
            "titles": listing(query.title),
            "people_filters": present(who),
            **(query.filters or {}),
            "limit": limit(query),
            "preview": False,
            "include_contact_details": False,
        }
        reply = yield ask("/v3/people/search", present(body))
        people = [listed(item) for item in reply.items("people")]
        if not people:
            return Miss()
        more = reply.get("next_cursor") if reply.get("has_more", True) else None
        return Hit({"people": people, "next_cursor": more}, credits=spent(reply, len(people)))

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",), ("company_name",)],
        gives=tuple(COMPANY),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        asked = query.pick("company_domain") or query.pick(profile_url="company_linkedin_url") or named(query)
        return bought("/v1/companies/company-search", asked, COMPANY, 1, "company_name")

    @operation(Operation.FIND_FUNDING, needs=BY_COMPANY, gives=tuple(FUNDING), credits=4)
    def find_funding(self, query: Query) -> Flow:
        """Say what a company has raised."""
        return bought("/v1/companies/company-funding", named(query), FUNDING, 4, "company_name")

    @operation(
        Operation.CHECK_ADS,
        needs=BY_COMPANY,
        uses=("limit",),
        gives=(*NETWORKS.values(), "ads"),
        credits=sum(EACH.values()),
        max_credits=most(*EACH),
    )
    def check_ads(self, query: Query) -> Flow:
        """Look for a company's ads on Google, Meta and LinkedIn; no ads is an answer, and free."""
        found: dict[str, Any] = {"ads": []}
        paid: list[Any] = []
        for network in NETWORKS:
            said, cost = yield from self.ads(query, network)
            found = {**found, **said, "ads": found["ads"] + said.get("ads", [])}
            paid.append(cost)
        return Hit(found, credits=added(*paid)) if len(found) > 1 else Miss()

    @operation(
        "google-ads",
        needs=BY_COMPANY,
        uses=("limit",),
        gives=("runs_google_ads", "ads"),
        credits="0.2",
        max_credits=most("google"),
    )
    def google_ads(self, query: Query) -> Flow:
        """Look for a company's ads on Google."""
        return self.listed(query, "google")

    @operation(
        "meta-ads",
        needs=BY_COMPANY,
        uses=("limit",),
        gives=("runs_facebook_ads", "ads"),
        credits="0.2",
        max_credits=most("meta"),
    )
    def meta_ads(self, query: Query) -> Flow:
        """Look for a company's ads on Facebook and Instagram."""
        return self.listed(query, "meta")

    @operation(
        "linkedin-ads",
        needs=BY_COMPANY,
        uses=("limit",),
        gives=("runs_linkedin_ads", "ads"),
        credits=1,
        max_credits=most("b2b"),
    )
    def linkedin_ads(self, query: Query) -> Flow:
        """Look for a company's ads on LinkedIn."""
        return self.listed(query, "b2b")

    def listed(self, query: Query, network: str) -> Flow:
        """List the ads of one network."""
        found, cost = yield from self.ads(query, network)
        return Hit(found, credits=cost) if found else Miss()

    def ads(self, query: Query, network: str) -> Steps[tuple[dict[str, Any], Any]]:
        """Ask one network's ad library and say what it cost; an empty list is an answer, a 404 is none."""
        body = {**named(query), "limit": int(query.limit or 10)}
        reply = yield ask(f"/v1/ads/{network}-ads-search", body)
        if not isinstance(reply.get("ads"), list):
            return {}, 0
        ads = [{"network": network, **rename(item, ADS)} for item in reply.items("ads")]
        return {NETWORKS[network]: bool(ads), "ads": ads}, spent(reply, EACH[network] * len(ads))

    @operation("ad-details", needs=[("url",)], gives=("ads",), credits=2, support=Support.INFERRED)
    def ad_details(self, query: Query) -> Flow:
        """Describe one ad on LinkedIn by its page in the ad library; of its parts the names alone are published."""
        reply = yield ask("/v1/ads/b2b-ads-details", {"ad_url": query.url})
        ad = rename(reply.json, DETAILS) if reply.status == 200 else {}
        return Hit(ads=[{"network": "b2b", **ad}], credits=spent(reply, 2)) if ad else Miss()

    @operation(
        "employee-finder",
        needs=BY_COMPANY,
        uses=("limit",),
        gives=("people", "total"),
        credits=EMPLOYEE_PRICE,
        max_credits=lambda query: EMPLOYEE_PRICE * int(query.limit or 10),
    )
    def employee_finder(self, query: Query) -> Flow:
        """List employees of a company, twenty a credit."""
        reply = yield ask("/v1/people/employee-finder", {**named(query), "limit": int(query.limit or 10)})
        people = [rename(item, EMPLOYEE) for item in reply.items("employees") or reply.items("data")]
        if not people:
            return Miss()
        return Hit(
            {"people": people, "total": reply.get("total_count")}, credits=spent(reply, EMPLOYEE_PRICE * len(people))
        )

    @operation(
        "jobs-finder",
        needs=[("company_name",), ("company_domain",), ("title",)],
        uses=("location", "filters", "limit", "page_size", "cursor"),
        gives=("leadmagic_jobs", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: int(query.page_size or query.limit or 10),
    )
    def jobs_finder(self, query: Query) -> Flow:
        """Search job postings, a credit each; `filters` holds LeadMagic's own (country_id, posted_within, ...)."""
        asked = query.pick("company_name", "location", company_website="company_domain", job_title="title")
        page, size = int(query.cursor or 1), int(query.page_size or query.limit or 10)
        body = {**asked, **(query.filters or {}), "page": page, "per_page": size}
        reply = yield ask("/v1/jobs/jobs-finder", body)
        jobs = [rename(item, JOB) for item in reply.items("results")]
        if not jobs:
            return Miss()
        pages = reply.get("total_pages")
        more = str(page + 1) if isinstance(pages, int) and page < pages else None
        found = {"leadmagic_jobs": jobs, "total": reply.get("total_count"), "next_cursor": more}
        return Hit(found, credits=spent(reply, len(jobs)))


def ask(path: str, body: dict[str, Any]) -> Request:
    """Return a request; 404 means nothing found."""
    return Request("POST", path, json=body, expect=(200, 404))


def bought(path: str, body: dict[str, Any], fields: dict[str, Any], usual: int, *wanted: str) -> Flow:
    """Ask once: a hit at the price the reply states, else the usual one, where it holds some of what is wanted."""
    reply = yield ask(path, body)
    found = rename(reply.json, fields)
    return Hit(found, credits=spent(reply, usual)) if any(word in found for word in wanted or fields) else Miss()


def spent(reply: Reply, usual: int | str | Decimal) -> Any:
    """Return what a reply says it cost, else the list price."""
    return reply.get("credits_consumed", usual)


def by_name(query: Query) -> dict[str, Any]:
    """Return the question by name and company, or nothing where either is lacking."""
    name = query.pick("first_name", "last_name")
    name = name if len(name) == 2 else query.pick("full_name")
    employer = query.pick("company_name", domain="company_domain")
    return {**name, **employer} if name and employer else {}


def named(query: Query) -> dict[str, Any]:
    """Return the company: by domain, else by name."""
    return query.pick("company_domain") or query.pick("company_name")


def listed(item: dict[str, Any]) -> dict[str, Any]:
    """Return one person of a search, in either of the published layouts."""
    inner = item.get("person")
    found = rename(inner if isinstance(inner, dict) else item, LISTED)
    return {**rename(item.get("company"), {word: word for word in ("company_name", "company_domain")}), **found}


def profile(text: str) -> str:
    """Return a profile's URL, which comes whole, without a scheme, or as the bare slug."""
    return f"https://www.linkedin.com/in/{text.rstrip('/').rsplit('/', 1)[-1]}"


def page(text: str) -> str:
    """Return a company's page, which comes whole, without a scheme, or as the bare slug."""
    return f"https://www.linkedin.com/company/{text.rstrip('/').rsplit('/', 1)[-1]}"


def seat(offices: Any) -> dict[str, Any]:
    """Return the office that is marked as the head one."""
    return next(office for office in offices if office.get("headquarter"))


def day(moment: Any) -> str:
    """Return a date of a number of seconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


def span(found: Any) -> str | None:
    """Return a head-count range, which comes as text or as an object with two ends."""
    if not isinstance(found, dict):
        return str(found)
    low, high = found.get("start"), found.get("end")
    return f"{low}-{high}" if low and high else f"{low}+" if low else None


def limit(query: Query) -> int:
    """Return how many people are asked for: a page has 50 at most."""
    return page_size(query, 10, 50)


provider = LeadMagic
