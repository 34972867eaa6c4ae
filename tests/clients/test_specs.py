"""Published OpenAPI files as judges: our cases and fakes are as they say, or otherwise for a stated reason."""

from __future__ import annotations

import pytest

from leadenrich.registry import registry
from tests.clients.specs import Spec, faked, judged, specs, undecided


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.provider)
async def test_cases_and_fakes_are_as_published(spec: Spec) -> None:
    found, compared = judged(spec)
    open_lines, stale = undecided(spec, found | await faked(spec))
    assert not open_lines, "\n".join(open_lines)
    assert not stale, "reasons that nothing meets: " + "; ".join(stale)
    assert compared


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.provider)
def test_a_file_says_whose_it_is(spec: Spec) -> None:
    assert spec.provider in registry.builtin_ids()
    assert spec.source.startswith("https://")
    assert all(spec.differs.values())


def test_what_is_not_as_published_is_seen() -> None:
    """A parameter, a place and a type that are not in the file each make a line."""
    spec = next(one for one in specs() if one.provider == "twilio_lookup")
    name, facts = next(iter(spec.operations.items()))
    poor = {"query": {}, "reply": {place: "array" for place in facts["reply"]}}
    found, _ = judged(Spec("twilio_lookup", spec.source, spec.read, True, {**spec.operations, name: poor}, {}))
    assert any(line.endswith("is not listed") for line in found)
    assert any(" is no array" in line for line in found)
