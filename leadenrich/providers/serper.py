"""Serper (serper.dev): Google results: a company's site and pages, a person's profile, places, news.

Facts: the vendor documents itself through its playground alone; several integrations agree on what stands here, limits
and prices are those of serper.dev as read on 2026-08-13. Quirks: a wrong key is a 403; an empty balance is told by the
word "credits" in the message, whatever the status; empty lists are left out of the reply.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
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
    Reply,
    Request,
    Support,
    Tier,
    first,
    operation,
    page_size,
    place,
    pluck,
    rename,
    whole_number,
)
from leadenrich.providers._models import found_pages
from leadenrich.providers._web import is_own, own_page, profile, same_name, social_links

PLACE = {
    "name": "title",
    "address": "address",
    "phone": "phoneNumber",
    "website": "website",
    "rating": "rating",
    "rating_count": "ratingCount",
    "place_id": "cid",
    "industry": "category",
}
PANEL = {"website": "website", "company_name": "title", "description": "description"}
NEWS = {"title": "title", "url": "link", "published_at": "date"}
NAMED = [("full_name", "company_name"), ("first_name", "last_name", "company_name")]
WORDS = ("country", "serper_language")


class Serper(HTTPProvider):
    info = ProviderInfo(
        title="Serper",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://google.serper.dev",
        docs_url="https://serper.dev",
        auth=HeaderKey("X-API-KEY"),
        rates=(Rate(50, per=1),),  # the Starter pack; larger packs up to 300
        prices=(Price("0.001", plan="Starter pack of 50,000", as_of="2026-08-13"),),
        support=Support.INFERRED,
        summary="Google results: sites, profiles, places, news.",
    )
    errors = {403: ErrorCode.PROVIDER_AUTHENTICATION_FAILED}  # a wrong key; it has no 401
    account = Account("/account", remaining=["balance", "credits"])

    def classify(self, reply: Reply) -> Classified:
        """See an empty balance in the words of an error."""
        if reply.status >= 400 and "credit" in str(reply.get("message", "")).lower():
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return None

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=(*WORDS, "city"),
        gives=("company_domain", "website", "company_name", "description", "company_linkedin_url"),
        credits=1,
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's own site: the one Google's panel names, else the first page that has the name."""
        words = " ".join(filter(None, (query.company_name, query.city, "official website")))
        reply = yield ask("/search", query, words, num=10)
        known = same_name(query.company_name, reply.get("knowledgeGraph.title"))
        found = rename(reply.get("knowledgeGraph"), PANEL) if known else {}
        pages = [(item.get("link"), item.get("title")) for item in reply.items("organic")]
        site = found.get("website")
        site = site if is_own(site) else own_page(pages, query.company_name)
        if not site:
            return answer(reply, {})
        links = rename(social_links(url for url, _ in pages), {"company_linkedin_url": "company_linkedin_url"})
        confidence = 85 if known else 60
        return answer(reply, {**found, **links, "website": site, "company_domain": site, "confidence": confidence})

    @operation(
        Operation.FIND_LINKEDIN, needs=NAMED, uses=(*WORDS, "title"), gives=("linkedin_url", "full_name"), credits=1
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find a person's LinkedIn profile: the name must be the same, the company named beside it makes it sure."""
        words = " ".join(filter(None, ("site:linkedin.com/in", query.name, query.company_name, query.title)))
        reply = yield ask("/search", query, words, num=10)
        pages = [(item.get("link"), item.get("title"), item.get("snippet")) for item in reply.items("organic")]
        return answer(reply, profile(pages, query.name, query.company_name))

    @operation(
        Operation.FIND_SOCIAL_URLS,
        needs=[("company_name",)],
        uses=WORDS,
        gives=("company_linkedin_url", "twitter_url", "facebook_url"),
        credits=1,
        confidence=60,
        confidence_reason="the first page of each network among the results, by its address alone",
    )
    def find_social_urls(self, query: Query) -> Flow:
        """Find a company's pages on LinkedIn, Twitter and Facebook among the results."""
        reply = yield ask("/search", query, f"{query.company_name} (linkedin OR twitter OR facebook)", num=10)
        return answer(reply, social_links(pluck(reply.get("organic"), "link")))

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("query",), ("company_name", "city")],
        uses=(*WORDS, "region", "location", "cursor"),
        gives=("places", "next_cursor"),
        credits=1,
    )
    def search_places(self, query: Query) -> Flow:
        """Search places; phones come as they are written in the country asked about."""
        where = query.location or place(query.city, query.region, query.country)
        words = " in ".join(filter(None, (query.query or query.company_name, where)))
        page = int(query.cursor or 1)
        reply = yield ask("/places", query, words, page=page)
        places = [rename(item, PLACE) for item in reply.items("places")]
        more = str(page + 1) if len(places) >= 10 else None
        return answer(reply, {"places": places, "next_cursor": more} if places else {})

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=(*WORDS, "limit", "serper_recency"),
        gives=("news",),
        credits=1,
        max_credits=lambda query: 2 if int(query.limit or 10) > 10 else 1,
    )
    def find_news(self, query: Query) -> Flow:
        """Find news; `serper_recency` is h, d, w, m or y. Dates are often relative words, which are left out."""
        since = {"tbs": f"qdr:{query.serper_recency}"} if query.serper_recency else {}
        words = query.query or query.company_name
        reply = yield ask("/news", query, words, num=page_size(query, 10, 100), **since)
        news = [rename(item, NEWS) for item in reply.items("news")]
        return answer(reply, {"news": news} if news else {})

    @operation(
        "web-search",
        needs=[("query",)],
        uses=(*WORDS, "limit"),
        gives=("answer", "citations"),
        credits=1,
        max_credits=lambda query: 2 if int(query.limit or 10) > 10 else 1,
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with what Google shows of each."""
        reply = yield ask("/search", query, query.query, num=page_size(query, 10, 100))
        return answer(reply, found_pages(reply.items("organic"), url="link", text="snippet"))


def ask(path: str, query: Query, words: str, **more: Any) -> Request:
    """Return the request of a search; country and language in lower case."""
    country = {"gl": str(query.country).lower()} if query.country else {}
    return Request("POST", path, json={"q": words, **country, **query.pick(hl="serper_language"), **more})


def answer(reply: Reply, found: dict[str, Any] | None) -> Hit | Miss:
    """Return what was found, at the cost that the reply names; one credit where it does not."""
    credits = first(whole_number(reply.get("credits")), 1)
    return Hit(found, credits=credits) if found else Miss(credits=credits)


provider = Serper
