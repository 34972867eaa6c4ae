"""Sandbox: the Places API's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {
    "google_maps_latitude": lambda person: person.company.latitude,
    "google_maps_longitude": lambda person: person.company.longitude,
    "autocomplete": {"query": lambda person: person.company.company_name},
}
REFUSED = Answer(
    400,
    json={
        "error": {
            "code": 400,
            "message": "API key not valid.",
            "status": "INVALID_ARGUMENT",
            "details": [{"reason": "API_KEY_INVALID"}],
        }
    },
)


def place(company: SandboxCompany) -> dict[str, Any]:
    """Return a place; what is not known is left out."""
    parts = (("locality", company.city), ("administrative_area_level_1", company.region))
    components = [{"longText": text, "shortText": text, "types": [kind, "political"]} for kind, text in parts]
    components.append({"longText": company.country_name, "shortText": company.country, "types": ["country"]})
    every = {
        "id": company.place_id,
        "displayName": {"text": company.company_name, "languageCode": "en"},
        "formattedAddress": company.address,
        "addressComponents": components,
        "primaryType": company.industry,
        "internationalPhoneNumber": company.phone,
        "websiteUri": company.website,
        "rating": company.rating,
        "userRatingCount": company.rating_count,
        "businessStatus": "OPERATIONAL",
    }
    return {name: value for name, value in every.items() if value is not None}


@route("POST", "/v1/places:searchText")
def search(call: Call) -> object:
    """Search places."""
    if "x-goog-fieldmask" not in call.headers:
        return Answer(
            400, json={"error": {"code": 400, "message": "FieldMask is required", "status": "INVALID_ARGUMENT"}}
        )
    call.charge(1, "text_search_enterprise")
    text = call.json["textQuery"]
    name = text.split(", ")[0]
    company = call.view.company(phone=text) if text.startswith("+") else call.view.company(name=name)
    return {"places": [place(company)]} if company else {}


@route("POST", "/v1/places:searchNearby")
def nearby(call: Call) -> object:
    """Places around a point: the invented companies nearest to it."""
    call.charge(1, "nearby_search_enterprise")
    center = call.json["locationRestriction"]["circle"]["center"]
    point = (center["latitude"], center["longitude"])
    found = sorted(
        call.view.companies(limit=None),
        key=lambda one: abs(one.latitude - point[0]) + abs(one.longitude - point[1]),
    )
    near = [one for one in found if abs(one.latitude - point[0]) + abs(one.longitude - point[1]) < 1]
    return {"places": [place(one) for one in near[: call.json["maxResultCount"]]]} if near else {}


@route("POST", "/v1/places:autocomplete")
def autocomplete(call: Call) -> object:
    """What a name may become."""
    call.charge(1, "autocomplete")
    company = call.view.company(name=call.json["input"])
    if company is None:
        return {}
    form = {"mainText": {"text": company.company_name}, "secondaryText": {"text": company.address}}
    whole = {"text": f"{company.company_name}, {company.address}"}
    suggested = {"placeId": company.place_id, "text": whole, "structuredFormat": form, "types": ["establishment"]}
    return {"suggestions": [{"placePrediction": suggested}]}


@route("GET", "/v1/places/{place_id}")
def details(call: Call) -> object:
    """Describe a place."""
    call.charge(1, "place_details_enterprise")
    company = call.view.company(place_id=call.at["place_id"])
    return place(company) if company else Answer(404, json={"error": {"code": 404, "status": "NOT_FOUND"}})
