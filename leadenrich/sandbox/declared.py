"""The fake vendor of a declared provider: made of the same file, so that it can be tried before a key is bought."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from leadenrich.contract import dig, to_credits
from leadenrich.declared.parts import WORD, BulkSpec, FieldSpec, PollSpec, RequestSpec
from leadenrich.declared.schema import OperationSpec, ProviderSpec
from leadenrich.declared.templates import put
from leadenrich.sandbox.fake import Answer, Call, route

PEOPLE = ("first_name", "last_name", "full_name", "email", "linkedin_url", "personal_email", "phone", "mobile_phone")
Routes = list[Callable[[Call], Any]]


def routes_of(declaration: ProviderSpec) -> Routes:
    """Return the routes that answer for a declaration's operations out of the world."""
    routes: Routes = []
    for operation in declaration.operations.values():
        routes.append(_asked(declaration, operation))
        if operation.poll is not None:
            routes += _polled(operation.poll)
        if operation.bulk is not None:
            routes.append(_folded(declaration, operation, operation.bulk))
            if operation.bulk.poll is not None:
                routes += _polled(operation.bulk.poll)
    return [*routes, *_of_account(declaration)]


def _asked(declaration: ProviderSpec, spec: OperationSpec) -> Callable[[Call], Any]:
    @route(spec.request.method, spec.request.path)
    def asked(call: Call) -> Any:
        reply = _reply(declaration, spec, call, _subject(call, _words(spec.request, call)))
        return reply if spec.poll is None else _started(spec.request, spec.poll, call, reply)

    return asked


def _started(request: RequestSpec, poll: PollSpec, call: Call, reply: Any) -> Answer:
    job: dict[str, Any] = {}
    put(job, poll.id, call.job(reply.json if isinstance(reply, Answer) else reply))
    return Answer(request.expect[0], json=job)


def _polled(poll: PollSpec) -> Routes:
    request = poll.request
    if request is None:  # the result comes by webhook alone, and the sandbox calls no webhook
        return []

    @route(request.method, request.path)
    def polled(call: Call) -> Any:
        job = {**call.at, **_words(request, call)}.get("job")
        result = call.done(job)
        reply = dict(result) if isinstance(result, Mapping) else {}
        if poll.done.path and result is not None and poll.done.is_:
            put(reply, poll.done.path, poll.done.is_[0])
        return reply

    return [polled]


def _folded(declaration: ProviderSpec, spec: OperationSpec, bulk: BulkSpec) -> Callable[[Call], Any]:
    single = bulk.item if bulk.item is not None else (spec.request.body or spec.request.form or spec.request.params)

    @route(bulk.request.method, bulk.request.path)
    def folded(call: Call) -> Any:
        answers = []
        for item in _words(bulk.request, call).get("items", ()):
            words: dict[str, Any] = {}
            _unfill(single, item, words)
            reply = _reply(declaration, spec, call, _subject(call, words))
            body = reply.json if isinstance(reply, Answer) else reply
            answer = dig(body, bulk.wrap, {}) if bulk.wrap else body
            if bulk.match is not None:
                put(answer, bulk.match["got"], dig(item, bulk.match["sent"]))
            answers.append(answer)
        whole: Any = answers
        if bulk.replies:
            whole = {}
            put(whole, bulk.replies, answers)
        return whole if bulk.poll is None else _started(bulk.request, bulk.poll, call, whole)

    return folded


def _of_account(declaration: ProviderSpec) -> Routes:
    routes: Routes = []
    if (account := declaration.account) is not None:

        @route(account.method, account.path)
        def told(call: Call) -> Any:
            body: dict[str, Any] = {}
            facts = {"plan": "sandbox", "used": 0, "remaining": 1000, "limit": 1000, "resets_at": "2030-01-01"}
            for name, value in facts.items():
                if (path := getattr(account, name)) is not None:
                    put(body, path, value)
            for path in account.pools.values():
                put(body, path, 1000)
            return body

        routes.append(told)
    if (check := declaration.check) is not None:

        @route(check.method, check.path)
        def checked(call: Call) -> Any:
            return Answer(check.expect[0], json={})

        routes.append(checked)
    return routes


def _words(spec: RequestSpec, call: Call) -> dict[str, Any]:
    """Return the query words a request carries, read back through its own templates."""
    found: dict[str, Any] = {name: value for name, value in call.at.items() if "{" + name + "}" in spec.path}
    for template, sent in ((spec.params, call.params), (spec.body, call.json), (spec.form, call.form)):
        _unfill(template, sent, found)
    return found


def _unfill(template: Any, sent: Any, found: dict[str, Any]) -> None:
    if isinstance(template, str) and sent is not None:
        if (whole := WORD.fullmatch(template)) is not None:
            found[whole[1]] = sent
            return
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
    """Return the person or company that a question is about."""
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


def _reply(declaration: ProviderSpec, spec: OperationSpec, call: Call, subject: Any) -> Any:
    found = {name: _fact(subject, name) for name in spec.fields}
    main = spec.requires or next(iter(spec.fields))
    hit = subject is not None and found.get(main) is not None
    body: Any = _hit(declaration, spec, found) if hit else _miss(declaration, spec)
    charged = spec.charged == "on_call" or (spec.charged == "on_hit" and hit)
    amounts = to_credits(spec.credits) if charged else {}
    for pool, amount in amounts.items():
        call.charge(amount, pool)
    if spec.cost is not None and spec.credits is not None:
        took = str(amounts.get(spec.cost.pool, 0))
        if spec.cost.path is not None and isinstance(body, dict):
            put(body, spec.cost.path, took)
        elif spec.cost.header is not None:
            answer = body if isinstance(body, Answer) else Answer(json=body)
            return Answer(answer.status, json=answer.json, headers={**answer.headers, spec.cost.header: took})
    return body


def _miss(declaration: ProviderSpec, spec: OperationSpec) -> Any:
    """Return how the vendor says that it knows nothing: the condition of a miss, else the first word for one."""
    body: dict[str, Any] = {}
    if spec.miss is not None:
        if spec.miss.path:
            put(body, spec.miss.path, spec.miss.is_[0] if spec.miss.is_ else None)
        return Answer(spec.miss.status[0], json=body) if spec.miss.status else body
    rule = next((rule for rule in (*spec.words, *declaration.words) if rule.means == "miss"), None)
    if rule is None:
        return body
    put(body, rule.path, next(iter([*rule.is_, *rule.contains]), True))
    return Answer(rule.status[0], json=body) if rule.status else body


def _hit(declaration: ProviderSpec, spec: OperationSpec, found: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, one in spec.fields.items():
        if found[name] is not None:
            put(body, _path(one), _theirs(declaration, one, found[name]))
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
