"""Wappalyzer: the technologies of sites, ten at once, a check of e-mail addresses, lists of sites by technology.

Facts: the vendor's OpenAPI (wappalyzer.com/openapi/v2-public.yaml) and wappalyzer.com/docs/api/v2/basics (read
2026-08). There is no 401 and no 402: a 403 is a wrong key, a wrong path or an empty account, and the balance, asked for
then, tells which. Ten calls a second is a third party's figure. A site not known is crawled, up to 15 minutes; the same
question tells when that is done, and the host's webhook says it sooner (signed by a plain hash of secret and body, for
which the library has no form, so the address carries a token). What the further `sets` of fields and the files of lists
look like is not published.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (AuthenticationError, Category, Charged, FeatureExecutionError, Flow, Fold, HeaderKey,
                                 Hit, HTTPProvider, InsufficientCreditsError, Miss, Operation, ProviderInfo, Query,
                                 Quota, QuotaFlow, Rate, Reply, Request, Requests, Steps, Tier, Wait, bulk, listing,
                                 operation, pluck, rename)  # fmt: skip

STATUS = {"safe": "valid", "invalid": "invalid"}
MAIL = {"email": "email", "is_disposable": "disposable", "is_role": "roleAccount"}
LIST = {"wappalyzer_list_id": "id", "wappalyzer_credits": "totalCredits", "wappalyzer_rows": "rows",
        "wappalyzer_sample_url": "sampleUrl"}  # fmt: skip
BALANCE = Request("GET", "/credits/balance/", paid=False)
Answers = Steps[Reply]


class Wappalyzer(HTTPProvider):
    info = ProviderInfo(
        title="Wappalyzer", category=Category.COMPANY_INTELLIGENCE, tier=Tier.PRO,
        base_url="https://api.wappalyzer.com/v2", docs_url="https://www.wappalyzer.com/docs/api/v2/basics/",
        auth=HeaderKey("x-api-key"), rates=(Rate(10, per=1),),
        summary="Technologies of sites, e-mail verification, lists of sites by technology.",
    )  # fmt: skip

    @operation(Operation.DETECT_TECHNOLOGIES, needs=[("company_domain",), ("website",)], uses=("wappalyzer_live",),
               credits=1, charged=Charged.ON_CALL, patience=960,
               max_credits=lambda query: 5 if query.wappalyzer_live else 1)  # fmt: skip
    def detect_technologies(self, query: Query) -> Flow:
        """List a site's technologies; `wappalyzer_live=True` looks anew, at up to 5 credits."""
        url = f"https://{query.company_domain}" if query.company_domain else str(query.website)
        params = {"urls": url, **({"live": "true"} if query.wappalyzer_live else {})}
        params |= {"callback_url": self.webhook_url} if self.webhook_url else {}
        reply = yield from answered(Request("GET", "/lookup/", params=params, expect=(200, 403)))
        price = spent(reply) or (5 if query.wappalyzer_live else None)
        while reply.get("0.crawl") is True and not reply.get("0.technologies"):
            poll = Request("GET", "/lookup/", params=params, paid=False)
            reply = yield Wait(url, poll=poll, every=60)
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
        parts = [reply.with_json(listing(found.get(url.rstrip("/")))) for url in urls]
        for part in parts:
            part.status, part.headers = reply.status, {}  # the price there is of all together
        return parts

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Return the sites a delivery speaks of."""
        sites = [one for one in (body if isinstance(body, list) else [body]) if isinstance(one, dict)]
        return [(str(one["url"]), [one]) for one in sites if one.get("url")]

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=("email_status", *MAIL), charged=Charged.ON_CALL)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; what it costs is stated in the reply."""
        reply = yield from answered(Request("GET", "/verify/", params=query.pick("email"), expect=(200, 403)))
        found = rename(reply.json, {**MAIL, "email_status": ("reachable", STATUS)})
        if reply.get("disposable") is True:
            found["email_status"] = "disposable"
        elif False in (reply.get("syntaxValid"), reply.get("mxValid")):
            found["email_status"] = "invalid"
        elif reply.get("catchAll") is True and found.get("email_status") == "unknown":
            found["email_status"] = "accept_all"
        price = spent(reply)
        return Hit(found, credits=price) if "email_status" in found else Miss(credits=price)

    @operation("lead-list", needs=[("technology",), ("industry",), ("country",)], uses=("filters", "wappalyzer_spend"),
               gives=("total", *LIST, "wappalyzer_url"), credits=0, patience=960,
               max_credits=lambda query: int(query.wappalyzer_spend or 0))  # fmt: skip
    def lead_list(self, query: Query) -> Flow:
        """Count the sites of a list and its price; bought where that is at most `wappalyzer_spend` credits."""
        body: dict[str, Any] = {"technologies": [{"slug": query.technology}]} if query.technology else {}
        lists = {"countries": query.country, "industries": query.industry}
        body |= {name: [value] for name, value in lists.items() if value}
        made = Request("POST", "/lists/", json={**body, **(query.filters or {})}, expect=(200, 403))
        reply = yield from answered(made)
        at = {"id": reply.json["id"]}
        while reply.get("status") == "Calculating":
            poll = Request("GET", "/lists/{id}", at=at, paid=False)
            reply = yield Wait(at["id"], poll=poll, every=5)
        if reply.get("status") == "Failed":
            raise FeatureExecutionError("the list could not be made")
        found, price = rename(reply.json, LIST), reply.get("totalCredits")
        if reply.get("status") == "Insufficient" or not isinstance(price, int):
            return Miss("too few sites fit")
        rows = reply.get("rows")
        found |= {"total": sum(rows.values())} if isinstance(rows, dict) and rows else {}
        if not 0 < price <= int(query.wappalyzer_spend or 0):
            return Hit(found)
        reply = yield Request("POST", "/lists/{id}", at=at, json={"spendCredits": price})
        return Hit(found | rename(reply.json, {"wappalyzer_url": "url"}), credits=price)

    def quota(self) -> QuotaFlow:
        """Read the balance."""
        return Quota(remaining=(yield BALANCE).get("credits"))


def answered(request: Request) -> Answers:
    """Ask, and find out what a 403 means: a wrong key is refused the balance too."""
    reply = yield request
    if reply.status == 403:
        left = (yield BALANCE).get("credits")
        empty = isinstance(left, int | float) and left <= 0
        raise (InsufficientCreditsError if empty else AuthenticationError)("the vendor refused the call", status=403)
    return reply


def spent(reply: Reply) -> int | None:
    """Return what a reply says it cost."""
    said = reply.headers.get("wappalyzer-credits-spent", "")
    return int(said) if said.isdecimal() else None


provider = Wappalyzer
