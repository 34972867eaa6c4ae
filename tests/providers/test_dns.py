"""The provider that speaks DNS, against an invented zone."""

from typing import Any

import dns.resolver
import pytest

import leadenrich as le
from leadenrich.contract import Provider, Query
from leadenrich.errors import ProviderTimeoutError
from leadenrich.providers.dns import DNS, provider_of


class Record:
    def __init__(self, text: str) -> None:
        self.text = text

    def to_text(self) -> str:
        return self.text


class Text(Record):
    @property
    def strings(self) -> list[bytes]:
        half = len(self.text) // 2
        return [self.text[:half].encode(), self.text[half:].encode()]


ZONE: dict[tuple[str, str], list[Record]] = {
    ("brightloom.example", "MX"): [Record("20 alt1.aspmx.l.google.com."), Record("10 ASPMX.L.GOOGLE.COM.")],
    ("brightloom.example", "TXT"): [Text("other=1"), Text("v=spf1 include:_spf.google.com ~all")],
    ("_dmarc.brightloom.example", "TXT"): [Text("v=DMARC1; p=reject")],
    ("nomail.example", "MX"): [Record("0 .")],
    ("plain.example", "A"): [Record("192.0.2.1")],
}


class Resolver:
    asked = 0

    async def resolve(self, name: str, kind: str) -> list[Record]:
        self.asked += 1
        if name == "slow.example":
            raise dns.resolver.LifetimeTimeout(timeout=5, errors=[])
        if name == "broken.example":
            raise dns.resolver.NoNameservers
        if (name, kind) in ZONE:
            return ZONE[name, kind]
        if any(known == name for known, _ in ZONE):
            raise dns.resolver.NoAnswer(response=Nothing())
        raise dns.resolver.NXDOMAIN


class Nothing:
    question = ("nothing",)

    def __getattr__(self, name: str) -> Any:
        return self


async def ask(operation: str, **query: str) -> Any:
    provider = DNS(Resolver())
    await provider.initialize({})
    return await provider.execute(operation, Query(query))


async def test_who_runs_the_mail_and_its_policies() -> None:
    hit = await ask("dns.mail", company_domain="brightloom.example")
    assert hit.data == {
        "mx_provider": "Google",
        "dns_mx": ["aspmx.l.google.com", "alt1.aspmx.l.google.com"],
        "dns_spf": "v=spf1 include:_spf.google.com ~all",
        "dns_dmarc": "v=DMARC1; p=reject",
    }


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("a@brightloom.example", "unknown"),
        ("a@nomail.example", "invalid"),
        ("a@nowhere.example", "invalid"),
        ("a@plain.example", "unknown"),
    ],
)
async def test_a_domain_that_takes_no_mail_has_no_mailbox(email: str, status: str) -> None:
    assert (await ask("verify_email", email=email)).data["email_status"] == status


async def test_a_domain_without_records_is_a_miss() -> None:
    assert not await ask("dns.mail", company_domain="nowhere.example")


async def test_a_resolver_that_fails_is_a_typed_error() -> None:
    with pytest.raises(ProviderTimeoutError):
        await ask("dns.mail", company_domain="slow.example")
    answers = await DNS(Resolver()).bulk_execute(
        "verify_email", [Query(email="a@broken.example"), Query(email="a@plain.example")]
    )
    assert isinstance(answers[0], le.ProviderUnreachableError)
    assert answers[1]


async def test_it_is_an_ordinary_provider() -> None:
    provider = DNS(Resolver())
    assert isinstance(provider, Provider)
    assert await provider.validate_credentials()
    with pytest.raises(le.FeatureNotSupportedError):
        await provider.quota()
    assert [info.id for info in le.providers(operation="dns.mail")] == ["dns"]
    assert provider_of(["mail.brightloom.example"]) is None


async def test_without_dnspython_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def none(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("dns"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(le.ConfigurationError, match=r"leadenrich\[dns\]"):
        await DNS().initialize({})


async def test_in_the_sandbox_the_invented_world_answers_and_nothing_is_looked_up() -> None:
    async with le.Session.sandbox(knows="everything") as session:
        company = next(iter(session.transport.world.companies))
        hit = await session.call("dns", "dns.mail", {"company_domain": company.company_domain})
        verdict = await session.call("dns", "verify_email", {"email": "mira@nowhere-at-all.example"})
    assert hit["dns_spf"].startswith("v=spf1")
    assert verdict["email_status"] == "invalid"
