"""Company names: one display form, one key, over the legal forms of the world."""

import pytest

from leadenrich import clean
from leadenrich.errors import InvalidValueError

# A key, then spellings that share it.
FAMILIES = """
acme widgets: Acme Widgets | ACME WIDGETS, INC. | Acme Widgets Incorporated
acme widgets: The Acme Widgets Company | Acme-Widgets LLC
acme: Acme GmbH | acme G.m.b.H. | ACME G m b H | Acme GmbH & Co. KG | Acme GmbH + Co KG
acme: Acme AG & Co. KGaA | Acme mbH
muller: Müller AG | Muller Aktiengesellschaft | MÜLLER e.K. | Müller UG (haftungsbeschränkt)
muller: Müller & Co.
acme: Acme S.A. de C.V. | Acme SA de CV | Acme, S. de R.L. de C.V. | Acme SAPI de CV
acme: ACME S.A.B. DE C.V.
acme: Acme Ltd | Acme Limited | Acme Pty Ltd | Acme Pty. Limited | Acme Pte. Ltd.
acme: Acme Private Limited | Acme Sdn. Bhd.
acme: Acme Sp. z o.o. | ACME SP. Z O.O. | Acme spółka z o.o. | Acme s.r.o. | Acme, spol. s r.o.
acme: Acme a.s. | Acme d.o.o.
acme: Acme Oy | Acme Oyj | Acme AB | Acme AB (publ) | Acme A/S | Acme ApS | Acme ASA | Acme hf.
acme: Acme OÜ | UAB Acme
acme: Acme S.p.A. | Acme SpA | Acme S.r.l. | Acme SARL | Acme S.à r.l. | Acme SAS | Acme S.L.
acme: Acme Lda. | Acme Ltda | Acme B.V.
acme: Acme A.Ş. | Acme Anonim Şirketi | Acme Ltd. Şti. | Acme Kft. | Acme Zrt. | Acme EOOD
acme: Acme S.R.L. | PT Acme Tbk
acme: Acme Co., Ltd. | Acme Co Ltd | Acme Company Limited | Acme K.K. | Acme Kabushiki Kaisha
acme: Acme FZ-LLC | Acme W.L.L. | Acme PJSC
ромашка: ООО «Ромашка» | Ромашка, ООО | ПАО Ромашка
ромашка: Общество с ограниченной ответственностью «Ромашка»
アクメ: 株式会社アクメ | アクメ株式会社 | (株)アクメ | ㈱アクメ | アクメ 有限会社
阿克梅科技: 阿克梅科技有限公司 | 阿克梅科技股份有限公司 | 阿克梅科技 有限责任公司
아크메: 주식회사 아크메 | (주)아크메 | 아크메 유한회사
אקמה: אקמה בע"מ | אקמה בעמ
اكمي: شركة اكمي | اكمي ش.م.م
marks and spencer: Marks & Spencer plc | MARKS AND SPENCER PLC | Marks + Spencer
"""
SPELLINGS = [
    (key, name)
    for key, _, names in (line.partition(": ") for line in FAMILIES.strip().splitlines())
    for name in names.split(" | ")
]


@pytest.mark.parametrize(("key", "name"), SPELLINGS)
def test_spellings_share_a_key(key: str, name: str) -> None:
    assert clean.company_key(name) == key
    assert clean.company_key(key) == key


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("  ACME   WIDGETS , INC", "Acme Widgets Inc."),
        ("FJORDLYS (UK) LIMITED", "Fjordlys (UK) Ltd."),
        ("acme gmbh & co kg", "Acme GmbH & Co. KG"),
        ("Acme, S.A. de C.V.", "Acme SA de CV"),
        ("IBM", "IBM"),
        ("SAP SE", "SAP SE"),
        ("SIEMENS AG", "Siemens AG"),
        ("JOHNSON AND JOHNSON", "Johnson and Johnson"),
        ("O'REILLY MEDIA", "O'Reilly Media"),
        ("MACY'S RETAIL", "Macy's Retail"),
        ("Smith & Co", "Smith & Co."),
        ("Acme A/S", "Acme A/S"),
        ("Acme AS", "Acme AS"),
        ("Wellness Spa", "Wellness Spa"),
        ('"Acme" LLC', '"Acme" LLC'),
        ('"Acme Labs"', "Acme Labs"),
        ("Acme® Labs™", "Acme Labs"),
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("3M", "3M"),
    ],
)
def test_display_form(given: str, wanted: str) -> None:
    assert clean.company_facts(given).name == wanted
    assert clean.company_facts(wanted).name == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("  FJORDLYS   (UK)  LIMITED ", "FJORDLYS (UK) LIMITED"),
        ("acme gmbh & co kg", "acme gmbh & co kg"),
        ("Acme, S.A. de C.V.", "Acme, S.A. de C.V."),
        ("ACME WIDGETS, INC", "ACME WIDGETS, INC"),
        ('"Acme Labs"', "Acme Labs"),
        ("Acme® Labs™", "Acme Labs"),
        ("ООО «Ромашка»", "ООО «Ромашка»"),
        ("eBay Inc", "eBay Inc"),
    ],
)
def test_the_spelling_is_kept(given: str, wanted: str) -> None:
    assert clean.company_name(given) == wanted
    assert clean.company_name(wanted) == wanted


def test_a_name_is_never_all_legal_form() -> None:
    for name in ("Inc.", "AG", "Co", "The Company", "株式会社", "A/S"):
        assert clean.company_key(name)
        assert clean.company_facts(name).name


def test_words_that_only_look_like_legal_forms_stay() -> None:
    assert clean.company_key("Wellness Spa") == "wellness spa"
    assert clean.company_key("A.G. Edwards") == "ag edwards"
    assert clean.company_key("Bank of America") == "bank of america"


def test_facts() -> None:
    facts = clean.company_facts("UAB Acme Baltic")
    assert (facts.name, facts.short_name, facts.legal_form, facts.key) == (
        "UAB Acme Baltic",
        "Acme Baltic",
        "UAB",
        "acme baltic",
    )
    assert clean.company_facts("Acme").legal_form is None


@pytest.mark.parametrize("given", ["", "n/a", "---", "!!!", "«»", None, 5])
def test_refuses(given: object) -> None:
    with pytest.raises(InvalidValueError):
        clean.company_name(given)  # type: ignore[arg-type]  # wrong types are the point
