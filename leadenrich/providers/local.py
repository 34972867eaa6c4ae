"""What a record tells by itself: nothing is sent, nothing is paid.

Phones: the numbering plans that come with the `phonenumbers` library. E-mails: tables of free, disposable and role
mailboxes. Domains: from an address or a URL. Everything here is a property of the text, not of the world: a mailbox
that looks well may not exist.
"""

from __future__ import annotations

from leadenrich import clean
from leadenrich.contract import Category, Flow, Hit, HTTPProvider, Miss, Operation, ProviderInfo, Query, Tier, operation
from leadenrich.errors import InvalidValueError

PHONES = ("mobile_phone", "phone")


class Local(HTTPProvider):
    """The record itself."""

    info = ProviderInfo(
        title="Local",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="",
        docs_url=None,
        summary="Phone plans, mailbox kinds and domains, from the record alone; free, offline.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=[("mobile_phone",), ("phone",)],
        uses=("country",),
        charged="free",
        confidence=70,
        gives=("phone_status", "line_type", "carrier", "country", "region", "time_zone"),
        confidence_reason="the numbering plan says what a range is for, not who has it now",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Say country, line type, carrier and time zone of a number, and whether it can exist."""
        yield from ()
        number = query.mobile_phone or query.phone
        try:
            facts = clean.phone_facts(number, query.country)
        except InvalidValueError:
            return Hit(phone_status="invalid")
        return Hit(
            line_type=facts.line_type,
            carrier=facts.carrier,
            country=facts.country,
            region=facts.region,
            time_zone=facts.time_zones[0] if facts.time_zones else None,
        )

    @operation(
        "email-facts",
        needs=[("email",)],
        charged="free",
        confidence=70,
        gives=("is_free", "is_disposable", "is_role", "first_name", "last_name", "company_domain"),
        confidence_reason="tables of mailbox providers, and the usual ways to write a name as an address",
    )
    def email_facts(self, query: Query) -> Flow:
        """Say whether an address is free, disposable or a role's, and whose it probably is."""
        yield from ()
        facts = clean.email_facts(query.email)
        return Hit(
            is_free=facts.is_free,
            is_disposable=facts.is_disposable,
            is_role=facts.is_role,
            first_name=facts.first_name,
            last_name=facts.last_name,
            company_domain=None if facts.is_free or facts.is_disposable else facts.domain,
        )

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("email",), ("website",), ("url",)],
        charged="free",
        confidence=80,
        confidence_reason="a work address or a website names its owner's domain",
    )
    def find_domain(self, query: Query) -> Flow:
        """Read the company's domain off its website or a work address."""
        yield from ()
        if query.website or query.url:
            return Hit(company_domain=clean.domain(query.website or query.url))
        facts = clean.email_facts(query.email)
        return Miss("a free mailbox") if facts.is_free or facts.is_disposable else Hit(company_domain=facts.domain)

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("email",), ("mobile_phone",), ("phone",)],
        uses=("country", "title"),
        gives=("first_name", "last_name", "company_domain", "country", "time_zone", "seniority", "department"),
        charged="free",
        confidence=60,
        confidence_reason="guessed from the form of an address, a number and a title",
    )
    def enrich_person(self, query: Query) -> Flow:
        """Fill what address, number and title imply of a person."""
        found: dict[str, object] = {}
        if query.email:
            facts = yield from self.email_facts(query)
            found |= {name: facts.get(name) for name in ("first_name", "last_name", "company_domain")}
        if query.mobile_phone or query.phone:
            phone = yield from self.verify_phone(query)
            found |= {name: phone.get(name) for name in ("country", "time_zone")}
        if query.title:
            title = clean.title_facts(query.title)
            found |= {"seniority": title.seniority, "department": title.department}
        found = {name: value for name, value in found.items() if value}
        return Hit(found) if found else Miss()


provider = Local
