"""Waterfalls and chains as TOML or JSON files: read with errors that name the line, written back the same."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leadenrich.engine.validation import a
from leadenrich.errors import LeadEnrichError, WaterfallError, nearest
from leadenrich.waterfall.toml import to_toml

T = TypeVar("T")

Condition = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StepFile(_Strict):
    """One provider to ask."""

    provider: str = Field(description='The provider\'s id, or "<provider>.<operation>".')
    operation: str | None = Field(None, description="What to ask it, where not the waterfall's own operation.")
    timeout: float | None = Field(None, gt=0, description="Seconds for one attempt.")
    max_wait: float | None = Field(None, gt=0, description="Seconds for which its limit may keep a question waiting.")
    retries: int | None = Field(None, ge=0, description="Further attempts after a recoverable error.")
    options: dict[str, Any] = Field({}, description="Further query words for this provider.")
    where: Condition | None = Field(None, description='Asked only where this holds, e.g. {"country": ["DE", "AT"]}.')


class WaterfallFile(_Strict):
    """One operation and the providers to ask, in order."""

    operation: str = Field(description='What is asked, such as "find_email".')
    steps: list[str | StepFile] = Field(min_length=1, description="Whom to ask, in order.")
    fields: list[str] | None = Field(None, description="The fields wanted, where not the operation's own.")
    max_providers: int | None = Field(None, ge=1, description="How many providers may be asked for one record.")
    max_wait: float | None = Field(None, gt=0, description="Seconds for which a limit may keep a question waiting.")
    quality_threshold: float | None = Field(None, ge=0, le=100, description="The least confidence accepted.")
    on_error: Literal["continue", "stop"] = "continue"
    verify: list[str | StepFile | WaterfallFile] | WaterfallFile | None = Field(
        None, description="Verifiers of what is found: steps, or whole waterfalls."
    )
    order: Literal["listed", "expected_cost", "expected_time"] = "listed"
    merge: Literal["first", "best"] = "first"
    catch_all: Literal["keep", "reject", "agree"] = "keep"
    catch_all_memory: float = Field(86_400.0, ge=0, description="Seconds for which a catch-all domain is remembered.")
    where: Condition | None = Field(None, description="The waterfall applies only where this holds.")
    segment: str | None = Field(None, description="The field whose value is the record's segment.")
    identity: bool = Field(True, description="Reject answers whose name or company contradicts the record.")
    patterns: dict[str, str] | None = Field(
        None, description='Known address patterns: {"example.com": "{first}.{last}"}.'
    )
    clean: bool = True
    region: str | None = Field(None, description="The country (alpha-2) of phones without a country code.")
    overwrite: bool = False
    value: float | None = Field(None, gt=0, description="USD that a filled field is worth.")
    allocation: Literal["cutoff", "breadth", "depth"] = Field(
        "cutoff", description="What happens to a budget that is too small for all records."
    )
    trust: float | None = Field(
        None, ge=0, le=1, description="The proven share of good answers from which a finder goes unverified."
    )


class ChainFile(_Strict):
    """Several waterfalls on one record."""

    waterfalls: list[WaterfallFile] = Field(min_length=1)
    fields: list[str] | None = Field(None, description="What makes a row complete.")
    inputs: list[str] | None = Field(None, description="The fields the records bring.")
    clean: bool = True
    region: str | None = None


def schema(of: Literal["waterfall", "chain"]) -> dict[str, Any]:
    """Return the JSON Schema of a file; the package holds it as `waterfall/<of>.schema.json` too."""
    model = WaterfallFile if of == "waterfall" else ChainFile
    found = model.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def dump(plain: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write plain data to a .toml or .json file.

    Raises:
        WaterfallError: the file's name ends otherwise, or it cannot be written.
    """
    target = Path(path)
    if target.suffix == ".json":
        text = json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
    elif target.suffix == ".toml":
        text = to_toml(plain)
    else:
        raise WaterfallError(f"{target.name}: write to a .toml or .json file")
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WaterfallError(f"{target} cannot be written: {error.strerror}") from None


M = TypeVar("M", bound=BaseModel)


