"""Ready-made waterfalls and chains: good defaults to start from, each setting of which can be overridden.

Providers whose key is not at hand are passed over at no cost, so a recipe works with whichever of its keys there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadenrich.errors import WaterfallError, nearest
from leadenrich.waterfall import Chain, Step, Waterfall

FINDERS = ("findymail", "hunter", "leadmagic", "apollo", "contactout", "snov")
"""Finders of work e-mail: those that charge only for what they find and cost least come first."""

VERIFIERS = ("zerobounce", "neverbounce", "millionverifier", "bouncer", "hunter")
"""Verifiers of e-mail addresses."""


def work_email(**settings: Any) -> Waterfall:
    """Find a work e-mail from name and company.

    Args:
        settings: any of `Waterfall`'s arguments, `steps` among them, instead of the recipe's own.
    """
    return _made("find_email", FINDERS, settings, max_providers=4, quality_threshold=80)


def verified_email(**settings: Any) -> Waterfall:
    """Find a work e-mail that a verifier confirms, trying the company's address pattern before any finder.

    Addresses at domains that accept every address are not taken.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made(
        "find_email",
        ("local", *FINDERS),
        settings,
        verify=VERIFIERS,
        quality_threshold=85,
        catch_all="reject",
        max_providers=4,
    )


def mobile_phone(**settings: Any) -> Waterfall:
    """Find a mobile phone; the most expensive field there is, so at most three providers are asked.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made("find_phone", ("leadmagic", "findymail", "apollo", "surfe", "contactout"), settings, max_providers=3)


def linkedin_profile(**settings: Any) -> Waterfall:
    """Find a person's LinkedIn profile, from an e-mail address where there is one, else from name and company.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    by_name = ("apollo.enrich_person", "contactout.enrich_person", "surfe.enrich_person")
    return _made("find_linkedin", ("leadmagic", "findymail", *by_name), settings, max_providers=4)


def company_domain(**settings: Any) -> Waterfall:
    """Find a company's domain from its name, the keyless source first.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made("find_domain", ("wikidata", "snov", "ocean_io", "hg_insights"), settings)


def company_profile(**settings: Any) -> Waterfall:
    """Find a company's industry, size, founding year and place.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made(
        "enrich_company",
        ("contactout", "leadmagic", "hunter", "apollo", "surfe", "crunchbase"),
        settings,
        fields=("industry", "employee_count", "founded_year", "country"),
        max_providers=3,
    )


def technologies(**settings: Any) -> Waterfall:
    """Find what a company's site and staff run on.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made("detect_technologies", ("builtwith", "findymail", "apollo", "hg_insights"), settings, max_providers=2)


def funding(**settings: Any) -> Waterfall:
    """Find a company's funding rounds and investors.

    Args:
        settings: any of `Waterfall`'s arguments instead of the recipe's own.
    """
    return _made("find_funding", ("crunchbase", "leadmagic", "apollo", "pitchbook"), settings, max_providers=2)


def lead(**settings: Any) -> Chain:
    """Find the domain, then a verified work e-mail and the company's profile side by side.

    Args:
        settings: any of `Chain`'s arguments.
    """
    return Chain([company_domain(), verified_email(), company_profile()], **settings)


RECIPES: dict[str, Callable[..., Waterfall | Chain]] = {
    recipe.__name__: recipe
    for recipe in (
        work_email,
        verified_email,
        mobile_phone,
        linkedin_profile,
        company_domain,
        company_profile,
        technologies,
        funding,
        lead,
    )
}
"""Every recipe by name."""


def get(name: str, **settings: Any) -> Waterfall | Chain:
    """Return a recipe by its name.

    Args:
        name: such as "verified_email".
        settings: as the recipe takes them.

    Raises:
        WaterfallError: there is no such recipe; the message names the nearest.
    """
    if name not in RECIPES:
        raise WaterfallError(f"no recipe {name!r}{nearest(name, RECIPES)}; recipes: {', '.join(RECIPES)}")
    return RECIPES[name](**settings)


def _made(operation: str, steps: tuple[str | Step, ...], settings: dict[str, Any], **defaults: Any) -> Waterfall:
    chosen = {"steps": steps, **defaults, **settings}
    return Waterfall(operation, chosen.pop("steps"), **chosen)
