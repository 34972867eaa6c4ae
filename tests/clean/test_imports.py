"""The package is cheap to import, and its lazy names are all there."""

import subprocess
import sys

import pytest

import leadenrich.clean

HEAVY = ("phonenumbers", "email_validator", "rapidfuzz", "nameparser", "pycountry", "publicsuffixlist", "idna")


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, leadenrich.clean as clean\n"
        "assert not [name for name in sys.modules if name.startswith('leadenrich.clean.')], 'submodules'\n"
        "clean.fields({'email': 'jo@acme.example', 'first_name': 'Jane', 'linkedin_url': 'linkedin.com/in/jane'})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_public_name_is_there_and_documented() -> None:
    for name in leadenrich.clean.__all__:
        assert getattr(leadenrich.clean, name).__doc__
    assert set(leadenrich.clean.__all__) <= set(dir(leadenrich.clean))
    assert sorted(leadenrich.clean.__all__) == sorted(set(leadenrich.clean.__all__))


def test_a_wrong_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'emial'"):
        leadenrich.clean.emial  # noqa: B018
