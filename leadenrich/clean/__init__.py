"""Pure functions that bring a value to its one canonical form, or say why it has none.

Importing this package costs nothing: every function is loaded on first use, and the heavy libraries behind
some of them (phone metadata, the suffix list, ...) only when an input needs them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadenrich.clean.companies import CompanyName, company_facts, company_key, company_name
    from leadenrich.clean.countries import country, region
    from leadenrich.clean.domains import domain, host
    from leadenrich.clean.duplicates import Group, Match, dedupe
    from leadenrich.clean.emails import EmailFacts, email, email_facts
    from leadenrich.clean.links import (
        company_linkedin_url,
        facebook_url,
        github_url,
        linkedin_url,
        person_linkedin_url,
        sales_navigator_url,
        twitter_url,
        url,
    )
    from leadenrich.clean.namesakes import name_key, same_person_name
    from leadenrich.clean.numbers import employee_count, employee_range, money
    from leadenrich.clean.people import PersonName, person_name, split_name
    from leadenrich.clean.phones import PhoneFacts, phone, phone_facts
    from leadenrich.clean.records import Cleaned, record
    from leadenrich.clean.times import date, moment
    from leadenrich.clean.titles import TitleFacts, title_facts
    from leadenrich.clean.values import Problem, fields, value

_HOME = {
    "companies": ("CompanyName", "company_facts", "company_key", "company_name"),
    "countries": ("country", "region"),
    "domains": ("domain", "host"),
    "duplicates": ("Group", "Match", "dedupe"),
    "emails": ("EmailFacts", "email", "email_facts"),
    "links": (
        "company_linkedin_url",
        "facebook_url",
        "github_url",
        "linkedin_url",
        "person_linkedin_url",
        "sales_navigator_url",
        "twitter_url",
        "url",
    ),
    "numbers": ("employee_count", "employee_range", "money"),
    "namesakes": ("name_key", "same_person_name"),
    "people": ("PersonName", "person_name", "split_name"),
    "phones": ("PhoneFacts", "phone", "phone_facts"),
    "records": ("Cleaned", "record"),
    "times": ("date", "moment"),
    "titles": ("TitleFacts", "title_facts"),
    "values": ("Problem", "fields", "value"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Cleaned",
    "CompanyName",
    "EmailFacts",
    "Group",
    "Match",
    "PersonName",
    "PhoneFacts",
    "Problem",
    "TitleFacts",
    "company_facts",
    "company_key",
    "company_linkedin_url",
    "company_name",
    "country",
    "date",
    "dedupe",
    "domain",
    "email",
    "email_facts",
    "employee_count",
    "employee_range",
    "facebook_url",
    "fields",
    "github_url",
    "host",
    "linkedin_url",
    "moment",
    "money",
    "name_key",
    "person_linkedin_url",
    "person_name",
    "phone",
    "phone_facts",
    "record",
    "region",
    "sales_navigator_url",
    "same_person_name",
    "split_name",
    "title_facts",
    "twitter_url",
    "url",
    "value",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
