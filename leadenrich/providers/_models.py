"""What the language models share: asking them, the most that can cost, and how their text becomes an answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from leadenrich.contract import Hit, Miss, Price, Query, Reply, amount, dig
from leadenrich.contract.shapes import UNKNOWN, is_empty, misfit, read_json
from leadenrich.errors import FeatureExecutionError, InvalidReplyError, ProviderError
from leadenrich.results import Credits, claimed_credits

ASKED = ("system", "model", "output_schema", "max_output_tokens", "shared_characters")
"""Query words of every language model beside the prompt."""

ANSWERED = ("answer", "citations")
"""What a language model's answer may fill; its tokens are what it cost, not what it says."""

OUTPUT_TOKENS = 4096
"""Tokens an answer may have (hidden reasoning included) where the query does not say: ours, no vendor's default."""

SEARCHES = 5
"""Web searches one question may make where the query does not say: ours, no vendor's default."""

SEARCH_TOKENS = 25_000
"""Input tokens set aside for what one web search brings to read; no vendor states a limit, so this is ours."""

FRAME = 1_000
"""Input tokens set aside for a vendor's own wrapping: roles, tool descriptions."""


USUAL_OUTPUT = 250
"""Output tokens an answer is expected to have, until answers have shown otherwise."""

USUAL_SEARCHES = 2
"""Web searches a question is expected to make, until answers have shown otherwise."""

USUAL_PAGE = 4_000
"""Input tokens that one search is expected to bring, until answers have shown otherwise."""

PER_MILLION = Decimal(1_000_000)
NO_BANDS: Mapping[str, int] = MappingProxyType({})
"""No model whose long prompts cost more."""

NOT_STATED: dict[str, Any] = {"": None}
"""The usage of a reply that states none: what it cost is unknown, and is booked as uncertain."""

_DATED = re.compile(r"-(?:20\d{2}-\d{2}-\d{2}|20\d{6})$")


@dataclass(frozen=True, slots=True)
class Long:
    """What a model costs, in USD per million tokens, where the prompt has more than `above` tokens.

    The whole request is then charged so, not the part above.
    """

    above: int
    read: str
    written: str
    cached: str | None = None
    kept: str | None = None


def tokens(
    model: str,
    *,
    read: str,
    written: str,
    as_of: str,
    source: str,
    cached: str | None = None,
    kept: str | None = None,
    long: Long | None = None,
    batch: bool = True,
) -> tuple[Price, ...]:
    """Return the list prices of a model, from USD per million tokens as vendors print them.

    Args:
        model: the vendor's name for it.
        read: for input.
        written: for output, hidden reasoning included.
        as_of: when the price was read.
        source: the page it stands on.
        cached: for input that was found in the vendor's cache.
        kept: for input that is put there.
        long: what long prompts cost, where that is more.
        batch: whether batches cost half.
    """
    short = _kinds(read, written, cached, kept)
    higher = {} if long is None else _kinds(long.read, long.written, long.cached, long.kept)
    kinds = {**short, **{f"long_{kind}": usd for kind, usd in higher.items()}}
    if batch:
        plain = [kind for kind in kinds if not kind.removeprefix("long_").startswith(("cached_", "kept_"))]
        kinds |= {f"batch_{kind}": kinds[kind] / 2 for kind in plain}
    above = None if long is None else long.above
    return tuple(
        Price(
            usd,
            plan=f"prompts of more than {above:,} tokens" if "long_" in kind else None,
            as_of=as_of,
            pool=f"{model}:{kind}",
            source=source,
            above=above if "long_" in kind else None,
        )
        for kind, usd in kinds.items()
    )


def _kinds(read: str, written: str, cached: str | None, kept: str | None) -> dict[str, Decimal]:
    kinds = {"input_tokens": read, "output_tokens": written, "cached_input_tokens": cached, "kept_input_tokens": kept}
    return {kind: Decimal(usd) / PER_MILLION for kind, usd in kinds.items() if usd is not None}


def bands(prices: Iterable[Price]) -> dict[str, int]:
    """Return the models whose long prompts cost more: model -> tokens of the longest prompt at the plain price."""
    return {price.pool.rpartition(":")[0]: price.above for price in prices if price.above is not None}


def name_of(model: str) -> str:
    """Return the model that a dated release is a release of."""
    return _DATED.sub("", model)


