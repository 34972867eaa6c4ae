"""`python -m leadenrich doctor`: versions, extras, providers, the keys that are found, and which of them work."""

from __future__ import annotations

import asyncio
import platform
import re
from importlib import metadata

import typer

import leadenrich as le

FOUNDATION = ("httpx", "httpx-aiohttp", "aiohttp", "pydantic", "phonenumbers")
"""Packages whose versions a report of a problem should name."""
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+).*extra\s*==\s*['\"](?P<extra>[\w-]+)['\"]")


def run(*, online: bool, sandbox: bool = False) -> bool:
    """Print what is installed and which keys are found; return whether nothing is wrong.

    Args:
        online: ask each vendor with a key whether it is good, where a free call shows that.
        sandbox: look at the sandbox, which has a key for everybody.
    """
    session = le.Session.sandbox() if sandbox else le.Session()
    _show_versions()
    _show_extras()
    providers = le.providers()
    keyed = [info for info in providers if info.auth.missing(())]
    found = [info for info in keyed if session.has_credentials(info.id)]
    free = len(providers) - len(keyed)
    typer.echo(f"\nproviders: {len(providers)}, {free} of them need no key; keys found for {len(found)}")
    for info in found:
        typer.echo(f"  {info.id.ljust(20)} {info.title}")
    if not found:
        typer.echo("  set HUNTER_API_KEY, for instance; the documentation of each vendor names its variables")
    wrong = [*providers.problems, *_misspelt(session, keyed)]
    for text in wrong:
        typer.echo(f"! {text}")
    if online and found:
        wrong += asyncio.run(_check(session, [info.id for info in found]))
    elif found:
        typer.echo("\n--online asks each vendor whether the key is good (free calls only)")
    return not wrong


def _show_versions() -> None:
    typer.echo(f"leadenrich {le.__version__}, Python {platform.python_version()}, {platform.platform()}")
    typer.echo("  " + ", ".join(f"{name} {_version(name) or 'missing'}" for name in FOUNDATION))


def _show_extras() -> None:
    """Print each extra with the versions of its packages, or with the command that installs it."""
    typer.echo("\nextras:")
    for extra, packages in sorted(_extras().items()):
        if extra == "all":
            continue
        versions = {name: _version(name) for name in packages}
        have = ", ".join(f"{name} {version}" for name, version in versions.items())
        command = f'pip install "leadenrich[{extra}]"'
        typer.echo(f"  {extra.ljust(10)}{have if all(versions.values()) else command}")


def _extras() -> dict[str, list[str]]:
    """Return the packages of each extra, as the installed leadenrich names them."""
    extras: dict[str, list[str]] = {}
    for requirement in (metadata.requires("leadenrich") or ()) if _version("leadenrich") else ():
        if (found := _REQUIREMENT.match(requirement)) and found["name"] != "leadenrich":
            extras.setdefault(found["extra"], []).append(found["name"])
    return extras


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _misspelt(session: le.Session, keyed: list[le.ProviderInfo]) -> list[str]:
    """Return what was most likely meant for a key that is missing, each variable once."""
    told: dict[str, None] = {}
    for info in keyed:
        if not session.has_credentials(info.id):
            _, *hints = session.missing_key(info.id).split("; ")
            told.update(dict.fromkeys(hints))
    return list(told)


async def _check(session: le.Session, ids: list[str]) -> list[str]:
    """Ask every vendor with a key whether it is good, print what each said; return what is wrong."""
    typer.echo("\nonline:")
    wrong = []

    async def one(provider_id: str) -> tuple[str, str, bool]:
        try:
            good = await session.check(provider_id)
        except le.FeatureNotSupportedError:
            return provider_id, "not checked: no free call shows it", True
        except le.LeadEnrichError as error:
            return provider_id, str(error.message), False
        return provider_id, "works" if good else "the key is refused", bool(good)

    async with session:
        for provider_id, said, good in await asyncio.gather(*(one(name) for name in ids)):
            typer.echo(f"  {provider_id.ljust(20)} {said}")
            if not good:
                wrong.append(provider_id)
    return wrong
