"""The server side of a fake vendor: signature, route, jobs and books."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from leadenrich.contract import Auth, ClientCredentials, ErrorCode, OptionalKey, ProviderInfo, Request, TokenAuth
from leadenrich.contract.auth import Outgoing
from leadenrich.sandbox.fake import SECRET, TOKEN, Answer, Book, Call, routes_of
from leadenrich.sandbox.view import View


class FakeServer:
    """One vendor's fake: checks the signature as `info.auth` says, finds the route, keeps jobs and books.

    Args:
        info: the provider's facts. errors: its status table, read backwards for refusals.
        handlers: a module or a list of route functions. view: what it knows.
    """

    def __init__(self, info: ProviderInfo, errors: Mapping[int, ErrorCode], handlers: Any, view: View) -> None:
        self.info, self.view, self.book = info, view, Book()
        self.errors = errors
        self.routes = [(one, one.pattern(info.base_url)) for one in routes_of(handlers)]
        self._login_says: Mapping[str, Any] = {"token_type": "Bearer", **getattr(handlers, "LOGIN", {})}
        self.refused = getattr(handlers, "REFUSED", None) or self._says("authentication", 401)
        self.throttled = getattr(handlers, "THROTTLED", None) or self._says("rate_limit", 429)
        self.no_credits = getattr(handlers, "NO_CREDITS", None) or self._says("insufficient_credits", 402)
        self._jobs: dict[str, list[Any]] = {}

    def _says(self, what: str, usual: int) -> Answer:
        """Return the refusal by the vendor's own status, where its table has one."""
        mine = {status for status, code in self.errors.items() if what in code.lower()}
        status = usual if usual in mine or (usual not in self.errors and not mine) else min(mine, default=usual)
        return Answer(status, json={"error": what.replace("_", " "), "message": "said by the sandbox"})

    def answer(self, method: str, url: str, query: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Answer one request."""
        call = Call(self, method, url, query, headers, content)
        if (token := self._login(call)) is not None:
            return token
        for one, pattern in self.routes:
            found = pattern.fullmatch(url) if one.method == method.upper() else None
            if found is not None:
                call.at = {name: unquote(value) for name, value in found.groupdict().items()}
                if one.signed and not self._is_signed(call, one.auth or self.info.auth):
                    return self.refused
                said = one.handler(call)
                return said if isinstance(said, Answer) else Answer(json=said)
        return Answer(501, json={"error": f"the sandbox has no route for {method} here"})

    def has_route(self, method: str, url: str) -> bool:
        """Return whether a request, its URL without the query, is one this fake answers."""
        return any(one.method == method.upper() and pattern.fullmatch(url) for one, pattern in self.routes) or any(
            isinstance(auth, TokenAuth) and url == self._absolute(auth.url) for auth in _parts(self.info.auth)
        )

    def _login(self, call: Call) -> Answer | None:
        """Answer a token endpoint by its declaration alone."""
        for auth in _parts(self.info.auth):
            if isinstance(auth, TokenAuth) and call.method.upper() == "POST" and call.url == self._absolute(auth.url):
                if not self._carries(call, auth.signer, None):
                    return self.refused
                if not auth.token_at:
                    return Answer(text=TOKEN)
                body: dict[str, Any] = dict(self._login_says) if isinstance(auth, ClientCredentials) else {}
                for path, value in ((auth.token_at, TOKEN), (auth.expires_at, 3600)):
                    _put(body, path, value)
                return Answer(json=body)
        return None

    def _absolute(self, url: str) -> str:
        return url if "://" in url else self.info.base_url + url

    def _is_signed(self, call: Call, auth: Auth) -> bool:
        return all(isinstance(part, OptionalKey) or self._carries(call, part, TOKEN) for part in _parts(auth))

    def _carries(self, call: Call, auth: Auth, token: str | None) -> bool:
        """Return whether a call carries everything that signing a bare request would add."""
        out = Outgoing(Request("POST", "/", json={}))
        auth.sign(out, dict.fromkeys((*auth.fields, *self.info.auth.fields), SECRET), token)
        body = call.json if isinstance(call.json, dict) else call.form
        placed = all(str(value) in map(unquote, re.split("[/:]", call.url)) for value in _in_path(auth, out).values())
        return placed and all(
            sent.get(name.lower() if sent is call.headers else name) == str(value)
            for sent, due in ((call.headers, out.headers), (call.params, out.params), (body, out.json or {}))
            for name, value in due.items()
        )

    def start_job(self, result: Any) -> str:
        """Keep a job's result; return its id."""
        job_id = f"job-{len(self._jobs) + 1}"
        self._jobs[job_id] = [0, result]
        return job_id

    def poll_job(self, job_id: str) -> Any:
        """Return a job's result from the second poll on."""
        job = self._jobs.get(job_id)
        if job is None:
            return None
        job[0] += 1
        return job[1] if job[0] > 1 else None

    def subject(self, text: str) -> str:
        """Return the company a text is about, or a general subject."""
        for word in re.findall(r"[\w-]+\.example", text.lower()):
            if (company := self.view.world.find_company(domain=word)) is not None:
                return company.company_name
        return "The company"


def _parts(auth: Auth) -> tuple[Auth, ...]:
    return getattr(auth, "parts", None) or (auth,)


def _in_path(auth: Auth, out: Outgoing) -> dict[str, Any]:
    return {} if auth.public.issuperset(out.at) else out.at


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".") if path else [""]
    for parent in parents:
        body = body.setdefault(parent, {})
    if name:
        body[name] = value
