"""What the domain name system says of a company's mail: MX, provider, SPF, DMARC. Needs the extra `dns` (dnspython).

Free, no key. A provider of its own kind: it speaks DNS, not HTTP, so it implements the bare `Provider` protocol.
Facts: RFC 5321 (MX), RFC 7505 (a "null MX" takes no mail), RFC 7208 (SPF), RFC 7489 (DMARC).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.contract import Category, Charged, Feature, Hit, Miss, Operation, ProviderInfo, Query, Quota, Tier
from leadenrich.errors import (
    ConfigurationError,
    FeatureNotSupportedError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnreachableError,
)

MAIL = {
    "google.com": "Google",
    "googlemail.com": "Google",
    "outlook.com": "Microsoft",
    "protonmail.ch": "Proton",
    "zoho.com": "Zoho",
    "zoho.eu": "Zoho",
    "pphosted.com": "Proofpoint",
    "mimecast.com": "Mimecast",
    "barracudanetworks.com": "Barracuda",
    "yandex.net": "Yandex",
    "mail.ru": "Mail.ru",
    "icloud.com": "Apple",
    "secureserver.net": "GoDaddy",
    "kundenserver.de": "IONOS",
    "ionos.com": "IONOS",
    "ovh.net": "OVH",
    "fastmail.com": "Fastmail",
    "messagingengine.com": "Fastmail",
    "amazonaws.com": "Amazon",
    "gandi.net": "Gandi",
    "iphmx.com": "Cisco",
    "messagelabs.com": "Broadcom",
    "hornetsecurity.com": "Hornetsecurity",
    "qq.com": "Tencent",
    "aliyun.com": "Alibaba",
    "naver.com": "Naver",
    "hostinger.com": "Hostinger",
}
"""The end of a mail exchanger's name -> who runs it."""


class DNS:
    """Mail records of a domain.

    Args:
        resolver: anything with dnspython's `async resolve(name, kind)`; by default the system's own resolver.
    """

    info = ProviderInfo(
        title="DNS",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="",
        docs_url=None,
        id="dns",
        summary="MX, mail provider, SPF and DMARC of a domain; free, no key, needs the extra `dns`.",
        features=(
            Feature(
                "dns.mail",
                needs=(("company_domain",), ("email",)),
                charged=Charged.FREE,
                confidence=95,
                gives=("mx_provider", "dns_mx", "dns_spf", "dns_dmarc"),
                confidence_reason="the domain's own records",
                summary="Say who runs a domain's mail.",
            ),
            Feature(
                "verify_email",
                needs=(("email",),),
                charged=Charged.FREE,
                confidence=95,
                gives=("email_status", "mx_provider"),
                confidence_reason="a domain that takes no mail has no mailbox",
                summary="Say invalid where the domain takes no mail, unknown elsewhere.",
            ),
        ),
    )

    def __init__(self, resolver: Any = None) -> None:
        self._resolver = resolver

    async def initialize(self, credentials: Mapping[str, str]) -> None:
        """Load the resolver.

        Raises:
            ConfigurationError: dnspython is not installed.
        """
        if self._resolver is None:
            try:
                from dns.asyncresolver import Resolver
            except ImportError:
                raise ConfigurationError('the provider dns needs dnspython: pip install "leadenrich[dns]"') from None
            self._resolver = Resolver()

    async def validate_credentials(self) -> bool:
        """There are none."""
        return True

    async def execute(self, operation: str, query: Query) -> Hit | Miss:
        """Answer one question from the domain's records."""
        domain = query.company_domain or query["email"].rpartition("@")[2]
        exchangers = await self._exchangers(domain)
        runner = provider_of(exchangers)
        if operation == Operation.VERIFY_EMAIL:
            return Hit(email_status="unknown" if exchangers else "invalid", mx_provider=runner)
        texts = await self._lookup(domain, "TXT") or []
        policies = await self._lookup(f"_dmarc.{domain}", "TXT") or []
        if not exchangers and not texts:
            return Miss("no mail records")
        found = {
            "mx_provider": runner,
            "dns_mx": exchangers,
            "dns_spf": next((text for text in texts if text.lower().startswith("v=spf1")), None),
            "dns_dmarc": next((text for text in policies if text.lower().startswith("v=dmarc1")), None),
        }
        return Hit(found)

    async def bulk_execute(self, operation: str, queries: Sequence[Query]) -> Sequence[Hit | Miss | ProviderError]:
        """Answer several, one after the other."""
        answers: list[Hit | Miss | ProviderError] = []
        for query in queries:
            try:
                answers.append(await self.execute(operation, query))
            except ProviderError as error:
                answers.append(error)
        return answers

    async def quota(self) -> Quota:
        """There is none.

        Raises:
            FeatureNotSupportedError: always.
        """
        raise FeatureNotSupportedError("has no account and no quota", provider="dns")

    async def _exchangers(self, domain: str) -> list[str]:
        """Return the mail exchangers, best first; none for a null MX; the host itself where it only has an address."""
        records = await self._lookup(domain, "MX")
        if records is None:
            return []
        if not records:
            return [domain] if await self._lookup(domain, "A") else []
        ranked = sorted(
            (int(rank), name.rstrip(".").lower()) for rank, name in (record.split(" ", 1) for record in records)
        )
        return [name for _, name in ranked if name]

    async def _lookup(self, name: str, kind: str) -> list[str] | None:
        """Return a name's records as text; [] where it has none of that kind, None where it does not exist."""
        import dns.exception
        import dns.resolver

        try:
            answer = await self._resolver.resolve(name, kind)
        except dns.resolver.NXDOMAIN:
            return None
        except dns.resolver.NoAnswer:
            return []
        except dns.exception.Timeout:
            raise ProviderTimeoutError("the resolver did not answer in time", provider="dns") from None
        except dns.exception.DNSException as error:
            raise ProviderUnreachableError(f"the resolver failed ({type(error).__name__})", provider="dns") from None
        return [text_of(record) for record in answer]


def text_of(record: Any) -> str:
    """Return a record's text; the pieces of a TXT record joined."""
    strings = getattr(record, "strings", None)
    return b"".join(strings).decode("utf-8", "replace") if strings else str(record.to_text())


def provider_of(exchangers: Sequence[str]) -> str | None:
    """Return who runs the first known exchanger."""
    for name in exchangers:
        labels = name.split(".")
        for start in range(len(labels) - 1):
            if (runner := MAIL.get(".".join(labels[start:]))) is not None:
                return runner
    return None


provider = DNS
