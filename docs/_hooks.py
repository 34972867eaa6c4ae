"""Writes the vendor pages at build time from what `le.providers()` says; none of them is kept in the repository."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

import leadenrich as le
from leadenrich.catalogue import token_costs
from leadenrich.contract import Category, Charged, Feature, ProviderInfo, Support
from leadenrich.engine.key_names import environment_name

INTRO = """---
hide: [toc, navigation]
---

# Vendors

Every provider and what can be asked of it. A cell is what one answer costs, in credits or, where the vendor publishes
a price, in USD at the cheapest published one: **0** is free, **?** is not documented, **\\*** is charged only on a hit.
The title of a cell names the kind of credit. "Checked" says how an adapter was checked: **documented** against the
vendor's own documentation, **inferred** from SDKs or other integrations only, **live** by really running it.

<div id="vendor-filter" hidden></div>

This page and those of the vendors are generated from `le.providers()`.
"""

JUDGES = """---
hide: [toc, navigation]
---

# Checked by

Clients that vendors publish, and OpenAPI files, judge the adapters in `tests/clients`: a client asks the vendor's
fake the same question as the adapter, sends the same request, and finds the same facts in the reply; of an OpenAPI
file, every request and reply in the cases and every reply of the fake is as it says, or otherwise for a stated reason.

