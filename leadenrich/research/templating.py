"""Ready-made questions: versioned files with declared parameters and typed answers, ours and the caller's own."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leadenrich.catalogue import Table
from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.research.question import Research
from leadenrich.waterfall import Step

SLOT = re.compile(r"<<([a-z][a-z0-9_]*)>>")
KINDS: dict[str, Any] = {"text": str, "texts": list[str], "whole": int, "number": float, "yes_no": bool}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Part):
    """A parameter of a template: its kind, what it means, and what it is where the caller says nothing."""

    kind: Literal["text", "texts", "whole", "number", "yes_no"]
    description: str
    required: bool = False
    default: Any = None


class Part(_Part):
    """One field of a template's answer; `options_from` names the parameter that lists what may be chosen."""

    kind: Literal["text", "texts", "whole", "number", "yes_no", "choice"]
    description: str
    options: tuple[str, ...] = ()
    options_from: str | None = None


class Template(_Part):
    """A ready-made question. Call it with its parameters to get a `Research`.

    Attributes:
        name: the file's. version: raised with each change of wording or answer, so that results stay comparable.
        title: what it is for. question: the text, with `{field}` holes and `<<parameter>>` slots.
        operation: whether it looks on the web. parameters, answer: declared, by name.
        grounded: fields of the answer that may name no number and no name beyond what the model was given.
    """

    name: str = ""
    version: int = Field(ge=1)
    title: str
    question: str
    operation: Literal["research", "generate"] = "research"
    grounded: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    answer: dict[str, Part]

    def __call__(self, ask: Sequence[str | Step] | None = None, **settings: Any) -> Research:
        """Return the question.

        Args:
            ask: the models' providers; None: `Research`'s own.
            **settings: the template's parameters, and any of `Research`'s settings.

        Raises:
            ConfigurationError: a parameter is missing, unknown or of another kind than declared.
        """
        given = {name: self._read(name, settings.pop(name, one.default)) for name, one in self.parameters.items()}
        text = SLOT.sub(lambda slot: _shown(given[slot[1]]), self.question)
        answer = {name: (self._type(part, given), part.description) for name, part in self.answer.items()}
        options = {"answer": answer, "grounded": self.grounded, **settings}
        if not any(settings.get(one) for one in ("search", "read", "pages_field", "batch")):
            options.setdefault("operation", self.operation)
        try:
            return Research(text, *(() if ask is None else (ask,)), **options)
        except TypeError as error:
            known = [*self.parameters, "answer", "search", "read", "model", "prefix", "require_quotes"]
            unknown = re.search(r"argument '(\w+)'", str(error))
            if unknown is None:
                raise
            told = f"template {self.name!r} has no parameter {unknown[1]!r}{nearest(unknown[1], known)}"
            raise ConfigurationError(told) from None

    def _read(self, name: str, value: Any) -> Any:
        one = self.parameters[name]
        if value is None:
            raise ConfigurationError(f"template {self.name!r} needs {name}=: {one.description}")
        wanted = KINDS[one.kind]
        fits = isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value)
        if one.kind != "texts":
            fits = isinstance(value, int | float if wanted is float else wanted) and not (
                wanted is not bool and isinstance(value, bool)
            )
        if not fits:
            raise ConfigurationError(f"{name} of template {self.name!r} is {_word(one.kind)}, not {a(value)}")
        return value

    @staticmethod
    def _type(part: Part, given: Mapping[str, Any]) -> Any:
        if part.kind != "choice":
            return KINDS[part.kind]
        options = tuple(given[part.options_from]) if part.options_from else part.options
        return Literal[options]


class TemplateList(Table[Template]):
    """Templates as a list that shows itself as a table."""

    COLUMNS = ("name", "version", "what for", "parameters", "answer")

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for one in self:
            yield one.name, str(one.version), one.title, ", ".join(one.parameters), ", ".join(one.answer)


def templates() -> TemplateList:
    """Return the ready-made questions, by name."""
    folder = files("leadenrich.research") / "templates"
    paths = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return TemplateList(_parsed(one.name.removesuffix(".toml"), one.read_text(encoding="utf-8")) for one in paths)


def template(name: str) -> Template:
    """Return a ready-made question.

    Raises:
        ConfigurationError: there is none of that name; the text names the nearest.
    """
    known = {one.name: one for one in templates()}
    if name not in known:
        raise ConfigurationError(f"no template {name!r}{nearest(name, known)}")
    return known[name]


def load(path: str | os.PathLike[str]) -> Template:
    """Return the template that a .toml file describes, in the form of the built-in ones.

    Raises:
        ConfigurationError: it cannot be read, or something in it is unknown or missing; the text names the file.
    """
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the template {place.name} cannot be read ({type(error).__name__})") from None
    return _parsed(place.stem, text)


def _parsed(name: str, text: str) -> Template:
    try:
        made = Template.model_validate({"name": name, **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"template {name!r} is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ConfigurationError(f"template {name!r}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for slot in SLOT.findall(made.question):
        if slot not in made.parameters:
            raise ConfigurationError(f"template {name!r} has no parameter {slot!r}{nearest(slot, made.parameters)}")
    for column, part in made.answer.items():
        if part.kind == "choice" and not part.options and part.options_from not in made.parameters:
            raise ConfigurationError(f"template {name!r}: answer.{column} is a choice without options")
    for column in made.grounded:
        if column not in made.answer:
            raise ConfigurationError(f"template {name!r}: grounded names no answer {column!r}")
    return made


def _shown(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _word(kind: str) -> str:
    words = {"text": "a text", "texts": "a list of texts", "whole": "a whole number", "number": "a number"}
    return words.get(kind, "True or False")
