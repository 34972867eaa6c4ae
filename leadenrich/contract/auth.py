"""How a request is signed: each kind of credential a vendor may ask for, as data plus one `sign`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Container, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from leadenrich.contract.wire import Reply, Request
from leadenrich.errors import FeatureNotSupportedError

SANDBOX_KEY = "sandbox"
"""What stands for every credential in the sandbox; it opens nothing, so it is no secret."""


class Outgoing:
    """A copy of one request on its way out; signing changes this copy alone."""

    __slots__ = ("at", "data", "headers", "json", "params")

    def __init__(self, request: Request) -> None:
        self.at: dict[str, Any] = dict(request.at or {})
        self.params: dict[str, Any] = dict(request.params or {})
        self.headers: dict[str, str] = dict(request.headers or {})
        self.json: Any = dict(request.json) if isinstance(request.json, dict) else request.json
        self.data: Any = dict(request.data) if isinstance(request.data, Mapping) else request.data


class Token:
    """What a login gave: the token, and after how many seconds it ends (None: unknown)."""

    __slots__ = ("expires_in", "value")

    def __init__(self, value: str, expires_in: float | None = None) -> None:
        self.value, self.expires_in = value, expires_in

    def __repr__(self) -> str:
        return "<Token>"


Secrets = Mapping[str, str]
"""Credential field -> its plain value, only ever inside `sign`."""

Login = Generator[Request, Reply, Token]


class Auth:
    """A kind of credential.

    Attributes:
        fields: the credential's fields by plain name, in the order a person would give them.
        public: those of them that are no secret (a client id, an account id).
        optional: those of them that may be left out.
        shared: whether a key that one API refuses will be refused by the vendor's others too.
    """

    fields: tuple[str, ...] = ("api_key",)
    public: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    shared: bool = True

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Put the credentials into the outgoing copy."""
        raise NotImplementedError

    def login(self) -> Login | None:
        """Return the flow that fetches a token, where this kind needs one."""
        return None

    def missing(self, held: Container[str]) -> list[str]:
        """Return the fields without which nothing can be sent, of those not held."""
        return [field for field in self.fields if field not in held and field not in self.optional]


@dataclass(frozen=True)
class NoAuth(Auth):
    """A keyless public source."""

    fields = ()

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Leave the request as it is."""


class OneKey(Auth):
    """A kind that needs one credential field."""

    field: str

    @property
    def fields(self) -> tuple[str, ...]:  # type: ignore[override]  # computed where others state it
        """Return that field."""
        return (self.field,)


@dataclass(frozen=True)
class HeaderKey(OneKey):
    """The key in a header of the vendor's own, `prefix` before it; not `shared` where it is enabled for each API."""

    name: str
    prefix: str = ""
    field: str = "api_key"
    shared: bool = True

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Set the header."""
        out.headers[self.name] = self.prefix + secrets[self.field]


class HeaderSetting(HeaderKey):
    """A setting that is no secret, sent in a header, such as the contact address some sources want in `User-Agent`."""

    @property
    def public(self) -> frozenset[str]:  # type: ignore[override]  # computed where others state it
        """Return the fields that are no secret."""
        return frozenset(self.fields)


class Bearer(HeaderKey):
    """`Authorization: Bearer <key>`."""

    def __init__(self, field: str = "api_key") -> None:
        super().__init__("Authorization", "Bearer ", field)


@dataclass(frozen=True)
class QueryKey(OneKey):
    """The key in the query string, for vendors that take it nowhere else."""

    name: str
    field: str = "api_key"

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Set the parameter."""
        out.params[self.name] = secrets[self.field]


@dataclass(frozen=True)
class BodyKey(OneKey):
    """The key as a field of the JSON or form body."""

    name: str
    field: str = "api_key"

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Set the body field, in whichever body the request has."""
        if isinstance(out.data, dict):
            out.data[self.name] = secrets[self.field]
        else:
            out.json = {**(out.json or {}), self.name: secrets[self.field]}


@dataclass(frozen=True)
class PathKey(OneKey):
    """The key as a part of the path: `{api_key}` there."""

    field: str = "api_key"

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Fill the placeholder."""
        out.at[self.field] = secrets[self.field]


