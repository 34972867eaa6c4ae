"""Sandbox: the mail records of the invented world's domains."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import Provider
from leadenrich.registry import registry
from leadenrich.sandbox.view import View

LOSSY = {"verify_email": {"email_status": "records of a domain say nothing of one mailbox"}}
HOSTS = {"Google": "aspmx.l.google.com", "Microsoft": "mail.protection.outlook.com"}


class Record:
    """One record, as dnspython shows it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def to_text(self) -> str:
        """Return its text."""
        return self.text


class Resolver:
    """Answers for the companies of the world; every other name does not exist."""

    def __init__(self, view: View) -> None:
        self._view = view

    async def resolve(self, name: str, kind: str) -> list[Any]:
        """Return a name's records.

        Raises:
            dns.resolver.NXDOMAIN, dns.resolver.NoAnswer: as the real one.
        """
        import dns.resolver

        company = self._view.company(domain=name.removeprefix("_dmarc."))
        if company is None:
            raise dns.resolver.NXDOMAIN
        host = HOSTS.get(str(company.mx_provider), f"mail.{company.company_domain}")
        if kind == "MX":
            return [Record(f"10 {host}.")]
        if name.startswith("_dmarc."):
            return [Record("v=DMARC1; p=none")]
        return [Record("v=spf1 mx ~all")]


def native(view: View) -> Provider:
    """Return the provider over the world's own records."""
    provider: Provider = registry.get("dns")(Resolver(view))
    return provider
