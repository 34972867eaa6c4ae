"""The fake vendor of a declared provider: made of the same file, so that it can be tried before a key is bought."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from leadenrich.declared.schema import WORD, FieldSpec, OperationSpec, ProviderSpec, RequestSpec
from leadenrich.sandbox.fake import Answer, Call, route

PEOPLE = ("first_name", "last_name", "full_name", "email", "linkedin_url", "personal_email", "phone", "mobile_phone")


def routes_of(declaration: ProviderSpec) -> list[Callable[[Call], Any]]:
    """Return the routes that answer for a declaration's operations out of the world."""
    routes: list[Callable[[Call], Any]] = []
    for operation in declaration.operations.values():
        routes.append(_asked(declaration, operation))
        if operation.poll is not None:
            routes.append(_polled(declaration, operation))
    return routes


def _asked(declaration: ProviderSpec, spec: OperationSpec) -> Callable[[Call], Any]:
    @route(spec.request.method, spec.request.path)
    def asked(call: Call) -> Any:
        subject = _subject(call, _words(spec.request, call))
        reply = _reply(declaration, spec, subject)
        if spec.poll is None:
            return reply
        job: dict[str, Any] = {}
        _put(job, spec.poll.id, call.job(reply.json if isinstance(reply, Answer) else reply))
        return Answer(spec.request.expect[0], json=job)

    return asked


def _polled(declaration: ProviderSpec, spec: OperationSpec) -> Callable[[Call], Any]:
    poll = spec.poll
    assert poll is not None

    @route(poll.request.method, poll.request.path)
    def polled(call: Call) -> Any:
        result = call.done(call.at["job"])
        reply = dict(result) if isinstance(result, Mapping) else {}
        if poll.done.path and result is not None and poll.done.is_:
            _put(reply, poll.done.path, poll.done.is_[0])
        return reply

    return polled


def _words(spec: RequestSpec, call: Call) -> dict[str, Any]:
    """Return the query words a request carries, read back through its own templates."""
    found: dict[str, Any] = {name: value for name, value in call.at.items() if "{" + name + "}" in spec.path}
    for template, sent in ((spec.params, call.params), (spec.body, call.json), (spec.form, call.form)):
        _unfill(template, sent, found)
    return found


def _unfill(template: Any, sent: Any, found: dict[str, Any]) -> None:
    if isinstance(template, str) and sent is not None:
        pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
        match = re.fullmatch(WORD.sub(lambda word: f"(?P<{word[1]}>.+)", pattern), str(sent))
        found.update(match.groupdict() if match else {})
    elif isinstance(template, Mapping) and isinstance(sent, Mapping):
        for key, one in template.items():
            _unfill(one, sent.get(key), found)
    elif isinstance(template, list) and isinstance(sent, list):
        for one, two in zip(template, sent, strict=False):
            _unfill(one, two, found)


def _subject(call: Call, words: Mapping[str, Any]) -> Any:
    """Return whom a question is about: a person, a company, or a company's people."""
    about = {name: words[name] for name in (*PEOPLE, "company_domain", "company_name") if name in words}
    about["phone"] = about.pop("mobile_phone", about.get("phone"))
    if any(name in words for name in PEOPLE):
        person = {name: value for name, value in about.items() if value}
        return call.view.person(**person)
    return call.view.company(
        domain=words.get("company_domain"),
        name=words.get("company_name"),
        linkedin_url=words.get("company_linkedin_url"),
    )


def _reply(declaration: ProviderSpec, spec: OperationSpec, subject: Any) -> Any:
    found = {name: _fact(subject, name) for name in spec.fields}
    main = spec.requires or next(iter(spec.fields))
    if subject is None or found.get(main) is None:
        if spec.miss is not None and spec.miss.status:
            return Answer(spec.miss.status[0], json={})
        body: dict[str, Any] = {}
        if spec.miss is not None and spec.miss.path:
            _put(body, spec.miss.path, spec.miss.is_[0] if spec.miss.is_ else None)
        return body
    body = {}
    for name, one in spec.fields.items():
        if found[name] is not None:
            _put(body, _path(one), _theirs(declaration, one, found[name]))
    return body


def _fact(subject: Any, name: str) -> Any:
    value = getattr(subject, name, None)
    if value is None and name != "company":
        value = getattr(getattr(subject, "company", None), name, None)
    return value


def _path(spec: FieldSpec | str) -> str:
    return spec if isinstance(spec, str) else (spec.path or spec.first[0])


def _theirs(declaration: ProviderSpec, spec: FieldSpec | str, value: Any) -> Any:
    """Return our value as the vendor would write it."""
    if isinstance(spec, str):
        return value
    if spec.enum is not None:
        return next((theirs for theirs, ours in declaration.enums[spec.enum].items() if ours == value), value)
    if spec.scale is not None and isinstance(value, int | float):
        return value / spec.scale
    if spec.template is not None:
        head, _, tail = spec.template.partition("{value}")
        return str(value).removeprefix(head).removesuffix(tail)
    return value


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at a dotted path, making the objects and lists on the way."""
    parts = path.split(".")
    here: Any = body
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        empty: Any = [] if after is not None and after.isdigit() else {}
        if isinstance(here, list):
            here.extend({} for _ in range(int(part) + 1 - len(here)))
            if after is None:
                here[int(part)] = value
            here = here[int(part)]
        elif after is None:
            here[part] = value
        else:
            here = here.setdefault(part, empty)
