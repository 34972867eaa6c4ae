"""Webhooks as vendors sign them, to test the route that hands them to `session.deliver`."""

from __future__ import annotations

from datetime import UTC, datetime

from leadenrich.engine.webhooks import sign
from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry
from leadenrich.sandbox.transport import secret_for


def signed(provider_id: str, body: bytes, *, secret: str | None = None, at: datetime | None = None) -> dict[str, str]:
    """Return the headers with which a vendor delivers a body.

    Args:
        provider_id: the vendor; one that signs nothing is known by the `token` of the URL it was given instead.
        body: as it is sent.
        secret: the credential field `webhook_secret`; None: the sandbox's.
        at: when it was signed; None: now.

    Raises:
        ProviderNotFoundError: there is no such vendor.
        ConfigurationError: the vendor signs nothing, or writes its secrets in another way.
    """
    signature = registry.info(provider_id).webhook
    if signature is None:
        raise ConfigurationError(f"{provider_id} does not sign its webhooks; call the URL with its token")
    chosen = secret_for(signature) if secret is None else secret
    try:
        return sign(signature, chosen, body, at or datetime.now(UTC))
    except ValueError as error:
        raise ConfigurationError(f"webhook_secret of {provider_id}: {error}") from None
