"""Brave Search: a company's site, a person's profile, news, places, and answers from the web.

Facts: the vendor's skills repository (2026-04-08), its own client (2025-07-17), api-dashboard.search.brave.com (rate
limiting, API reference: errors come as `errors`, a list; its client reads one `error`); plans and prices from third
parties of 2026-09. Search and Answers are separate subscriptions with a key each: `answers_api_key` is used for
`research` where it is given. Quirks: a wrong key is a 422; a 429 is the second's limit, or the month's where the second
number of X-RateLimit-Remaining is 0. Citations of an answer come in streams only, so there are none.
"""

from typing import Any

from leadenrich.contract import (
    Auth,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    first,
    operation,
    page_size,
    place,
    pluck,
    rename,
)
from leadenrich.contract.auth import Outgoing, Secrets
from leadenrich.providers._models import answered, found_pages, most_tokens, output_tokens, spent, tokens, usual_tokens
from leadenrich.providers._web import is_own, own_page, profile, same_name, social_links

PLACE = {
    "name": "title",
    "address": "postal_address.displayAddress",
    "city": "postal_address.addressLocality",
    "region": "postal_address.addressRegion",
    "country": "postal_address.country",
    "phone": "contact.telephone",
    "website": "url",
    "rating": "rating.ratingValue",
    "rating_count": "rating.reviewCount",
    "place_id": "id",
    "industry": "categories.0",
}
NEWS = {"title": "title", "url": "url", "published_at": "page_age"}
NAMED = [("full_name", "company_name"), ("first_name", "last_name", "company_name")]
WORDS = ("country", "brave_search_language")
SAID = {
    "SUBSCRIPTION_TOKEN_INVALID": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "SUBSCRIPTION_NOT_FOUND": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "OPTION_NOT_IN_PLAN": ErrorCode.FEATURE_NOT_SUPPORTED,
    "USAGE_LIMIT_EXCEEDED": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "QUOTA_LIMITED": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
}


