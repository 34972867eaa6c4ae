"""Wappalyzer: the technologies of sites, ten at once, a check of e-mail addresses, lists of sites by technology.

Facts: the vendor's OpenAPI (wappalyzer.com/openapi/v2-public.yaml) and wappalyzer.com/docs/api/v2/basics (read
2026-08). There is no 401 and no 402: a 403 is a wrong key, a wrong path or an empty account, and the balance, asked for
then, tells which. Ten calls a second is a third party's figure. A site not known is crawled, up to 15 minutes, and what
comes before is partial; the same question, asked three times at most, tells when that is done, and the host's webhook
says it sooner (signed by a plain hash of secret and body, for which the library has no form, so the address carries a
token). What the further `sets` of fields and the files of lists
look like is not published.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    AuthenticationError,
    Category,
    Charged,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    Wait,
    bulk,
    dig,
    listing,
    operation,
    pluck,
    present,
    rename,
    whole_number,
)

STATUS = {"safe": "valid", "invalid": "invalid"}
MAIL = {"email": "email", "is_disposable": "disposable", "is_role": "roleAccount"}
LIST = {
    "wappalyzer_list_id": "id",
    "wappalyzer_credits": "totalCredits",
    "wappalyzer_rows": "rows",
    "wappalyzer_sample_url": "sampleUrl",
}
BALANCE = Account("/credits/balance/", remaining="credits")


class Wappalyzer(HTTPProvider):
    info = ProviderInfo(
        title="Wappalyzer",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.PRO,
        base_url="https://api.wappalyzer.com/v2",
        docs_url="https://www.wappalyzer.com/docs/api/v2/basics/",
        auth=HeaderKey("x-api-key"),
        rates=(Rate(10, per=1),),
        summary="Technologies of sites, e-mail verification, lists of sites by technology.",
    )
    account = BALANCE

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",), ("website",)],
        uses=("wappalyzer_live",),
        credits=1,
        charged=Charged.ON_CALL,
        patience=960,
        max_credits=lambda query: 5 if query.wappalyzer_live else 1,
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List a site's technologies; `wappalyzer_live=True` looks anew, at up to 5 credits."""
        url = f"https://{query.company_domain}" if query.company_domain else str(query.website)
        params = {"urls": url, "live": "true" if query.wappalyzer_live else None, "callback_url": self.webhook_url}
        reply, said = yield from answered("GET", "/lookup/", params=params)
        price = said or (5 if query.wappalyzer_live else None)
        poll = Request("GET", "/lookup/", params=params, paid=False)
        while reply.get("0.crawl") is True:
            reply = yield Wait(url.rstrip("/"), poll=poll, every=300)
        if reply.get("0.errors"):
            raise FeatureExecutionError("the site could not be looked at")
        names = pluck(reply.get("0.technologies"), "name")
        return Hit(technologies=names, credits=price) if names else Miss(credits=price)

    @bulk("GET", "/lookup/", max_items=10, group=lambda one: str({**(one.params or {}), "urls": None}))
    def many(self, requests: Requests) -> Fold:
        """Look at up to ten sites at once; the answers name them."""
        urls = [str((request.params or {})["urls"]) for request in requests]
        params = {**(requests[0].params or {}), "urls": ",".join(urls)}
        reply = yield Request("GET", "/lookup/", params=params, expect=(200, 403), weight=len(urls))
        found = {str(one.get("url")).rstrip("/"): one for one in reply.items()}
        # without the headers: the price there is of all together
        return [Reply(reply.status, json=listing(found.get(url.rstrip("/"))), request=reply.request) for url in urls]

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Return the sites, or the list, a delivery is about."""
        named = [(dig(one, "id") or dig(one, "url"), one) for one in listing(body)]
        return [(str(job).rstrip("/"), [one]) for job, one in named if job]

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=("email_status", *MAIL), charged=Charged.ON_CALL)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; what it costs is stated in the reply."""
        reply, price = yield from answered("GET", "/verify/", params=query.pick("email"))
        found = rename(reply.json, {**MAIL, "email_status": ("reachable", STATUS)})
        if reply.get("disposable") is True:
            found["email_status"] = "disposable"
        elif False in (reply.get("syntaxValid"), reply.get("mxValid")):
            found["email_status"] = "invalid"
        elif reply.get("catchAll") is True and found.get("email_status") == "unknown":
            found["email_status"] = "accept_all"
        return Hit(found, credits=price) if "email_status" in found else Miss(credits=price)

    @operation(
        "lead-list",
        needs=[("technology",), ("industry",), ("country",)],
        uses=("filters", "wappalyzer_spend"),
        gives=("total", *LIST, "wappalyzer_url"),
        credits=0,
        patience=960,
        max_credits=lambda query: int(query.wappalyzer_spend or 0),
    )
    def lead_list(self, query: Query) -> Flow:
        """Count the sites of a list and its price; bought where that is at most `wappalyzer_spend` credits."""
        wanted = present(
            {
                "technologies": [{"slug": slug} for slug in listing(query.technology)],
                "countries": listing(query.country),
                "industries": listing(query.industry),
                "callbackUrl": self.webhook_url,
            }
        )
        reply, _ = yield from answered("POST", "/lists/", json={**wanted, **(query.filters or {})})
        at = {"id": reply.json["id"]}
        poll = Request("GET", "/lists/{id}", at=at, paid=False)
        while reply.get("status") == "Calculating":
            reply = yield Wait(at["id"], poll=poll, every=5)
        if reply.get("status") == "Failed":
            raise FeatureExecutionError("the list could not be made")
        found, price = rename(reply.json, LIST), whole_number(reply.get("totalCredits"))
        if reply.get("status") == "Insufficient" or price is None:
            return Miss("too few sites fit")
        if isinstance(rows := reply.get("rows"), dict) and rows:
            found["total"] = sum(whole_number(count) or 0 for count in rows.values())
        if not 0 < price <= int(query.wappalyzer_spend or 0):
            return Hit(found)
        reply = yield Request("POST", "/lists/{id}", at=at, json={"spendCredits": price})
        return Hit(found | rename(reply.json, {"wappalyzer_url": "url"}), credits=price)


def answered(method: str, path: str, **parts: Any) -> Steps[tuple[Reply, int | None]]:
    """Return a reply and what it says it cost; find out what a 403 means: a wrong key is refused the balance too."""
    reply = yield Request(method, path, expect=(200, 403), **parts)
    if reply.status == 403:
        left = (yield from BALANCE.read()).remaining
        empty = left is not None and left <= 0
        raise (InsufficientCreditsError if empty else AuthenticationError)("the vendor refused the call", status=403)
    said = reply.headers.get("wappalyzer-credits-spent", "")
    return reply, int(said) if said.isdecimal() else None


provider = Wappalyzer
