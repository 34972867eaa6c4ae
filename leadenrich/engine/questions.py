"""From what the caller asks to the query an adapter receives: cleaned, checked, and no word more than declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadenrich import clean
from leadenrich.contract import Feature, Query
from leadenrich.errors import FeatureParametersError, nearest
from leadenrich.vocabulary import QUERY_WORDS


def cleaned(feature: Feature, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query in canonical form.

    Raises:
        FeatureParametersError: an unknown word (with the nearest right one), or a value that is needed and no good.
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


def restricted(feature: Feature, query: Mapping[str, Any]) -> Query:
    """Return the words of a query that an operation declares (G13).

    Raises:
        FeatureParametersError: it holds none of the alternatives the operation needs.
    """
    asked = {word: value for word in feature.words if (value := query.get(word)) not in (None, "")}
    if not feature.can_ask(asked):
        words = feature.words
        first, last = query.get("first_name"), query.get("last_name")
        if "full_name" in words and "full_name" not in asked and first and last:
            asked["full_name"] = f"{first} {last}"
        if not feature.can_ask(asked):
            ways = " or ".join(" + ".join(way) for way in feature.needs)
            raise FeatureParametersError(f"needs {ways}; got {', '.join(asked) or 'none of these'}")
    return Query(asked)