def _validated(plain: Any, model: type[M]) -> M:
    """Return plain data as a model; a chain may be told as the one waterfall that it is made of."""
    given = plain if isinstance(plain, Mapping) else {}
    if issubclass(model, ChainFile) and "operation" in given and "waterfalls" not in given:
        only = WaterfallFile.model_validate(plain)
        shared = {name: getattr(only, name) for name in ("clean", "region") if name in only.model_fields_set}
        return model(waterfalls=[only], **shared)
    if issubclass(model, WaterfallFile) and "waterfalls" in given and "operation" not in given:
        raise WaterfallError("it holds a chain (`waterfalls`), not one waterfall; read it with `Chain`")
    return model.model_validate(plain)


def load(path: str | os.PathLike[str], model: type[M], build: Callable[[M], T]) -> T:
    """Return what `build` makes of a file that has the shape of a model.

    Raises:
        WaterfallError: it cannot be read, or something in it is wrong; the text names file, line and nearest word.
        ProviderNotFoundError, FeatureNotSupportedError: likewise.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WaterfallError(f"{path} cannot be read: {error}") from None
    return _read(path, text, model, build)


def loads(text: str, model: type[M], build: Callable[[M], T]) -> T:
    """Return what `build` makes of TOML text that has the shape of a model; raises as `load` does."""
    if not isinstance(text, str):
        raise WaterfallError(f"the text of a file is a str, not {a(text)}")
    return _read(Path("the text.toml"), text, model, build)


def from_dict(plain: Mapping[str, Any], model: type[M], build: Callable[[M], T]) -> T:
    """Return what `build` makes of plain data that has the shape of a model.

    Raises:
        WaterfallError: something in it is wrong; the text names the place ("waterfalls[1].steps[0]") and nearest word.
        ProviderNotFoundError, FeatureNotSupportedError: likewise, without the place.
    """
    if not isinstance(plain, Mapping):
        raise WaterfallError(f"what a file holds is a mapping of settings, not {a(plain)}")
    try:
        return build(_validated(plain, model))
    except ValidationError as error:
        raise WaterfallError(_told(error, lambda name, place: place)) from None


def _read(path: Path, text: str, model: type[M], build: Callable[[M], T]) -> T:
    try:
        return build(_validated(_parsed(path, text), model))
    except ValidationError as error:
        raise WaterfallError(_told(error, lambda name, place: _place(path, text, name))) from None
    except LeadEnrichError as error:  # an unknown provider, say: the same error, with its place
        quoted = error.message.partition("'")[2].partition("'")[0]
        message = f"{_place(path, text, quoted)}: {error.message}"
        raise type(error)(message, provider=error.provider, operation=error.operation) from None


def _parsed(path: Path, text: str) -> Any:
    if path.suffix == ".toml":
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise WaterfallError(f"it is no TOML: {error}") from None
    if path.suffix == ".json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise WaterfallError(f"it is no JSON: {error}") from None
    raise WaterfallError("read from a .toml or .json file")


def _told(error: ValidationError, place_of: Callable[[str, str], str]) -> str:
    """Return the first thing wrong, with its place (of a word, or by its way through the data) and nearest word."""
    first = min(error.errors(), key=lambda one: (one["type"] != "extra_forbidden", -len(one["loc"])))
    names = [str(part) for part in first["loc"] if isinstance(part, str) and not part[0].isupper() and "[" not in part]
    name = names[-1] if names and names[-1] != "str" else next((n for n in reversed(names) if n != "str"), "the file")
    place = place_of(name, _way(first["loc"]))
    if first["type"] == "extra_forbidden":
        known = sorted({*WaterfallFile.model_fields, *StepFile.model_fields, *ChainFile.model_fields})
        return f"{place}: no setting {name!r}{nearest(name, known)}"
    wrong = first["input"] if isinstance(first["input"], str | int | float) else ""
    hint = ""
    if first["type"] == "literal_error":
        hint = nearest(
            str(wrong), str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        )
    shown = f", not {wrong!r}" if wrong != "" else ""
    return f"{place}: {name}: {first['msg'][0].lower()}{first['msg'][1:]}{shown}{hint}"


def _way(parts: tuple[int | str, ...]) -> str:
    """Return the way to a value as one writes it, `waterfalls[1].steps[0]`; what pydantic puts between is left out."""
    way = ""
    for part in parts:
        if isinstance(part, int):
            way += f"[{part}]"
        elif not part[0].isupper() and "[" not in part and part not in ("str", "nullable"):
            way += f".{part}" if way else part
    return way or "the mapping"


def _place(path: Path, text: str, word: str) -> str:
    """Return "file, line n" of the first line that holds a word, the file alone where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if word and word in line:
            return f"{path.name}, line {number}"
    return path.name
