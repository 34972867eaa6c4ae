"""Names and domains of one company, and those that are only alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadenrich.clean.identity.company import may_have_domain, same_company_domain, same_company_name

ONE = """
PwC = PricewaterhouseCoopers
EY = Ernst & Young GmbH
P&G = The Procter & Gamble Company
Twitter = X Corp.
FedEx = Federal Express
General Widgets Corporation = GW
Citi = Citigroup
Brightloom = Brightloom Lighting Systems
Brightloom GmbH & Co. KG = BRIGHTLOOM
Brightloom Deutschland GmbH = Brightloom UK Ltd
Kestrel Intl = Kestrel International
Kestrel, a Gridwave company = Kestrel
Müller Maschinenbau = Mueller Maschinenbau GmbH
ООО Вектор = Vektor LLC
Яндекс = Yandex
LBBW = Landesbank Baden-Württemberg
John Deere = Deere & Company
US Steel = United States Steel
Siemens = Siemens Energy
"""

TWO = """
Delta Air Lines = Delta Electronics
Bank of America = Bank of Montreal
Apple = Apple Leisure Group
Air China = Air France
General Electric = General Motors
Alpha Consulting = Beta Consulting
Brightloom Systems = Gridwave Systems
Schmidt Elektro = Schmitz Elektro
Johnson & Johnson = Johnson Controls
"""

ONE_DOMAIN = """
facebook.com = meta.com
twitter.com = x.com
kestrel.com = mail.kestrel.com
kestrel.com = kestrel.co.uk
brightloom.de = getbrightloom.com
brightloom.com = brightloom-group.com
microsoft.com = microsoft.onmicrosoft.com
mueller-bau.de = muellerbau.de
"""

TWO_DOMAINS = """
bank.com = bankofamerica.com
apple.com = applebees.com
mail.acme.com = mail.kestrel.com
acme.co.uk = kestrel.co.uk
work.com = workday.com
acme.github.io = kestrel.github.io
"""


def _pairs(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(" = ")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("a", "b"), _pairs(ONE))
def test_one_company(a: str, b: str) -> None:
    assert same_company_name(a, b)
    assert same_company_name(b, a)


@pytest.mark.parametrize(("a", "b"), _pairs(TWO))
def test_two_companies(a: str, b: str) -> None:
    assert same_company_name(a, b) is False
    assert same_company_name(b, a) is False


@pytest.mark.parametrize(("a", "b"), _pairs(ONE_DOMAIN))
def test_one_companys_domains(a: str, b: str) -> None:
    assert same_company_domain(a, b)
    assert same_company_domain(b, a)


@pytest.mark.parametrize(("a", "b"), _pairs(TWO_DOMAINS))
def test_two_companies_domains(a: str, b: str) -> None:
    assert not same_company_domain(a, b)
    assert not same_company_domain(b, a)


def test_a_domain_that_is_written_like_the_name() -> None:
    for name, host in (
        ("Brightloom Lighting GmbH", "brightloom.de"),
        ("Boston Consulting Group", "bcg.com"),
        ("Ernst & Young", "ey.com"),
        ("General Widgets", "gw.example"),
        ("Kestrel", "mail.kestrel.io"),
    ):
        assert may_have_domain(name, host)
    for name, host in (("Delta Electronics", "delta.com"), ("Brightloom", "gridwave.example"), ("?!", "a.example")):
        assert not may_have_domain(name, host)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_compared_and_the_order_makes_no_difference(a: str, b: str) -> None:
    assert same_company_name(a, b) == same_company_name(b, a)
    assert same_company_domain(a, b) == same_company_domain(b, a)
    may_have_domain(a, b)
