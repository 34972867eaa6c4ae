"""Google Maps Platform, Places API (New): places by text, around a point, by the beginning of a name, and by id.

Facts: developers.google.com/maps/documentation/places/web-service (text-search, nearby-search, autocomplete,
usage-and-billing) and Google's public proto files google/maps/places/v1 (read 2026-08). A call is billed at the highest
tier among the fields it asks for; phone, website and rating are of the Enterprise tier, so that is the purse that is
counted: give its price on your contract as `prices=`. Empty answers are billed too. Quirks: a bad key is a 400; absent
fields are left out; a text search gives 60 places at most, over all pages. Google's terms allow keeping place ids, not
the rest.
"""

from typing import Any

from leadenrich.contract import (
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
    dig,
    first,
    listing,
    operation,
    page_size,
    rename,
)
from leadenrich.contract import place as place_of
from leadenrich.providers._names import same_name
from leadenrich.providers._web import is_own

FIELDS = (
    "id",
    "displayName",
    "formattedAddress",
    "addressComponents",
    "primaryType",
    "internationalPhoneNumber",
    "websiteUri",
    "rating",
    "userRatingCount",
)
PLACE = {
    "place_id": "id",
    "name": "displayName.text",
    "address": "formattedAddress",
    "phone": "internationalPhoneNumber",
    "website": "websiteUri",
    "rating": "rating",
    "rating_count": "userRatingCount",
    "industry": "primaryType",
}
AREAS = {
    "city": (("locality", "postal_town"), "longText"),
    "country": (("country",), "shortText"),
    "region": (("administrative_area_level_1",), "longText"),
}
SUGGESTED = {
    "place_id": "placePrediction.placeId",
    "name": ["placePrediction.structuredFormat.mainText.text", "placePrediction.text.text"],
    "address": "placePrediction.structuredFormat.secondaryText.text",
}
FOUND = (*(word for word in PLACE if word != "name"), *AREAS, "company_name", "company_domain")


