"""Waterfalls and chains as TOML or JSON files: read with errors that name the line, written back the same."""

from __future__ import annotations

import inspect
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leadenrich.errors import LeadEnrichError, WaterfallError, nearest
from leadenrich.waterfall.chain import Chain
from leadenrich.waterfall.step import Step
from leadenrich.waterfall.toml import to_toml
from leadenrich.waterfall.waterfall import Waterfall

T = TypeVar("T")

Condition = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StepFile(_Strict):
    """One provider to ask."""

    provider: str = Field(description='The provider\'s id, or "<provider>.<operation>".')
    operation: str | None = Field(None, description="What to ask it, where not the waterfall's own operation.")
    timeout: float | None = Field(None, gt=0, description="Seconds for one attempt.")
    retries: int | None = Field(None, ge=0, description="Further attempts after a recoverable error.")
    options: dict[str, Any] = Field({}, description="Further query words for this provider.")
    where: Condition | None = Field(None, description='Asked only where this holds, e.g. {"country": ["DE", "AT"]}.')


class WaterfallFile(_Strict):
    """One operation and the providers to ask, in order."""

    operation: str = Field(description='What is asked, such as "find_email".')
    steps: list[str | StepFile] = Field(min_length=1, description="Whom to ask, in order.")
    fields: list[str] | None = Field(None, description="The fields wanted, where not the operation's own.")
    max_providers: int | None = Field(None, ge=1, description="How many providers may be asked for one record.")
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
        "cutoff", description="What becomes of a budget that is too small for all records."
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


def load_waterfall(path: str | os.PathLike[str]) -> Waterfall:
    """Return the waterfall a file describes; see `Waterfall.load`."""
    return _load(Path(path), WaterfallFile, _waterfall)


def load_chain(path: str | os.PathLike[str]) -> Chain:
    """Return the chain a file describes; see `Chain.load`."""
    return _load(Path(path), ChainFile, _chain)


def dump(enricher: Waterfall | Chain, path: str | os.PathLike[str]) -> None:
    """Write a waterfall or a chain; see `Waterfall.dump`."""
    target = Path(path)
    plain = waterfall_to_dict(enricher) if isinstance(enricher, Waterfall) else chain_to_dict(enricher)
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


def waterfall_to_dict(waterfall: Waterfall) -> dict[str, Any]:
    """Return a waterfall as plain data, defaults left out.

    Raises:
        WaterfallError: a function stands where a file can only hold data.
    """
    plain: dict[str, Any] = {"operation": waterfall.operation, "steps": [_step(step) for step in waterfall.steps]}
    for name, parameter in list(inspect.signature(Waterfall.__init__).parameters.items())[3:]:
        given = waterfall.told[name]
        if given is None or given == parameter.default:
            continue
        if name == "verify":
            given = _verify(given)
        elif callable(given) or hasattr(given, "choose"):
            raise WaterfallError(f"`{name}` is a function, which no file can hold")
        plain[name] = list(given) if isinstance(given, tuple | set | frozenset) else given
    return plain


def chain_to_dict(chain: Chain) -> dict[str, Any]:
    """Return a chain as plain data, defaults left out."""
    plain: dict[str, Any] = {}
    for name in ("fields", "inputs", "region"):
        if (given := getattr(chain, name)) is not None:
            plain[name] = list(given) if isinstance(given, tuple) else given
    if not chain.clean:
        plain["clean"] = False
    plain["waterfalls"] = [waterfall_to_dict(one) for one in chain.waterfalls]
    return plain


def _step(step: Step) -> str | dict[str, Any]:
    plain: dict[str, Any] = {"provider": step.provider}
    for name in ("operation", "timeout", "retries", "where"):
        if (given := getattr(step, name)) is not None:
            if callable(given):
                raise WaterfallError(f"`{name}` of step {step.provider!r} is a function, which no file can hold")
            plain[name] = given
    if step.options:
        plain["options"] = dict(step.options)
    return step.provider if len(plain) == 1 else plain


def _verify(given: Any) -> Any:
    if isinstance(given, Waterfall):
        return waterfall_to_dict(given)
    listed = [given] if isinstance(given, str | Step | Mapping) else given
    return [
        waterfall_to_dict(one) if isinstance(one, Waterfall) else _step(one) if isinstance(one, Step) else one
        for one in listed
    ]


def _waterfall(file: WaterfallFile) -> Waterfall:
    plain = file.model_dump(exclude_unset=True)
    if (verify := plain.get("verify")) is not None:
        given = file.verify
        if isinstance(given, WaterfallFile):
            plain["verify"] = _waterfall(given)
        else:
            pairs = zip(given or (), verify, strict=True)
            plain["verify"] = [_waterfall(one) if isinstance(one, WaterfallFile) else told for one, told in pairs]
    return Waterfall(**plain)


def _chain(file: ChainFile) -> Chain:
    plain = file.model_dump(exclude_unset=True)
    return Chain(**{**plain, "waterfalls": [_waterfall(one) for one in file.waterfalls]})


M = TypeVar("M", bound=BaseModel)


def _load(path: Path, model: type[M], build: Callable[[M], T]) -> T:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WaterfallError(f"{path} cannot be read: {error}") from None
    try:
        return build(model.model_validate(_parsed(path, text)))
    except ValidationError as error:
        raise WaterfallError(_told(path, text, error)) from None
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


def _told(path: Path, text: str, error: ValidationError) -> str:
    """Return the first thing wrong, with its place and the nearest right word."""
    first = min(error.errors(), key=lambda one: (one["type"] != "extra_forbidden", -len(one["loc"])))
    names = [str(part) for part in first["loc"] if isinstance(part, str) and not part[0].isupper() and "[" not in part]
    name = names[-1] if names and names[-1] != "str" else next((n for n in reversed(names) if n != "str"), "the file")
    if first["type"] == "extra_forbidden":
        known = sorted({*WaterfallFile.model_fields, *StepFile.model_fields, *ChainFile.model_fields})
        return f"{_place(path, text, name)}: no setting {name!r}{nearest(name, known)}"
    wrong = first["input"] if isinstance(first["input"], str | int | float) else ""
    hint = ""
    if first["type"] == "literal_error":
        hint = nearest(
            str(wrong), str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        )
    shown = f", not {wrong!r}" if wrong != "" else ""
    return f"{_place(path, text, name)}: {name}: {first['msg'][0].lower()}{first['msg'][1:]}{shown}{hint}"


def _place(path: Path, text: str, word: str) -> str:
    """Return "file, line n" of the first line that holds a word, the file alone where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if word and word in line:
            return f"{path.name}, line {number}"
    return path.name
