"""From what the caller asks to the query an adapter receives: cleaned, checked, and no word more than declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from leadenrich import clean
from leadenrich.contract.parameters import Parameter, typed
from leadenrich.errors import FeatureParametersError, nearest
from leadenrich.vocabulary import QUERY_WORDS, Query


class Feature(Protocol):
    """What a query must know of the feature it asks: `leadenrich.contract.Feature` has it."""

    @property
    def operation(self) -> str:
        """Return its name."""
        ...

    @property
    def needs(self) -> Sequence[Sequence[str]]:
        """Return the alternatives, each of which suffices."""
        ...

    @property
    def words(self) -> Sequence[str]:
        """Return the words it takes."""
        ...

    @property
    def typed(self) -> Mapping[str, Parameter]:
        """Return the words that have a type, values or a default."""
        ...

    def can_ask(self, query: Any) -> bool:
        """Return whether a query has one of the alternatives."""
        ...


def cleaned(feature: Feature, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query in canonical form.

    Raises:
        FeatureParametersError: an unknown word (with the nearest right one), or an invalid value that is needed.
    """
    if not isinstance(query, Mapping):
        raise FeatureParametersError(
            f"a query is a mapping of fields, not a {type(query).__name__}", operation=feature.operation
        )
    for word in query:
        if word not in QUERY_WORDS and word not in feature.words:
            raise FeatureParametersError(
                f"no query word {word!r}{nearest(str(word), QUERY_WORDS | set(feature.words))}",
                operation=feature.operation,
            )
    region = query.get("country")
    cleaned, problems = clean.fields(query, region=region if isinstance(region, str) else None)
    if problems and not feature.can_ask(cleaned):
        first = problems[0]
        raise FeatureParametersError(f"{first.field} {first.reason}", operation=feature.operation)
    return cleaned


def setting(word: str, value: Any) -> Any:
    """Return a setting of a question in its one form: a number that came as text becomes one.

    Raises:
        FeatureParametersError: it is of the wrong kind.
    """
    read, wanted = SETTINGS[word]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError):
        told = repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"
        raise FeatureParametersError(f"{word} must be {wanted}, not {told}") from None


def _whole(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or number < 1 or number != float(value):
        raise ValueError
    return number


def _structure(value: Any) -> Any:
    if not isinstance(value, Mapping | list):
        raise TypeError
    return value


def _schema(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError
    return value


SETTINGS: dict[str, tuple[Callable[[Any], Any], str]] = {
    **dict.fromkeys(
        ("limit", "page_size", "max_output_tokens", "shared_characters"), (_whole, "a whole number above 0")
    ),
    "output_schema": (_schema, "a JSON schema, as a mapping"),
    "filters": (_structure, "a mapping of the vendor's own filters, or a list of them"),
}
"""How the settings of a question that are no text are read, and what they must be."""
_SETTINGS = frozenset(SETTINGS)


def restricted(feature: Feature, query: Mapping[str, Any]) -> Query:
    """Return the words of a query that an operation declares (G13).

    Raises:
        FeatureParametersError: it holds none of the alternatives the operation needs, or a setting of the wrong kind.
    """
    asked = {word: value for word in feature.words if (value := query.get(word)) not in (None, "")}
    if not _SETTINGS.isdisjoint(asked):
        for word in _SETTINGS.intersection(asked):
            if word not in feature.typed:
                asked[word] = setting(word, asked[word])
    for word, parameter in feature.typed.items():
        if word in asked:
            asked[word] = typed(word, parameter, asked[word])
        elif parameter.default is not None:
            asked[word] = parameter.default
    if not feature.can_ask(asked):
        words = feature.words
        first, last = query.get("first_name"), query.get("last_name")
        if "full_name" in words and "full_name" not in asked and first and last:
            asked["full_name"] = f"{first} {last}"
        if not feature.can_ask(asked):
            ways = " or ".join(" + ".join(way) for way in feature.needs)
            raise FeatureParametersError(f"needs {ways}; got {', '.join(asked) or 'none of these'}")
    return Query(asked)


def unfit(feature: Feature, query: Mapping[str, Any], error: Exception) -> FeatureParametersError:
    """Return the error of a query that an adapter could make no request of; values stay out of its text."""
    words = [word for word in query if word not in {word for way in feature.needs for word in way}] or list(query)
    return FeatureParametersError(
        f"the question cannot be put ({type(error).__name__}): check {', '.join(words)}", operation=feature.operation
    )


def page_size(query: Query, usual: int, most: int) -> int:
    """Return how many results a page is to have: the query's `page_size`, else its `limit`, within 1 and `most`.

    Args:
        query: what is asked.
        usual: where it says neither.
        most: that the vendor gives at once.
    """
    return max(1, min(int(query.page_size or query.limit or usual), most))