def purses(model: str, counts: Mapping[str, int], *, long: bool = False, batch: bool = False) -> dict[str, int]:
    """Return counts of tokens by purse: each model has its own, and so have cached and batch tokens and long prompts.

    Args:
        model: the vendor's name for it; a dated release counts as the model it is a release of.
        counts: by kind of token.
        long: whether the prompt is so long that its tokens cost more.
        batch: whether it is a batch, where cached input is not told apart.
    """
    name = name_of(model)
    found: dict[str, int] = {}
    for kind, count in counts.items():
        plain = "input_tokens" if batch and kind.endswith("_input_tokens") else kind
        pool = f"{name}:{'batch_' if batch else ''}{'long_' if long else ''}{plain}"
        if count:
            found[pool] = found.get(pool, 0) + count
    return found


def output_tokens(query: Query) -> int:
    """Return how many tokens an answer may have."""
    return int(query.max_output_tokens or OUTPUT_TOKENS)


def parted(query: Query) -> tuple[str, str]:
    """Return the beginning of a prompt that other prompts share, and what is its own."""
    prompt = str(query.prompt)
    at = min(int(query.shared_characters or 0), len(prompt))
    return prompt[:at], prompt[at:]


def shared_tokens(query: Query) -> int:
    """Return about how many tokens a prompt shares with others, the system text before it included; 0 for none."""
    shared, own = parted(query)
    return len(f"{query.system or ''}{shared}") // 4 if shared and own else 0


def prefix_key(query: Query) -> str:
    """Return a name for what a prompt shares with others, by which a vendor finds its cache; it tells nothing of it."""
    return hashlib.blake2b(f"{query.system or ''}\0{parted(query)[0]}".encode(), digest_size=12).hexdigest()


def size(query: Query) -> int:
    """Return about how many tokens a request takes of a limit on tokens: what it says, and what it may answer."""
    schema = json.dumps(query.output_schema) if query.output_schema else ""
    return len(f"{query.prompt}{query.system or ''}{schema}") // 4 + output_tokens(query)


def most_tokens(
    query: Query,
    model: str,
    *,
    searches: int = 0,
    rounds: int = 1,
    batch: bool = False,
    pool: str = "searches",
    bands: Mapping[str, int] = NO_BANDS,
    kept: bool = False,
) -> dict[str, int]:
    """Return the most one question can cost, by purse: an upper bound.

    A token is at least one byte of text, so the bytes of prompt, system text and schema bound the input; `FRAME` and
    `SEARCH_TOKENS` stand for what the vendor adds. The output is bounded by what the request itself allows.

    Args:
        query: the question.
        model: which one is asked.
        searches: web searches it may make.
        rounds: requests it may take, each reading everything before it again.
        batch: whether it goes as a batch.
        pool: the purse of the searches.
        bands: models whose long prompts cost more.
        kept: whether the vendor may put the input into its cache, and charge more for that.
    """
    schema = json.dumps(query.output_schema) if query.output_schema else ""
    sent = len(f"{query.prompt}{query.system or ''}{schema}".encode())
    limit = output_tokens(query)
    read = rounds * (sent + FRAME + searches * SEARCH_TOKENS) + (rounds - 1) * limit
    counts = {"kept_input_tokens" if kept else "input_tokens": read, "output_tokens": rounds * limit}
    long = _is_long(model, read, bands)
    return {**purses(model, counts, long=long, batch=batch), **({pool: searches} if searches else {})}


def _is_long(model: str, read: int, bands: Mapping[str, int]) -> bool:
    above = bands.get(name_of(model))
    return above is not None and read > above


