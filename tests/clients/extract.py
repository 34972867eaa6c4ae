"""Writes the facts of a published OpenAPI file that our cases can be judged by: names, types and what is compulsory.

    python -m tests.clients.extract hunter openapi.yaml --source https://... --read 2026-11-24 [--prefix /v2] [--others]

Of the file nothing else is kept: no text, no example. `differs` of an older version of the facts stays.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.clients.specs import HERE, exchanges, flat, path_of

DEPTH = 7


class Reader:
    """Reads schemas of one document, references followed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def at(self, part: Any) -> Any:
        """Return a part, or what it refers to."""
        for _ in range(20):
            if not isinstance(part, Mapping) or "$ref" not in part:
                return part
            here: Any = self.document
            for name in str(part["$ref"]).removeprefix("#/").split("/"):
                name = name.replace("~1", "/").replace("~0", "~")
                here = here.get(name, {}) if isinstance(here, Mapping) else {}
            part = here
        return {}

    def options(self, schema: Any, seen: int = 0) -> list[Mapping[str, Any]]:
        """Return the schemas one may be, `allOf` put together."""
        schema = self.at(schema)
        if not isinstance(schema, Mapping) or seen > DEPTH:
            return [{}]
        parts = schema.get("oneOf") or schema.get("anyOf")
        if parts:
            rest = {name: value for name, value in schema.items() if name not in ("oneOf", "anyOf")}
            found = [one for part in parts for one in self.options(part, seen + 1)]
            return [*found, *([rest] if rest.get("properties") else [])]
        if schema.get("allOf"):
            whole: dict[str, Any] = {name: value for name, value in schema.items() if name != "allOf"}
            for part in schema["allOf"]:
                for one in self.options(part, seen + 1):
                    whole = {
                        **whole,
                        **{name: value for name, value in one.items() if name not in ("properties", "required")},
                    }
                    whole["properties"] = {**whole.get("properties", {}), **one.get("properties", {})}
                    whole["required"] = [*whole.get("required", []), *one.get("required", [])]
            return [whole]
        return [schema]

    def kinds(self, schema: Any) -> set[str]:
        """Return the types a schema allows."""
        found: set[str] = set()
        for one in self.options(schema):
            kind = one.get("type")
            if kind is None:
                kind = "object" if one.get("properties") else "array" if one.get("items") else None
                if kind is None and one.get("enum"):
                    found |= {
                        {"str": "string", "int": "integer", "bool": "boolean"}.get(type(word).__name__, "any")
                        for word in one["enum"]
                    }
                    continue
            found |= set(kind) if isinstance(kind, list) else {str(kind or "any")}
        return (found - {"null", "file"}) or {"any"}

    def flat(self, schema: Any, where: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
        """Yield (place, types) of a schema."""
        if where:
            yield where, "|".join(sorted(self.kinds(schema)))
        if depth >= DEPTH:
            return
        for one in self.options(schema):
            needed = one.get("required") if isinstance(one.get("required"), list) else []
            for name, part in (one.get("properties") or {}).items():
                for place, kind in self.flat(part, f"{where}.{name}" if where else str(name), depth + 1):
                    mark = "!" if not where and place == name and name in needed else ""
                    yield place, kind + mark
            if isinstance(one.get("items"), Mapping | bool):
                yield from self.flat(one["items"] or {}, f"{where}[]", depth + 1)
            extra = one.get("additionalProperties")
            if isinstance(extra, Mapping) and extra:
                yield from self.flat(extra, f"{where}.*" if where else "*", depth + 1)


def merged(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Return `{place: types}`; what several schemas say of one place is put together."""
    found: dict[str, str] = {}
    for place, kind in pairs:
        if place in found and found[place] != kind:
            words = set((found[place].rstrip("!") + "|" + kind.rstrip("!")).split("|"))
            kind = "|".join(sorted(words)) + ("!" if found[place].endswith("!") and kind.endswith("!") else "")
        found[place] = kind
    return found


def facts(document: Mapping[str, Any], provider: str, prefix: str = "", cut: str = "") -> dict[str, Any]:
    """Return the facts of the operations that the provider's cases ask.

    Args:
        document: the OpenAPI file. provider: whose cases. prefix: what our base URL holds beyond the file's paths.
        cut: what the file's paths hold beyond our base URL.
    """
    reader = Reader(document)
    asked = {
        (str(request.get("method", "GET")).upper(), path_of(provider, request["url"]))
        for _, request, _ in exchanges(provider)
    }
    found: dict[str, Any] = {}
    for path, methods in (document.get("paths") or {}).items():
        ours = prefix + (path.removeprefix(cut) if cut else path)
        pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(ours.partition("?")[0].rstrip("/")))
        for method, operation in reader.at(methods).items():
            verb = method.upper()
            if not any(verb == one and re.fullmatch(pattern + "/?", where) for one, where in asked):
                continue
            found[f"{verb} {ours}"] = one_operation(reader, reader.at(methods), operation)
    return {name: near(facts, *spoken(provider, name)) for name, facts in found.items()}


def spoken(provider: str, endpoint: str) -> tuple[set[str], set[str]]:
    """Return the places that our cases have in the bodies and replies of an endpoint."""
    verb, _, path = endpoint.partition(" ")
    pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path.partition("?")[0].rstrip("/"))) + "/?"
    bodies, replies = {""}, {""}
    for _, request, reply in exchanges(provider):
        same = str(request.get("method", "GET")).upper() == verb
        if same and re.fullmatch(pattern, path_of(provider, request["url"])):
            bodies |= {where for where, _ in flat(request.get("json") or request.get("form"))}
            replies |= {where for where, _ in flat(reply.get("json"))}
    return bodies, replies


def near(facts: dict[str, Any], bodies: set[str], replies: set[str]) -> dict[str, Any]:
    """Return the facts without those that stand where our cases never come."""
    for part, ours in (("body", bodies), ("reply", replies)):
        if part in facts:
            facts[part] = {place: kind for place, kind in facts[part].items() if "*" in place or parent(place) in ours}
    return facts


def parent(place: str) -> str:
    """Return where a place is in: "data[]" of "data[].email", "data" of "data[]"."""
    return place.removesuffix("[]") if place.endswith("[]") else place.rpartition(".")[0]


def one_operation(reader: Reader, methods: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of one operation."""
    given = [reader.at(one) for one in [*(methods.get("parameters") or []), *(operation.get("parameters") or [])]]
    query = {
        one["name"]: "|".join(sorted(reader.kinds(one.get("schema") or one))) + ("!" if one.get("required") else "")
        for one in given
        if one.get("in") == "query"
    }
    body = reader.at(operation.get("requestBody") or {})
    schema = next(
        (kind.get("schema") for name, kind in (body.get("content") or {}).items() if "json" in name or "form" in name),
        None,
    )
    if schema is None:
        schema = next((one.get("schema") for one in given if one.get("in") == "body"), None)
    replies = operation.get("responses") or {}
    good = [reader.at(reply) for status, reply in replies.items() if str(status).startswith("2")]
    shapes = [
        kind.get("schema")
        for reply in good
        for name, kind in (reply.get("content") or {}).items()
        if "json" in name or name == "*/*"
    ]
    shapes += [reply["schema"] for reply in good if "schema" in reply]
    said = merged(pair for shape in shapes for pair in reader.flat(shape))
    return {
        **({"query": query} if query else {}),
        **({"body": merged(reader.flat(schema))} if schema else {}),
        **({"reply": {place: kind.rstrip("!") for place, kind in said.items()}} if said else {}),
    }


def main() -> None:
    """Read the arguments, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("provider")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--source", required=True)
    parser.add_argument("--read", required=True)
    parser.add_argument("--prefix", default="")
    parser.add_argument("--cut", default="")
    parser.add_argument("--others", action="store_true", help="written by others than the vendor")
    given = parser.parse_args()
    target = HERE / f"{given.provider}.yaml"
    before = yaml.safe_load(target.read_text(encoding="utf-8")) if target.exists() else {}
    found: dict[str, Any] = {}
    for name in given.files:
        text = Path(name).read_text(encoding="utf-8")
        document = (
            json.loads(text)
            if name.endswith(".json")
            else yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        )
        found |= facts(document, given.provider, given.prefix, given.cut)
    data = {
        "source": given.source,
        "read": given.read,
        "official": not given.others,
        "operations": found,
        **({"differs": before["differs"]} if before.get("differs") else {}),
    }
    target.write_text(yaml.safe_dump(data, sort_keys=False, width=120, allow_unicode=True), encoding="utf-8")
    print(f"{given.provider}: {len(found)} operations")


if __name__ == "__main__":
    main()
