"""Every vendor's case file: each request as it must be sent, each answer as it must be understood."""

from pathlib import Path

import pytest

from leadenrich.testing import cases

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [case for file in FILES for case in cases.load(file)]


@pytest.mark.looptime
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_case(case: cases.Case) -> None:
    await cases.run(case)