The table is what `python -m tests.clients.record` wrote: the date beside a client is that of the run, that beside a
file the day it was read. Tests hold it against the judges: no question is missing, none is listed that nobody asks.
"""

ORDER = (
    Category.EMAIL_CONTACT,
    Category.MAJOR_DATA,
    Category.PHONE,
    Category.VERIFICATION,
    Category.COMPANY_INTELLIGENCE,
    Category.AI_RESEARCH,
    Category.SPECIALIZED,
    Category.LOCAL_FREE,
)
"""The categories, the one most looked for first."""
TITLES = {
    Category.EMAIL_CONTACT: "E-mail and contacts",
    Category.MAJOR_DATA: "Large databases",
    Category.AI_RESEARCH: "AI research",
    Category.LOCAL_FREE: "Free and local",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts one page a vendor into the navigation, under the matrix."""
    pages: list[Any] = [
        "vendors/index.md",
        "vendors/judges.md",
        *({info.title: f"vendors/{info.id}.md"} for info in by_title()),
    ]
    config.nav = [{"Vendors": pages} if "Vendors" in entry else entry for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the generated pages to those on disk."""
    infos = by_title()
    files.append(File.generated(config, "vendors/index.md", content=matrix(infos)))
    files.append(File.generated(config, "vendors/judges.md", content=judges(infos)))
    for info in infos:
        files.append(File.generated(config, f"vendors/{info.id}.md", content=vendor_page(info)))
    return files


def ran(info: ProviderInfo) -> str:
    """When a provider was really run, with which version, and what its report is called."""
    return f", {info.live.date}, version {info.live.version}, report `{info.live.report}`" if info.live else ""


@cache
def judged() -> Sequence[Mapping[str, Any]]:
    """Who judged which operation, and when: what `tests/clients` recorded."""
    path = Path(__file__).parents[1] / "tests" / "clients" / "judged.yaml"
    entries: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return entries


def checked_by(provider: str, operation: str) -> list[str]:
    """The judges of one operation, as phrases."""
    entries = [one for one in judged() if (one["provider"], one["operation"]) == (provider, operation)]
    return [f"{linked(one['by'])}{'' if one['official'] else ' (written by others)'}, {one['on']}" for one in entries]


def linked(judge: str) -> str:
    """A judge's name; a file's with its link."""
    name, _, url = judge.partition(" https://")
    return f"[{name}](https://{url})" if url else f"`{judge}`"


def judges(infos: Sequence[ProviderInfo]) -> str:
    """One table of all operations that an outside client or specification has checked."""
    rows = []
    for info in infos:
        for operation in [*(feature.operation for feature in info.features), "quota", "check"]:
            if said := checked_by(info.id, operation):
                rows.append([f"[{info.title}]({info.id}.md)", f"`{operation}`", "<br>".join(said)])
    return "\n".join([JUDGES, table(["vendor", "operation", "checked by"], rows), ""])


def by_title() -> list[ProviderInfo]:
    """The built-in and installed providers, by title."""
    return sorted(le.providers(), key=lambda info: info.title.lower())


def matrix(infos: Sequence[ProviderInfo]) -> str:
    """One table a category: a row for each vendor, a column for each operation that anybody in it has."""
    parts = [INTRO]
    for category in sorted({info.category for info in infos}, key=ORDER.index):
        members = [info for info in infos if info.category == category]
        operations = [str(name) for name in le.Operation if any(info.feature(name) for info in members)]
        head = ["vendor", "checked", *(name.replace("_", "_<wbr>") for name in operations)]
        rows = [
            [f"[{info.title}]({info.id}.md)", info.support, *(price(info, info.feature(name)) for name in operations)]
            for info in members
        ]
        parts += [f"## {TITLES.get(category) or category.replace('_', ' ').capitalize()}", "", table(head, rows), ""]
        parts += own_features(members)
    return "\n".join(parts)


def own_features(members: Sequence[ProviderInfo]) -> Iterable[str]:
    """What vendors of a category have that no operation names, a line each."""
    lines = []
    for info in members:
        extra = [feature for feature in info.features if "." in feature.operation]
        own = [f"`{feature.operation}`" for feature in extra if feature.support is not Support.UNDOCUMENTED]
        own += [f"{len(extra) - len(own)} that nothing public documents"] if len(extra) > len(own) else []
        if own:
            lines.append(f"- [{info.title}]({info.id}.md): {', '.join(own)}")
    return ["Features of their own:", "", *lines, ""] if lines else []


def str_variable(info: ProviderInfo, field: str) -> str:
    """The environment variable of a credential field, and whether it may be left out."""
    may_lack = " (may be left out)" if field in info.auth.optional else ""
    return f"`{environment_name(info.id, field)}`{may_lack}"


def vendor_page(info: ProviderInfo) -> str:
    """All the facts of one vendor."""
    facts = [
        ("id", f"`{info.id}`"),
        ("category", info.category.replace("_", " ")),
        ("cheapest plan with API access", info.tier),
        ("checked", f"{info.support}{ran(info)}"),
        ("documentation", f"[{host(info.docs_url)}]({info.docs_url})" if info.docs_url else "none is public"),
        ("credentials", ", ".join(f"`{field}`" for field in info.auth.fields) or "none needed"),
        ("environment variables", "<br>".join(str_variable(info, field) for field in info.auth.fields) or "none"),
        ("limits", "<br>".join(str_rates(info.rates)) or "none documented"),
        ("list prices", "<br>".join(str_price(price) for price in info.prices) or "none published"),
        ("established in", info.established_in or "unknown"),
        ("privacy notice", f"[{host(info.privacy_url)}]({info.privacy_url})" if info.privacy_url else "unknown"),
    ]
    parts = [f"# {info.title}", "", *([info.summary, ""] if info.summary else [])]
    parts += [table(["at a glance", ""], [[name, value] for name, value in facts]), "", "## Operations", ""]
    for feature in info.features:
        parts += [f"### `{feature.operation}`", ""]
        if feature.support is Support.UNDOCUMENTED:
            parts += [
                "Known by name alone: nothing public documents it, so calling it raises FEATURE_NOT_SUPPORTED.",
                "",
            ]
            continue
        parts += [*([feature.summary, ""] if feature.summary else []), *bullets(feature, info), ""]
    return "\n".join(parts)


def bullets(feature: Feature, info: ProviderInfo) -> Iterable[str]:
    """What one operation needs, gives and costs."""
    needs = "; or ".join(" + ".join(f"`{word}`" for word in way) for way in feature.needs)
    yield f"- needs: {needs or 'nothing'}"
    if feature.uses:
        yield f"- can use: {words(feature.uses)}"
    yield f"- gives: {words(feature.gives)}"
    yield f"- costs: {cost(feature, info)}"
    if feature.confidence is not None:
        yield f"- confidence where the vendor states none: {feature.confidence}" + (
            f" ({feature.confidence_reason})" if feature.confidence_reason else ""
        )
    if feature.support is not info.support:
        yield f"- checked: {feature.support}"
    if said := checked_by(info.id, feature.operation):
        yield f"- checked by: {'; '.join(said)}"
    if feature.docs_url:
        yield f"- documentation: [{host(feature.docs_url)}]({feature.docs_url})"


def price(info: ProviderInfo, feature: Feature | None) -> str:
    """One cell of the matrix: credits, and beside them USD, which the page can show instead."""
    if feature is None or feature.support is Support.UNDOCUMENTED:
        return ""
    star = "*" if feature.charged is Charged.ON_HIT else ""
    if feature.charged is Charged.FREE:
        credits, usd = "0", "0"
    elif not feature.credits:
        credits, usd = "?", "?"
    else:
        credits = "+".join(f"{amount.normalize():f}" for amount in feature.credits.values()) + star
        dollars = in_usd(info, feature)
        usd = "?" if dollars is None else f"${dollars}{star}"
    shown = credits.replace("*", "\\*")
    told = f"{feature.operation}: {cost(feature, info)}"
    return f'<span class="cell" data-usd="{escape(usd)}" title="{escape(told)}">{shown}</span>'


def in_usd(info: ProviderInfo, feature: Feature) -> str | None:
    """What one answer costs at the cheapest published price; None where one of its credits has none."""
    total = Decimal(0)
    for pool, amount in (feature.credits or {}).items():
        prices = [one.usd for one in info.prices if one.pool in (pool, "")]
        if not prices:
            return None
        total += amount * min(prices)
    return f"{total:.4f}".rstrip("0").rstrip(".") if total < 1 else f"{total:.2f}"


def cost(feature: Feature, info: ProviderInfo) -> str:
    """The same as a phrase."""
    if feature.charged is Charged.FREE:
        return "nothing"
    if not feature.credits:
        return token_costs(feature, info) or "not documented"
    most = ", more for larger questions" if feature.max_credits is not None else ""
    when = "only when something is found" if feature.charged is Charged.ON_HIT else "found or not"
    amount = credits_of(feature)
    return f"{amount} credit{'' if amount == '1' else 's'}, {when}{most}"


def credits_of(feature: Feature) -> str:
    """Credits by purse, in plain digits."""
    return " + ".join(f"{amount.normalize():f} {pool}".strip() for pool, amount in (feature.credits or {}).items())


SPANS = {1: "a second", 60: "a minute", 3600: "an hour", 86_400: "a day"}


def str_rates(rates: Iterable[le.Rate]) -> Iterable[str]:
    """Limits in words; endpoints that have the same limit, each for itself, stand together."""
    apart: dict[tuple[Any, ...], list[str]] = {}
    for rate in rates:
        shared = [] if rate.on is None else [rate.on] if isinstance(rate.on, str) else list(rate.on)
        alone = len(shared) == 1
        apart.setdefault((rate.limit, rate.unit, rate.per, None if alone else tuple(shared)), []).extend(shared)
    for (limit, unit, per, together), endpoints in apart.items():
        where = "" if not endpoints else f" on {words(endpoints)}"
        if len(endpoints) > 1:
            where = f" on each of {words(endpoints)}" if together is None else f"{where} together"
        yield f"{limit:,} {unit} {SPANS.get(per, f'in {per:g} s')}{where}"


def str_price(price: Any) -> str:
    """One list price in words."""
    return f"${price.usd:f} a {price.pool} credit".replace("  ", " ") + "".join(
        f" ({part})" for part in [", ".join(filter(None, [price.plan, price.as_of]))] if part
    )


def words(names: Iterable[str]) -> str:
    """A list of names in code type."""
    return ", ".join(f"`{name}`" for name in names)


def host(url: str) -> str:
    """What to show of a link."""
    return url.split("://")[-1].split("/")[0]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
