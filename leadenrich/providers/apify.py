"""Apify: actors run as background jobs: web pages for a question, places off Google Maps, and any other actor.

Facts: the vendor's documentation repository (OpenAPI v2, platform), the README and input schema of its own actor
rag-web-browser, the input of compass/crawler-google-places; what third parties read of its output and saw of errors
(2026-08). A credit is a US dollar of platform usage; each run is capped (`maxTotalChargeUsd`, which actors priced by
event or result keep to). Runs are started, polled and their data set read: the call that does all at once ends after
300 seconds.
"""

from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    FeatureNotSupportedError,
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
    Steps,
    Support,
    Tier,
    dig,
    finished,
    operation,
    page_size,
    place,
    rename,
)
from leadenrich.providers._models import already_paid, cited

MOST_USD = "0.5"
PENDING = ("READY", "RUNNING", "TIMING-OUT", "ABORTING")
PLACE = {
    "name": "title",
    "address": "address",
    "phone": ["phoneUnformatted", "phone"],
    "website": "website",
    "rating": "totalScore",
    "rating_count": "reviewsCount",
    "place_id": "placeId",
    "industry": "categoryName",
    "city": "city",
    "region": "state",
    "country": "countryCode",
}


def most_usd(query: Query) -> Decimal:
    """Return the most a run may cost, in US dollars; half a dollar where the query does not say."""
    return Decimal(str(query.apify_max_usd or MOST_USD))


class Apify(HTTPProvider):
    info = ProviderInfo(
        title="Apify",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.apify.com/v2",
        docs_url="https://docs.apify.com/api/v2",
        auth=Bearer("token"),
        rates=(Rate(250_000, per=60), Rate(60, per=1, on="POST /actors/{actor}/runs")),
        prices=(Price("1", plan="a credit is a US dollar of platform usage", as_of="2026-08"),),
        established_in="CZ",
        privacy_url="https://docs.apify.com/legal/privacy-policy",
        summary="Actors that read the web: pages, places, anything.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}  # an unknown actor
    # the type says more than the status: a full month is a 403, too much memory at once a 402
    words = {
        ("error.type", word): code
        for word, code in {
            "platform-feature-disabled": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
            "not-enough-usage-to-run-paid-actor": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
            "actor-memory-limit-exceeded": ErrorCode.PROVIDER_RATE_LIMIT,
            "concurrent-runs-limit-exceeded": ErrorCode.PROVIDER_RATE_LIMIT,
        }.items()
    }
    account = Account(
        "/users/me/limits",
        used="data.current.monthlyUsageUsd",
        limit="data.limits.maxMonthlyUsageUsd",
        resets_at="data.monthlyUsageCycle.endAt",
    )

    def classify(self, reply: Reply) -> Classified:
        """Read that an actor is not rented: a 403 that says nothing of other actors."""
        rented = reply.get("error.type") != "actor-is-not-rented"
        return None if rented else FeatureNotSupportedError("this actor has to be rented first")

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("limit", "apify_max_usd"),
        gives=("answer", "citations"),
        charged="on_call",
        max_credits=most_usd,
        patience=600,
    )
    def research(self, query: Query) -> Flow:
        """Search the web and return the text of the pages found, or of the page whose address is asked about."""
        body = {
            "query": query.prompt,
            "maxResults": page_size(query, 3, 100),
            "outputFormats": ["markdown"],
        }
        items, paid = yield from self.ran("apify~rag-web-browser", body, query)
        read = [item for item in items if item.get("markdown")]
        if not read:
            return Miss(credits=paid)
        pages = [
            {"url": dig(item, "metadata.url") or dig(item, "searchResult.url"), "title": dig(item, "metadata.title")}
            for item in read
        ]
        text = "\n\n".join(str(item["markdown"]) for item in read)
        return Hit({"answer": text, "citations": cited(pages)}, credits=paid)

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("query",), ("company_name", "city")],
        uses=("location", "region", "country", "limit", "apify_max_usd", "apify_language"),
        gives=("places",),
        charged="on_call",
        max_credits=most_usd,
        patience=1800,
        support=Support.INFERRED,
    )
    def search_places(self, query: Query) -> Flow:
        """Read places off Google Maps with the actor compass/crawler-google-places."""
        where = query.location or place(query.city, query.region, query.country)
        body = {
            "searchStringsArray": [query.query or query.company_name],
            "skipClosedPlaces": False,
            "maxCrawledPlacesPerSearch": max(1, int(query.limit or 20)),
            "language": query.apify_language or "en",
            **({"locationQuery": where} if where else {}),
            **({"countryCode": str(query.country).lower()} if query.country else {}),
        }
        items, paid = yield from self.ran("compass~crawler-google-places", body, query)
        places = [found for item in items if (found := rename(item, PLACE))]
        return Hit({"places": places}, credits=paid) if places else Miss(credits=paid)

    @operation(
        "run-actor",
        needs=[("apify_actor",)],
        uses=("apify_input", "limit", "apify_max_usd"),
        gives=("answer",),
        charged="on_call",
        max_credits=most_usd,
        patience=3600,
    )
    def run_actor(self, query: Query) -> Flow:
        """Run any actor ("user~name") with an input object and return the items of its data set."""
        items, paid = yield from self.ran(str(query.apify_actor).replace("/", "~"), query.apify_input or {}, query)
        return Hit({"answer": items}, credits=paid) if items else Miss(credits=paid)

    def ran(self, actor: str, body: Any, query: Query) -> Steps[Any]:
        """Run an actor and return the items of its data set and what it cost, where the run says so."""
        params = {"maxTotalChargeUsd": str(most_usd(query)), **query.pick(maxItems="limit")}
        reply = yield Request(
            "POST", "/actors/{actor}/runs", at={"actor": actor}, params=params, json=body, expect=(200, 201)
        )
        reply = yield from finished(reply, "data.id", run, lambda reply: reply.get("data.status") in PENDING, every=3)
        if (status := reply.get("data.status")) != "SUCCEEDED":
            error = FeatureExecutionError(f"the run ended as {status!r}")
            raise already_paid(error, reply.get("data.usageTotalUsd"))
        paid = reply.get("data.usageTotalUsd")
        at, params = {"dataset": reply.get("data.defaultDatasetId")}, {"format": "json", "clean": "true"}
        items = (yield Request("GET", "/datasets/{dataset}/items", at=at, params=params, paid=False)).items()
        return items, paid


def run(name: Any) -> Request:
    """Return the request that asks how far a run is."""
    return Request("GET", "/actor-runs/{run}", at={"run": name}, paid=False)


provider = Apify
