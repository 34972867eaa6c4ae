"""Names of one person and names that are only alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadenrich.clean.identity.family_names import same_family
from leadenrich.clean.identity.given_names import same_given
from leadenrich.clean.identity.mailbox import is_plainly, names_another
from leadenrich.clean.identity.person import may_be_one_person
from leadenrich.clean.people import split_name

ONE = """
Bob Okafor = Robert Okafor
Kate Hartley = Catherine Hartley
Jürgen Müller = Juergen Mueller
Jürgen Müller = Jurgen Muller
Søren Ødegård = Soeren Oedegaard
Đorđe Živković = Djordje Zivkovic
Anna-Lena Vogt = Annalena Vogt
Anna-Lena Vogt = Anna Vogt
Karl-Heinz Brandt = Karlheinz Brandt
J.-P. Moreau = Jean-Pierre Moreau
JP Moreau = Jean-Pierre Moreau
Jan van der Linden = Jan Vanderlinden
María García López = Maria Garcia
Juan Carlos García = Juan García López
Owen James Hartley = O. J. Hartley
Owen James Hartley = James Hartley
Anna Schmidt-Weber = Anna Weber
Anna Weber geb. Schmidt = Anna Schmidt
Jane Colby (née Hartley) = Jane Hartley
Zhang Wei = Wei Zhang
Li Xiaoming = Xiao-Ming Li
Kovács Zsófia = Zsofia Kovacs
Kim Min-jun = Minjun Kim
Choi Youngho = Choe Young-ho
Kenichi Satō = Ken'ichi Satoh
Ekaterina Ivanova = Yekaterina Ivanov
Dmitry Shcherbakov = Dmitrii Scherbakov
Tereza Nováková = Tereza Novák
Mohammed Al-Sayed = Muhammad El Sayed
Abdul Rahman Nassar = Abdelrahman Nassar
Venkatesh Subramanian = S. Venkatesh
Srinivas Krishnamurthy = Sreenivas Krishnamurthi
Tran Thi Mai = Mai Trần
Екатерина Волкова = Ekaterina Volkova
Милош Живковић = Milos Zivkovic
Γιώργος Παπαδάκης = Giorgos Papadakis
王伟 = Wang Wei
山田 太郎 = Taro Yamada
김민준 = Minjun Kim
محمد حسن = Mohamed Hassan
משה לוי = Moshe Levi
राजेश शर्मा = Rajesh Sharma
Jonas Weber Jr. = Jonas Weber
Hajo Richter = Hans-Joachim Richter
Anne Vogel = Anneliese Vogel
Vojta Novák = Vojtěch Novák
Mª José Ruiz = María José Ruiz
Abdulla Al Mansoori = Abdullah Almansoori
12345 67 = Jonas Weber
"""

TWO = """
Maria Garcia = Mario Garcia
Martin Krause = Martina Krause
James Carter = Jane Carter
Anna Schmidt = Anna Schmitz
Thomas Meyer = Thomas Meier
Lars Hansen = Lars Hansson
Jonas Weber = Joanna Weber
José Reyes = Josefina Reyes
Ingrid Lund = Inga Lund
Ngozi Wolf = Ngozi Wolff
Andrea Rossi = Andreas Rossi
Aaron Colby = Erin Colby
J. Weber = Petra Weber
Jonas W. = Jonas Huber
Jonas Weber Jr. = Jonas Weber Sr.
John A. Colby = John B. Colby
Jean-Luc Moreau = Jean-Marc Moreau
Juan García López = Juan García Martínez
Edwin Colby = Edwina Colby
Liz Colby = Beth Colby
Aleksandr Popov = Aleksandra Popova
Ivan Petrovich Sidorov = Ivan Sergeevich Sidorov
Ivan Petrov = Ivan Petrenko
Mohammed Hassan = Mahmoud Hassan
Ahmed Khalil = Ahmed Khaled
Rajesh Sharma = Ramesh Sharma
Manish Gupta = Manisha Gupta
Kim Min-jun = Kim Min-ji
Wei Zhang = Wei Zheng
Jing Li = Ying Li
Yuki Sato = Yuka Sato
Екатерина Волкова = Elena Volkova
王伟 = Na Wang
김민준 = Minji Kim
佐藤 健一 = Kenichi Suzuki
محمد حسن = Mahmoud Hassan
"""


def _pairs(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split(" = ")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("a", "b"), _pairs(ONE))
def test_one_person(a: str, b: str) -> None:
    assert may_be_one_person(a, b)
    assert may_be_one_person(b, a)


@pytest.mark.parametrize(("a", "b"), _pairs(TWO))
def test_two_people(a: str, b: str) -> None:
    assert not may_be_one_person(a, b)
    assert not may_be_one_person(b, a)


words = st.text(min_size=1, max_size=12)


@given(words, words)
def test_every_word_is_itself_and_the_order_of_arguments_makes_no_difference(a: str, b: str) -> None:
    for same in (same_given, same_family, may_be_one_person):
        assert same(a, a)
        assert same(a, b) == same(b, a)


def test_a_korean_name_without_a_space_is_a_name() -> None:
    for text, first, last in (("김민준", "민준", "김"), ("남궁민수", "민수", "남궁"), ("김철", "철", "김")):
        assert (split_name(text).first, split_name(text).last, split_name(text).full) == (first, last, text)


FITS = """
Jonas Weber = j.weber jweber weberj jonasw jw w.jonas jmweber jonas.m.weber ext.jonas.weber info u48213 jonas.brightloom
William Hartley = bill.hartley bhartley will
Jürgen Müller = j.mueller jmuller juergen.muell
Jean-Pierre Moreau = jp.moreau jpmoreau jeanpierre.moreau jean-pierre.moreau
María García López = mgarcial maria.garcialopez
Jan van der Linden = j.vd.linden jvanderlinden
Liam O'Brien = l.o-brien lobrien
Xiaoming Li = xm.li lixm li.xiaoming
Екатерина Иванова = e.ivanova katya
Mohammed Al-Sayed = mohamed.elsayed msayed
山田 太郎 = t.yamada
Jonas = jonas.weber
"""

STRANGERS = """
Jonas Weber = maria.garnier petra.weber jonas.huber pweber p.weber mariagarnier maria jana.weber joanna.weber
Martin Krause = martina.krause martin.kraus
Jean-Pierre Moreau = jean-luc.moreau
Wei Zhang = lei.zhang li.na
王伟 = jing.chen
Екатерина Иванова = elena.ivanova
"""


def _addresses(text: str) -> list[tuple[str, str]]:
    return [(name, local) for name, locals_ in _pairs(text) for local in locals_.split()]


@pytest.mark.parametrize(("name", "local"), _addresses(FITS))
def test_an_address_that_may_be_the_persons(name: str, local: str) -> None:
    assert not names_another(local, (name,), frozenset({"brightloom"}))


@pytest.mark.parametrize(("name", "local"), _addresses(STRANGERS))
def test_an_address_that_says_another_name(name: str, local: str) -> None:
    assert names_another(local, (name,))


@given(words, st.lists(words, min_size=1, max_size=3))
def test_any_text_is_judged(local: str, names: list[str]) -> None:
    names_another(local, tuple(names))


@pytest.mark.parametrize(
    ("local", "name"),
    [
        ("jorg.muller", "Jörg Müller"),
        ("joerg.mueller", "Jörg Müller"),
        ("maryann_oneill", "Mary-Ann O'Neill"),
        ("mary-ann.o-neill", "Mary-Ann O'Neill"),
        ("lsmith", "Łukasz SMITH"),
        ("vanderberg.bob", "Bob van der Berg"),
        ("ivan.petrov", "Иван Петров"),
    ],
)
def test_an_address_that_says_the_whole_name_is_known_without_taking_the_name_apart(local: str, name: str) -> None:
    assert is_plainly(local, name)
    assert not names_another(local, (name,))


def test_an_address_that_says_another_name_is_not_plainly_the_persons() -> None:
    assert not is_plainly("jonas.weber", "Mira Okafor")
    assert not is_plainly("m", "Mira Okafor")
    assert not is_plainly("", "")
