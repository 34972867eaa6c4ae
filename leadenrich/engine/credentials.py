"""Where credentials come from, and the keyed hash that stands for an account everywhere else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from leadenrich.contract import Auth, ProviderInfo
from leadenrich.engine.key_names import EXTRA, environment_name, how_to_set
from leadenrich.engine.validation import a, mapping
from leadenrich.errors import AuthenticationError, ConfigurationError, nearest
from leadenrich.registry import registry


class Credentials:
    """The credentials of one session: `{"hunter": "key", "tomba": {...}}`, or the environment where None is given."""

    def __init__(self, given: Mapping[str, Any] | None) -> None:
        mapping("credentials", given, '{"hunter": "key"}; or None reads the environment')
        self._given = given

    def __repr__(self) -> str:
        return "<Credentials>"

    def check(self, known: list[str]) -> None:
        """Refuse credentials that cannot be used: for a provider that does not exist, or without a part they need.

        A provider whose value is None or empty has none, as where a variable that it was read from is not set.
        A mapping that is no dict may fetch its values, and is asked for one when it is needed.

        Raises:
            ConfigurationError: the text names the provider and the field, and shows no value.
        """
        for provider_id in self._given or ():
            if provider_id not in known:
                raise ConfigurationError(
                    f"credentials for an unknown provider {provider_id!r}{nearest(provider_id, known)}"
                )
        for provider_id in self._given if isinstance(self._given, dict) else ():
            info = registry.info(provider_id)
            found = self._from_mapping(info)
            if found and (missing := info.auth.missing(found)):
                lacks = ", ".join(repr(field) for field in missing)
                raise ConfigurationError(f"credentials[{provider_id!r}] lacks {lacks}", provider=provider_id)

    def providers(self) -> list[str]:
        """Return the ids that were given by hand (none where the environment is read)."""
        return list(self._given or ())

    def find(self, info: ProviderInfo) -> dict[str, SecretStr] | None:
        """Return `{field: secret}` for a provider, or None where a field it cannot do without is missing."""
        found = self._from_environment(info) if self._given is None else self._from_mapping(info)
        return None if info.auth.missing(found) else found

    def need(self, info: ProviderInfo) -> dict[str, SecretStr]:
        """Return a provider's credentials.

        Raises:
            AuthenticationError: they are missing; the message says which and where to put them.
        """
        found = self.find(info)
        if found is None:
            raise AuthenticationError(f"no credentials; {self.how_to_set(info)}", provider=info.id)
        return found

    def how_to_set(self, info: ProviderInfo) -> str:
        """Return what to do where a provider's credentials are missing; it names variables and shows no value."""
        return how_to_set(info, self._given)

    def _from_environment(self, info: ProviderInfo) -> dict[str, SecretStr]:
        found = {}
        for field in (*info.auth.fields, *EXTRA):
            if value := os.environ.get(environment_name(info.id, field), "").strip():
                found[field] = SecretStr(value)
        return found

    def _from_mapping(self, info: ProviderInfo) -> dict[str, SecretStr]:
        value = (self._given or {}).get(info.id)
        if value is None:
            return {}
        if isinstance(value, str | SecretStr):
            value = {_only_field(info): value}
        if not isinstance(value, Mapping):
            raise ConfigurationError(f"credentials[{info.id!r}] is {a(value)}; give a string or a dict")
        allowed = (*info.auth.fields, *EXTRA)
        for field in value:
            if field not in allowed:
                raise ConfigurationError(
                    f"credentials[{info.id!r}] has no field {field!r}{nearest(str(field), allowed)}", provider=info.id
                )
        return {
            field: _secret(f"credentials[{info.id!r}][{field!r}]", secret) for field, secret in value.items() if secret
        }


def _secret(name: str, value: Any) -> SecretStr:
    """Return a credential as it was meant: without the line's end that comes along when it is read from a file."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ConfigurationError(f"{name} is {a(value)}; give a string")
    return SecretStr(str(value).strip())


def _only_field(info: ProviderInfo) -> str:
    needed = [field for field in info.auth.fields if field not in info.auth.optional] or list(info.auth.fields)
    if len(needed) != 1:
        raise ConfigurationError(
            f"credentials[{info.id!r}] needs a dict with {', '.join(needed) or 'nothing'}", provider=info.id
        )
    return needed[0]


def account_key(provider_id: str, auth: Auth, secrets: Mapping[str, SecretStr]) -> str:
    """Return the keyed hash that names an account: the same key is the same account in every process."""
    digest = hashlib.blake2b(key=b"leadenrich.account", digest_size=12, person=provider_id.encode()[:16])
    for field in auth.fields:
        if field in secrets:
            digest.update(f"{field}={secrets[field].get_secret_value()}\0".encode())
    return f"{provider_id}:{digest.hexdigest()}"
