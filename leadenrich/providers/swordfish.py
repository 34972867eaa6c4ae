"""Swordfish: contact data of people by profile, address, number or name.

Facts: support.swordfish.ai (API access) and the vendor's Postman collection "Search Person API", whose reply part could
not be read. So the question is asked as documented, and the answer is handed on as it stands, under the one word
`swordfish_reply`: nothing in it is read, and no operation of the vocabulary is offered. A question outside the
documented combinations gives an error or nothing. Prices, limits and the values of `must_have` are not published.
"""

from leadenrich.contract import (
    Category,
    Charged,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    ProviderInfo,
    Query,
    Request,
    Tier,
    operation,
)

NAME = ("first_name", "last_name")
WAYS = [
    ("linkedin_url",),
    ("facebook_url",),
    ("twitter_url",),
    ("email",),
    ("phone",),
    (*NAME, "company_domain"),
    (*NAME, "company_name", "title"),
    (*NAME, "swordfish_street", "swordfish_zipcode"),
]


class Swordfish(HTTPProvider):
    info = ProviderInfo(
        title="Swordfish AI",
        category=Category.PHONE,
        tier=Tier.ENTERPRISE,
        base_url="https://api.swordfish.ai",
        docs_url="https://support.swordfish.ai/support/solutions/articles/73000670898-api-access",
        auth=HeaderKey("apikey"),
        summary="Contact data of people, its reply handed on as it stands.",
    )

    @operation(
        "search-person",
        needs=WAYS,
        uses=("company_name", "swordfish_must_have"),
        gives=("swordfish_reply",),
        charged=Charged.ON_CALL,
    )
    def search_person(self, query: Query) -> Flow:
        """Search one person and hand the vendor's reply on as it stands; an empty one is a miss."""
        body = query.pick(
            "first_name",
            "last_name",
            "email",
            "phone",
            "title",
            social_profile="linkedin_url|facebook_url|twitter_url",
            website="company_domain",
            company="company_name",
            street="swordfish_street",
            zipcode="swordfish_zipcode",
            must_have="swordfish_must_have",
        )
        reply = yield Request("POST", "/searchPerson", json=body)
        return Hit({"swordfish_reply": reply.json}) if reply.json else Miss()


provider = Swordfish