@dataclass(frozen=True)
class Basic(Auth):
    """HTTP basic authentication; each half is a credential field, or None for an empty one."""

    username: str | None = "api_key"
    password: str | None = None
    public_username: bool = False

    @property
    def fields(self) -> tuple[str, ...]:  # type: ignore[override]  # computed where others state it
        """Return the credential fields."""
        return tuple(half for half in (self.username, self.password) if half is not None)

    @property
    def public(self) -> frozenset[str]:  # type: ignore[override]  # computed where others state it
        """Return the fields that are no secret."""
        return frozenset({self.username}) if self.username and self.public_username else frozenset()

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Set the Authorization header."""
        pair = ":".join(secrets[half] if half else "" for half in (self.username, self.password))
        out.headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()


class AllOf(Auth):
    """Several keys at once: every part signs."""

    def __init__(self, *parts: Auth) -> None:
        self.parts = parts
        self.fields = tuple(dict.fromkeys(field for part in parts for field in part.fields))
        self.public = frozenset().union(*(part.public for part in parts))
        self.optional = frozenset().union(*(part.optional for part in parts))
        self.shared = all(part.shared for part in parts)

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Let every part sign."""
        for part in self.parts:
            part.sign(out, secrets, token)

    def login(self) -> Login | None:
        """Return the login of the part that has one."""
        return next((flow for part in self.parts if (flow := part.login()) is not None), None)

    def __repr__(self) -> str:
        return f"AllOf{self.parts!r}"


class Keyring(Auth):
    """A key for each of a vendor's APIs, of which an account may have any: `Request(auth=KEYS.part("email_key"))`."""

    shared = False

    def __init__(self, *parts: Auth) -> None:
        self.parts = tuple(OptionalKey(part) for part in parts)
        self.fields = tuple(dict.fromkeys(field for part in parts for field in part.fields))
        self.public = frozenset().union(*(part.public for part in parts))
        self.optional = frozenset(self.fields)

    def part(self, field: str) -> Auth:
        """Return the kind that signs with one of the keys, and refuses where the account has none."""
        return _Owned(next(part.inner for part in self.parts if field in part.fields))

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Leave the request as it is."""

    def missing(self, held: Container[str]) -> list[str]:
        """Return all fields where none is held: one key is enough to begin with."""
        return [] if any(field in held for field in self.fields) else list(self.fields)

    def __repr__(self) -> str:
        return f"Keyring{self.parts!r}"


class _Owned(Auth):
    """One key of a keyring."""

    def __init__(self, inner: Auth) -> None:
        self.inner, self.fields, self.public = inner, inner.fields, inner.public

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        for field in self.fields:
            if field not in secrets:
                raise FeatureNotSupportedError(f"needs the credential {field!r}, which is not given")
        self.inner.sign(out, secrets, token)

    def __repr__(self) -> str:
        return repr(self.inner)


class Settings(Auth):
    """Settings that are filled into paths (`{account_id}`) and are no secret; optional ones may be left out."""

    def __init__(self, *names: str, optional: tuple[str, ...] = ()) -> None:
        self.fields = (*names, *optional)
        self.public = frozenset(self.fields)
        self.optional = frozenset(optional)

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Fill the placeholders."""
        for field in self.fields:
            if field in secrets:
                out.at.setdefault(field, secrets[field])

    def __repr__(self) -> str:
        return f"Settings{self.fields!r}"


class OptionalKey(Auth):
    """A key the vendor accepts but does not need (a higher limit with it)."""

    def __init__(self, inner: Auth) -> None:
        self.inner = inner
        self.fields = inner.fields
        self.public = inner.public
        self.optional = frozenset(inner.fields)

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Sign where the credentials are there."""
        if all(field in secrets for field in self.inner.fields):
            self.inner.sign(out, secrets, token)

    def __repr__(self) -> str:
        return f"OptionalKey({self.inner!r})"


@dataclass(frozen=True)
class _Credentials(Auth):
    """Signs a login request: vendor's parameter name -> credential field, in the body the request has."""

    places: Mapping[str, str]

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        filled = {name: secrets[field] for name, field in self.places.items()}
        if isinstance(out.data, dict):
            out.data.update(filled)
        else:
            out.json = {**(out.json or {}), **filled}


