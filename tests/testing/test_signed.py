"""Signed webhooks, made for tests of the routes that take them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

import leadenrich as le
from leadenrich.sandbox.transport import SandboxCredentials
from leadenrich.testing import signed

HERE = set(SandboxCredentials())  # a plugin need not have a fake
SIGNING = [info.id for info in le.providers() if info.webhook is not None and info.id in HERE]


def test_there_are_vendors_that_sign() -> None:
    assert {"surfe", "fullenrich", "openai", "firecrawl"} <= set(SIGNING)
    assert all("webhook_secret" in SandboxCredentials()[vendor] for vendor in SIGNING)
    assert "webhook_secret" not in SandboxCredentials()["hunter"]


@pytest.mark.parametrize("vendor", SIGNING)
@pytest.mark.looptime
async def test_a_delivery_is_taken_where_it_is_signed_and_only_there(vendor: str) -> None:
    body = json.dumps({"id": "job-1"}).encode()
    async with le.Session.sandbox() as session:
        account = session._opened(vendor)
        trusted = session._jobs._trusted
        headers = {name.lower(): value for name, value in signed(vendor, body).items()}
        assert trusted(account, body, headers, None) is True
        assert trusted(account, body + b" ", headers, None) is None
        another = {name.lower(): value for name, value in signed(vendor, body, secret="b3RoZXI=").items()}
        assert trusted(account, body, another, None) is None
        if account.info.webhook is not None and account.info.webhook.tolerance is not None:
            late = signed(vendor, body, at=datetime.now(UTC) - timedelta(hours=1))
            assert trusted(account, body, {name.lower(): value for name, value in late.items()}, None) is None


@pytest.mark.looptime
async def test_a_signed_delivery_ends_a_wait_on_the_sandbox() -> None:
    body = json.dumps({"id": "job-1"}).encode()
    heard: list[le.Event] = []
    hook = "https://leads.example/hooks/{provider}"
    async with le.Session.sandbox(knows="everything", webhook_url=hook, on_event=heard.append) as session:
        query = {"first_name": "Beat", "last_name": "Hürlimannsen", "company_domain": "lakadale.example"}
        call = asyncio.create_task(session.call("fullenrich", "find_email", query))
        await asyncio.sleep(10)
        assert not call.done()
        assert await session.deliver("fullenrich", body, {"x-signature-sha1": "00"}) is False
        for _ in range(2):  # the sandbox's jobs are done at the second poll, the first of which comes after 30 s
            assert await session.deliver("fullenrich", body, signed("fullenrich", body)) is True
            await asyncio.sleep(2)
        assert call.done()
        assert (await call)["email"].endswith("@lakadale.example")
    assert [event.data["woken"] for event in heard if event.kind == "webhook.delivered"] == [False, True, True]


def test_what_cannot_be_signed_is_told() -> None:
    with pytest.raises(le.ConfigurationError, match="hunter does not sign"):
        signed("hunter", b"{}")
    with pytest.raises(le.ConfigurationError, match="webhook_secret of openai: the secret is not base64"):
        signed("openai", b"{}", secret="whsec_x")
    with pytest.raises(le.ProviderNotFoundError):
        signed("hunterr", b"{}")