class GoogleMaps(HTTPProvider):
    info = ProviderInfo(
        title="Google Maps Platform",
        category=Category.SPECIALIZED,
        tier=Tier.BASIC,
        base_url="https://places.googleapis.com",
        docs_url="https://developers.google.com/maps/documentation/places/web-service",
        auth=HeaderKey("X-Goog-Api-Key"),
        established_in="US",
        privacy_url="https://policies.google.com/privacy",
        summary="Places and local businesses, with phone, website and rating.",
    )

    def classify(self, reply: Reply) -> Classified:
        """See a bad key and a closed bill in Google's error details."""
        reasons = [detail.get("reason") for detail in reply.items("error.details")]
        if "BILLING_DISABLED" in reasons:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        bad = str(reply.get("error.message")).startswith(("API key not valid", "API key expired"))
        return ErrorCode.PROVIDER_AUTHENTICATION_FAILED if bad or "API_KEY_INVALID" in reasons else None

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("query",), ("company_name",), ("phone",)],
        uses=(
            "city",
            "region",
            "country",
            "location",
            "page_size",
            "limit",
            "cursor",
            "google_maps_language",
            "google_maps_type",
            "google_maps_min_rating",
            "google_maps_latitude",
            "google_maps_longitude",
            "google_maps_radius",
        ),
        gives=("places", "next_cursor"),
        credits={"text_search_enterprise": 1},
        charged="on_call",
    )
    def search_places(self, query: Query) -> Flow:
        """Search places by words, a company's name or a phone number; 20 a page."""
        reply = yield searched(query, page_size(query, 20, 20))
        places = [place(item) for item in reply.items("places")]
        return Hit(places=places, next_cursor=reply.get("nextPageToken")) if places else Miss()

    @operation(
        "nearby",
        needs=[("google_maps_latitude", "google_maps_longitude")],
        uses=("country", "limit", "page_size", "google_maps_radius", "google_maps_type", "google_maps_language"),
        gives=("places",),
        credits={"nearby_search_enterprise": 1},
        charged="on_call",
    )
    def nearby(self, query: Query) -> Flow:
        """List the places around a point, 500 m unless `google_maps_radius` says else; 20 at most, no pages."""
        body = {
            "maxResultCount": page_size(query, 20, 20),
            "locationRestriction": around(query, 500),
            **query.pick(regionCode="country", languageCode="google_maps_language"),
            **({"includedTypes": listing(query.google_maps_type)} if query.google_maps_type else {}),
        }
        reply = yield Request("POST", "/v1/places:searchNearby", json=body, headers=masked())
        places = [place(item) for item in reply.items("places")]
        return Hit(places=places) if places else Miss()

    @operation(
        "autocomplete",
        needs=[("query",)],
        uses=(
            "country",
            "google_maps_language",
            "google_maps_type",
            "google_maps_latitude",
            "google_maps_longitude",
            "google_maps_radius",
        ),
        gives=("places",),
        credits={"autocomplete": 1},
        charged="on_call",
    )
    def autocomplete(self, query: Query) -> Flow:
        """Suggest places for the beginning of a name or address: up to five, with ids that enrich_company takes."""
        body: dict[str, Any] = {"input": query.query, **query.pick(languageCode="google_maps_language")}
        if query.country:
            body["includedRegionCodes"] = [str(query.country).lower()]
        if query.google_maps_type:
            body["includedPrimaryTypes"] = listing(query.google_maps_type)
        if query.google_maps_latitude is not None and query.google_maps_longitude is not None:
            body["locationBias"] = around(query, 5000)
        reply = yield Request("POST", "/v1/places:autocomplete", json=body)
        places = [found for one in reply.items("suggestions") if (found := rename(one, SUGGESTED))]
        return Hit(places=places) if places else Miss()

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("place_id",), ("company_name", "city"), ("company_name", "country")],
        uses=("region", "google_maps_language"),
        gives=FOUND,
        credits={"place_details_enterprise": 1},
        charged="on_call",
        max_credits=lambda query: {"place_details_enterprise" if query.place_id else "text_search_enterprise": 1},
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe the business at a place: by its id, or the place of exactly that name in a town or country."""
        if not query.place_id:
            items = (yield searched(query, 5)).items("places")
            same = [item for item in items if same_name(query.company_name, dig(item, "displayName.text"))]
            cost = {"text_search_enterprise": 1}
            return Hit(business(same[0]), credits=cost) if same else Miss(credits=cost)
        reply = yield Request(
            "GET",
            "/v1/places/{place_id}",
            at={"place_id": query.place_id},
            expect=(200, 404),
            params=query.pick(languageCode="google_maps_language", regionCode="country"),
            headers={"X-Goog-FieldMask": ",".join(FIELDS)},
        )
        found = business(reply.json) if reply.status == 200 else {}
        return Hit(found) if "place_id" in found else Miss()


def around(query: Query, usual: float) -> dict[str, Any]:
    """Return the circle that a query names."""
    center = {"latitude": float(query.google_maps_latitude), "longitude": float(query.google_maps_longitude)}
    return {"circle": {"center": center, "radius": float(query.google_maps_radius or usual)}}


def masked(*more: str) -> dict[str, str]:
    """Return the header that says which fields of each place come."""
    return {"X-Goog-FieldMask": ",".join([*(f"places.{field}" for field in FIELDS), *more])}


def searched(query: Query, size: int) -> Request:
    """Return the request of a text search; the mask is compulsory and written without blanks."""
    where = query.location or place_of(query.city, query.region, query.country)
    words = query.query or query.company_name
    text = f"{words}, {where}" if words and where else words or query.phone
    body: dict[str, Any] = {
        "textQuery": text,
        "pageSize": size,
        **query.pick(
            pageToken="cursor",
            regionCode="country",
            languageCode="google_maps_language",
            includedType="google_maps_type",
            minRating="google_maps_min_rating",
        ),
    }
    if query.google_maps_latitude is not None and query.google_maps_longitude is not None:
        body["locationBias"] = around(query, 5000)
    return Request("POST", "/v1/places:searchText", json=body, headers=masked("nextPageToken"))


def place(item: Any) -> dict[str, Any]:
    """Return a place."""
    found = rename(item, PLACE)
    parts = dig(item, "addressComponents")
    for word, (kinds, form) in AREAS.items():
        named = [dig(part, form) for kind in kinds for part in parts or [] if kind in (dig(part, "types") or [])]
        if (value := first(*named)) is not None:
            found[word] = value
    return found


def business(item: Any) -> dict[str, Any]:
    """Return a place as the company there; a page on another site is no domain of its own."""
    found = place(item)
    if "name" in found:
        found["company_name"] = found.pop("name")
    if is_own(found.get("website")):
        found["company_domain"] = found["website"]
    return found


provider = GoogleMaps