class TokenAuth(Auth):
    """A token fetched by a first call, then sent with every request."""

    def __init__(
        self,
        url: str,
        *,
        places: Mapping[str, str],
        public: tuple[str, ...],
        form: bool,
        extra: Mapping[str, str],
        token_at: str,
        expires_at: str,
        lifetime: float | None,
        sender: Callable[[Outgoing, str], None],
        signer: Auth | None = None,
    ) -> None:
        self.url, self.places, self.form, self.extra = url, dict(places), form, dict(extra)
        self.fields = tuple(signer.fields) if signer else tuple(places.values())
        self.public = frozenset(public)
        self.token_at, self.expires_at, self.lifetime = token_at, expires_at, lifetime
        self.sender, self.signer = sender, signer or _Credentials(self.places)

    def sign(self, out: Outgoing, secrets: Secrets, token: str | None = None) -> None:
        """Send the token."""
        if token is not None:
            self.sender(out, token)

    def login(self) -> Login:
        """Fetch a token with one unpaid call."""
        body: dict[str, Any] = {"data": self.extra} if self.form else {"json": self.extra}
        reply = yield Request("POST", self.url, **body, paid=False, auth=self.signer, expect=(200, 201))
        token = reply.get(self.token_at) if self.token_at else reply.text.strip().strip('"')
        expires = reply.get(self.expires_at) if self.expires_at else None
        try:
            seconds = float(expires) if expires is not None else self.lifetime
        except (TypeError, ValueError):
            seconds = self.lifetime
        return Token(str(token or ""), seconds)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


def bearer(out: Outgoing, token: str) -> None:
    """Send a token as `Authorization: Bearer`."""
    out.headers["Authorization"] = f"Bearer {token}"


class ClientCredentials(TokenAuth):
    """OAuth 2.0 client credentials (RFC 6749, 4.4).

    Args:
        url: the token endpoint.
        basic: send client id and secret as HTTP basic instead of as fields of the body.
        form: send the body as a form; False: as JSON.
        scope: a scope to ask for.
        lifetime: seconds a token lives where the reply does not say.
        extra: further fields of the body.
    """

    def __init__(
        self,
        url: str,
        *,
        basic: bool = False,
        form: bool = True,
        scope: str | None = None,
        lifetime: float | None = 3600,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            url,
            places={"client_id": "client_id", "client_secret": "client_secret"},
            public=("client_id",),
            form=form,
            extra={"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **(extra or {})},
            token_at="access_token",
            expires_at="expires_in",
            lifetime=lifetime,
            sender=bearer,
            signer=Basic("client_id", "client_secret", public_username=True) if basic else None,
        )


class LoginToken(TokenAuth):
    """A login call whose reply holds a token (a JWT, a session key).

    Args:
        url: the login endpoint.
        places: the vendor's body field -> credential field.
        token_at: path of the token in the reply; empty for a bare text body.
        expires_at: path of its lifetime in seconds.
        lifetime: seconds a token lives where the reply does not say.
        form: send the body as a form; False: as JSON.
        public: the credential fields that are no secret.
        header: the header that carries the token.
        prefix: stands before it there.
        extra: further fields of the body.
    """

    def __init__(
        self,
        url: str,
        *,
        places: Mapping[str, str],
        token_at: str,
        expires_at: str = "",
        lifetime: float | None = 3600,
        form: bool = False,
        public: tuple[str, ...] = ("username",),
        header: str = "Authorization",
        prefix: str = "Bearer ",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        def send(out: Outgoing, token: str) -> None:
            out.headers[header] = prefix + token

        super().__init__(
            url,
            places=places,
            public=public,
            form=form,
            extra=extra or {},
            token_at=token_at,
            expires_at=expires_at,
            lifetime=lifetime,
            sender=send,
        )