class PlanKey(Auth):
    """The key of a plan in the vendor's header; the Search key where the plan has none of its own."""

    fields = ("api_key", "answers_api_key")
    optional = frozenset({"answers_api_key"})

    def __init__(self, field: str = "api_key") -> None:
        self.field = field

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Set the header."""
        out.headers["X-Subscription-Token"] = secrets.get(self.field) or secrets["api_key"]


MODEL = "brave"
LIST = "https://brave.com/search/api"


class BraveSearch(HTTPProvider):
    info = ProviderInfo(
        title="Brave Search",
        category=Category.AI_RESEARCH,
        tier=Tier.BASIC,
        base_url="https://api.search.brave.com/res/v1",
        docs_url="https://api-dashboard.search.brave.com/documentation",
        auth=PlanKey(),
        rates=(
            Rate(50, per=1, on=("GET /web/search", "GET /news/search", "GET /local/pois")),
            Rate(2, per=1, on="POST /chat/completions"),
        ),
        prices=(
            Price("0.005", plan="Search, 5 USD per 1,000", as_of="2026-09"),
            Price("0.004", plan="Answers, 4 USD per 1,000", as_of="2026-09", pool="answers"),
            *tokens(
                "brave", read="5", written="5", as_of="2026-09", source="https://brave.com/search/api", batch=False
            ),
        ),
        established_in="US",
        privacy_url="https://search.brave.com/help/privacy-policy",
        summary="Web, news and local results of an index of its own, and answers.",
    )

    words = {(path, word): code for path in ("error.code", "errors.0.code") for word, code in SAID.items()}

    def classify(self, reply: Reply) -> Classified:
        """Tell the month's limit from the second's, both a 429, by the headers too."""
        left = [part.strip() for part in reply.headers.get("x-ratelimit-remaining", "").split(",")]
        limits = [part.strip() for part in reply.headers.get("x-ratelimit-limit", "").split(",")]
        if reply.status == 429 and left[1:2] == ["0"] and limits[1:2] != ["0"]:  # a limit of 0 is none
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return None

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=(*WORDS, "city"),
        gives=("company_domain", "website", "description", "company_linkedin_url", "twitter_url", "facebook_url"),
        credits=1,
        charged="on_call",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's own site: the one the info box names, else the first page that has the name."""
        words = " ".join(filter(None, (query.company_name, query.city)))
        reply = yield ask("/web/search", query, words, count=10, result_filter="web,infobox", text_decorations=False)
        box = first(*reply.items("infobox.results")) or {}
        known = same_name(query.company_name, box.get("title")) and is_own(box.get("website_url"))
        pages = [(item.get("url"), item.get("title")) for item in reply.items("web.results")]
        site = box["website_url"] if known else own_page(pages, query.company_name)
        if not site:
            return Miss()
        links = social_links([*pluck(box.get("profiles"), "url"), *(url for url, _ in pages)])
        more = rename(box, {"description": "description"}) if known else {}
        return Hit({**links, **more, "website": site, "company_domain": site, "confidence": 85 if known else 60})

    @operation(
        Operation.FIND_LINKEDIN,
        needs=NAMED,
        uses=WORDS,
        gives=("linkedin_url", "full_name"),
        credits=1,
        charged="on_call",
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find a person's LinkedIn profile: the name must be the same, the company named beside it makes it sure."""
        words = f"site:linkedin.com/in {query.name} {query.company_name}"
        reply = yield ask("/web/search", query, words, count=10, result_filter="web", text_decorations=False)
        pages = [(item.get("url"), item.get("title"), item.get("description")) for item in reply.items("web.results")]
        found = profile(pages, query.name, query.company_name)
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=(*WORDS, "limit", "brave_search_recency"),
        gives=("news",),
        credits=1,
        charged="on_call",
    )
    def find_news(self, query: Query) -> Flow:
        """Find news; `brave_search_recency` is pd, pw, pm, py or "2026-01-01to2026-02-01"."""
        words, count = query.query or query.company_name, page_size(query, 20, 50)
        reply = yield ask("/news/search", query, words, count=count, **query.pick(freshness="brave_search_recency"))
        news = [rename(item, NEWS) for item in reply.items("results")]
        return Hit(news=news) if news else Miss()

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("query", "city"), ("query", "location"), ("company_name", "city")],
        uses=(*WORDS, "region"),
        gives=("places",),
        credits=2,
        charged="on_call",
    )
    def search_places(self, query: Query) -> Flow:
        """Search places: a search for their ids, then what is known of these."""
        where = query.location or place(query.city, query.region, query.country)
        words = f"{query.query or query.company_name} {where}"
        reply = yield ask("/web/search", query, words, result_filter="locations")
        ids = pluck(reply.get("locations.results"), "id")[:20]
        if not ids:
            return Miss(credits=1)
        reply = yield Request("GET", "/local/pois", params={"ids": ids, "units": "metric"})
        places = [rename(item, PLACE) for item in reply.items("results")]
        return Hit(places=places) if places else Miss()

    @operation(
        "web-search",
        needs=[("query",)],
        uses=(*WORDS, "limit"),
        gives=("answer", "citations"),
        credits=1,
        charged="on_call",
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with what they say about it."""
        reply = yield ask("/web/search", query, query.query, count=page_size(query, 10, 20))
        found = found_pages(reply.items("web.results"), text="description")
        return Hit(found) if found else Miss()

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=(*WORDS, "max_output_tokens"),
        gives=("answer",),
        charged="on_call",
        max_credits=lambda query: most_answered(query),
        expects=lambda query: {"answers": 1, **usual_tokens(query, MODEL, searches=1, pool="answers")},
        patience=300,
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; the declared maximum allows for the pages it reads."""
        body = {
            "model": MODEL,
            "messages": [{"role": "user", "content": query.prompt}],
            "stream": False,
            "max_completion_tokens": output_tokens(query),
            **query.pick("country", language="brave_search_language"),
        }
        reply = yield Request("POST", "/chat/completions", json=body, auth=PlanKey("answers_api_key"))
        used = spent(MODEL, reply.get("usage.prompt_tokens"), reply.get("usage.completion_tokens"))
        cut = reply.get("choices.0.finish_reason") == "length"
        text = reply.get("choices.0.message.content")
        return answered(text if isinstance(text, str) else "", query, credits={**used, "answers": 1}, cut=cut)


def most_answered(query: Query) -> dict[str, int]:
    """Return the most an answer can cost: one answer, its tokens, and those of the pages read for it."""
    return {**most_tokens(query, MODEL, searches=5), "answers": 1, "searches": 0}


def ask(path: str, query: Query, words: str, **more: Any) -> Request:
    """Return the request of a search; 400 characters are the most it takes."""
    params = {"q": words[:400], **query.pick("country", search_lang="brave_search_language"), **more}
    return Request("GET", path, params=params)


provider = BraveSearch
