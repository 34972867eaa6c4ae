"""Countries: codes and names in many languages."""

import pycountry
import pytest

from leadenrich import clean
from leadenrich.clean.countries import CODES
from leadenrich.errors import InvalidValueError


def test_every_iso_country_is_known_by_codes_and_names() -> None:
    listed = list(pycountry.countries)
    assert {each.alpha_2 for each in listed} | {"XK"} == CODES
    for each in listed:
        for name in (
            each.alpha_2,
            each.alpha_2.lower(),
            each.alpha_3,
            each.name,
            getattr(each, "official_name", each.name),
        ):
            assert clean.country(name) == each.alpha_2


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("UK", "GB"),
        ("England", "GB"),
        ("U.S.A.", "US"),
        ("u.s.", "US"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("Holanda", "NL"),
        ("D", "DE"),
        ("A", "AT"),
        ("VS", "US"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Germania", "DE"),
        ("Duitsland", "DE"),
        ("Alemanha", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("ESPAÑA", "ES"),
        ("Schweiz", "CH"),
        ("Vereinigtes Königreich", "GB"),
        ("États-Unis", "US"),
        ("Côte d’Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Russia", "RU"),
        ("Россия", "RU"),
        ("日本", "JP"),
        ("中国", "CN"),
        ("대한민국", "KR"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Czech Republic", "CZ"),
        ("Kosovo", "XK"),
        ("Germany (DE)", "DE"),
        (" germany ", "DE"),
        ("EL", "GR"),
    ],
)
def test_names(given: str, wanted: str) -> None:
    assert clean.country(given) == wanted


@pytest.mark.parametrize("given", ["", "n/a", "Atlantis", "ZZ", "Korea or so", "Virgin Islands", 49, None, []])
def test_refuses(given: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.country(given)  # type: ignore[arg-type]  # wrong types are the point
    assert caught.value.field == "country"


def test_regions() -> None:
    assert clean.region("CA", "US") == "California"
    assert clean.region("US-CA") == "California"
    assert clean.region("by", "DE") == "Bayern"
    assert clean.region("CA") == "CA"
    assert clean.region(" Upper  Austria ", "AT") == "Upper Austria"
    assert clean.region("QQ", "US") == "QQ"