def usual_tokens(
    query: Query,
    model: str,
    *,
    searches: int = 0,
    rounds: int = 1,
    batch: bool = False,
    pool: str = "searches",
    bands: Mapping[str, int] = NO_BANDS,
) -> dict[str, int]:
    """Return what one question is expected to cost, by purse; plans learn better from what answers really took.

    What it shares with others is taken to come from the vendor's cache.

    Args:
        query: what is known of the question: its settings, and its text where that is known.
        model: which one is asked.
        searches: web searches it may make.
        rounds: requests it usually takes.
        batch: whether it goes as a batch.
        pool: the purse of the searches.
        bands: models whose long prompts cost more.
    """
    schema = json.dumps(query.output_schema) if query.output_schema else ""
    sent = len(f"{query.prompt or ''}{query.system or ''}{schema}") // 4
    made = min(searches, USUAL_SEARCHES)
    read = rounds * (sent + 200) + made * USUAL_PAGE
    cached = min(shared_tokens(query), read)
    counts = {
        "input_tokens": read - cached,
        "cached_input_tokens": cached,
        "output_tokens": rounds * min(output_tokens(query), USUAL_OUTPUT),
    }
    long = _is_long(model, read // rounds, bands)
    return {**purses(model, counts, long=long, batch=batch), **({pool: made} if made else {})}


def spent(
    model: str,
    input_tokens: Any,
    output_tokens: Any,
    searches: int = 0,
    *,
    cached: Any = 0,
    kept: Any = 0,
    batch: bool = False,
    pool: str = "searches",
    bands: Mapping[str, int] = NO_BANDS,
) -> dict[str, Any]:
    """Return a reply's usage by purse; `NOT_STATED` where it does not say what was read or written.

    Args:
        model: which one answered.
        input_tokens: all that was read, what came from a cache included.
        output_tokens: all that was written, hidden reasoning included.
        searches: web searches made.
        cached: the part of the input that came from the vendor's cache.
        kept: the part of the input that was put there.
        batch: whether it was a batch.
        pool: the purse of the searches.
        bands: models whose long prompts cost more.
    """
    if amount(input_tokens) is None or amount(output_tokens) is None:
        return NOT_STATED
    read, old, new = whole(input_tokens), whole(cached), whole(kept)
    counts = {
        "input_tokens": max(read - old - new, 0),
        "cached_input_tokens": min(old, read),
        "kept_input_tokens": min(new, read),
        "output_tokens": whole(output_tokens),
    }
    long = _is_long(model, read, bands)
    return {**purses(model, counts, long=long, batch=batch), **({pool: searches} if searches else {})}


def summed(*costs: Mapping[str, Any]) -> dict[str, Any]:
    """Return several usages as one; it is known only where each of them is."""
    if any(None in cost.values() for cost in costs):
        return NOT_STATED
    return {pool: sum(cost.get(pool, 0) for cost in costs) for cost in costs for pool in cost}


def whole(value: Any) -> int:
    """Return a count, whether a number or a text that is one; 0 for anything else."""
    return int(amount(value) or 0)


def listed(value: Any) -> list[str]:
    """Return a list from a list, or from text with commas."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [text for part in parts if (text := str(part).strip())]


def closed(schema: Any) -> Any:
    """Return a JSON Schema whose objects take no properties but the named ones, as strict formats demand."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    done = {key: closed(value) for key, value in schema.items()}
    if done.get("type") == "object" or (isinstance(done.get("type"), list) and "object" in done["type"]):
        done.setdefault("additionalProperties", False)
    return done


def strict(schema: Any) -> bool:
    """Return whether a closed schema also requires every property of every object, as OpenAI's strict mode demands."""
    if isinstance(schema, list):
        return all(strict(part) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    if isinstance(properties := schema.get("properties"), Mapping) and "type" in schema:
        required = schema.get("required")
        if not isinstance(required, list) or set(properties) - set(map(str, required)):
            return False
    return all(strict(part) for part in schema.values())


def json_format(query: Query) -> dict[str, Any]:
    """Return name, schema and strictness of the answer wanted, as the vendors with OpenAI's wording take them."""
    schema = closed(query.output_schema)
    return {"name": "answer", "schema": schema, "strict": strict(schema)}


def cited(pages: Iterable[Any]) -> list[dict[str, str]]:
    """Return `[{url, title}]`, each URL once, in the order they come."""
    found: dict[str, dict[str, str]] = {}
    for page in pages:
        url, title = dig(page, "url"), dig(page, "title")
        if isinstance(url, str) and url:
            found.setdefault(url, {"url": url, **({"title": title} if isinstance(title, str) and title else {})})
    return list(found.values())


def found_pages(pages: Iterable[Any], *, url: str = "url", text: str) -> dict[str, Any]:
    """Return what a web search found: `citations` with a `snippet` each, and the snippets as `answer`; {} for nothing.

    Args:
        pages: the results.
        url: where a result has its address.
        text: where it has what the page says: text, or a list of sentences.
    """
    found: dict[str, dict[str, str]] = {}
    for page in pages:
        address, title, said = dig(page, url), dig(page, "title"), dig(page, text)
        snippet = " ".join(map(str, said)) if isinstance(said, list) else said if isinstance(said, str) else ""
        if isinstance(address, str) and address:
            parts = {"url": address, "title": title if isinstance(title, str) else "", "snippet": snippet}
            found.setdefault(address, {name: part.strip() for name, part in parts.items() if part.strip()})
    if not found:
        return {}
    told = "\n\n".join(one["snippet"] for one in found.values() if "snippet" in one)
    return {"citations": list(found.values()), "answer": told}


def answered(
    said: Any,
    query: Query,
    *,
    credits: Credits | None,
    citations: Iterable[Any] = (),
    refused: bool = False,
    cut: bool = False,
    broken: str | None = None,
) -> Hit | Miss:
    """Return what a model says as a hit: as it is, or in the form asked for where the query has a schema.

    Args:
        said: the answer's text, or what the vendor has made of it already.
        query: the question.
        credits: what it cost; None where the reply does not say and the operation's own price holds.
        citations: objects with `url` and `title`.
        refused: the model declined, or what it wrote was filtered: a miss, as an empty text is.
        cut: it stopped at the token limit: what it wrote so far is no answer, unless it is whole JSON.
        broken: why else it stopped before the end, in the vendor's word: a tool call that nobody answers, say.

    Raises:
        FeatureExecutionError: cut off at the limit, or stopped before the end.
        InvalidReplyError: not the JSON asked for.
    """
    text = said.strip() if isinstance(said, str) else "" if said is None else json.dumps(said)
    answer: Any = text if isinstance(said, str) else said
    if query.output_schema and isinstance(said, str):
        answer = _parsed(text) if cut else read_json(text)
    if broken and not refused:
        raise already_paid(FeatureExecutionError(f"the model stopped without an answer ({broken})"), credits)
    if cut and not refused and not (query.output_schema and answer is not None):
        limit = output_tokens(query)
        told = f"cut off at {limit} tokens before it was whole; raise max_output_tokens"
        raise already_paid(FeatureExecutionError(told), credits)
    if refused or not text or is_empty(said):
        return Miss("the model declined to answer" if refused else "an empty answer", credits=credits)
    if query.output_schema:
        if answer is None and text.strip("` \n") not in ("null", "json\nnull"):
            raise already_paid(misread("it is not JSON"), credits)
        if is_empty(answer):
            return Miss(UNKNOWN, credits=credits)
        if (why := misfit(query.output_schema, answer)) is not None:
            raise already_paid(misread(why), credits)
    return Hit(
        answer=answer,
        citations=cited(citations),  # type: ignore[arg-type]  # a Citation is this dict
        credits=credits,
    )


def misread(why: str) -> InvalidReplyError:
    """Return the error of an answer that is not of the form asked for."""
    error = InvalidReplyError(f"the model did not keep to the form asked for: {why}")
    error.misfit = why
    return error


def already_paid(error: ProviderError, credits: Credits | None = None) -> ProviderError:
    """Return an error after which the work is paid all the same: what it was told of, where that is known."""
    error.maybe_charged = True
    error.claim = None if credits is None else claimed_credits(credits)
    return error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def shaping(query: Query, text: str) -> Query:
    """Return the second question, where a vendor cannot search and keep to a schema at once: put this in shape."""
    found = f"{query.prompt}\n\nThe answer found:\n{text}\n\n"
    return Query(query, prompt=f"{found}Give that answer in the form asked for; add nothing to it.")


def output_items(body: Any, kind: str) -> list[dict[str, Any]]:
    """Return a Responses-format body's output items of one type."""
    output = dig(body, "output")
    return [item for item in output if dig(item, "type") == kind] if isinstance(output, list) else []


def output_text(body: Any) -> tuple[str, list[Any], bool]:
    """Return text, URL citations and whether a part of it is a refusal, of a body in the Responses format."""
    content = [part for item in output_items(body, "message") for part in _parts(item)]
    text = "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    notes = [note for part in content for note in _parts(part, "annotations") if note.get("type") == "url_citation"]
    return text, notes, any(part.get("type") == "refusal" for part in content)


def _parts(item: Any, key: str = "content") -> list[dict[str, Any]]:
    found = dig(item, key)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def batch_line(line: Any) -> Any:
    """Return the body of one line of a batch's results.

    Raises:
        FeatureExecutionError: the vendor could not do this one, or lost it.
    """
    body = dig(line, "response.body")
    if not isinstance(body, dict) or whole(dig(line, "response.status_code")) != 200:
        raise FeatureExecutionError(
            f"the batch did not answer this one ({dig(line, 'response.status_code', 'no reply')})"
        )
    return body


def json_lines(reply: Reply) -> dict[str, Any]:
    """Return `{custom_id: line}` of a JSONL body; a torn line is left out."""
    lines = [_parsed(line) for line in reply.text.splitlines() if line.strip()]
    return {str(line["custom_id"]): line for line in lines if isinstance(line, dict) and "custom_id" in line}
