"""Names of countries that ISO 3166 does not list: everyday, former, local, and parts of the United Kingdom."""

from __future__ import annotations

# A code, then the names without accents, case and punctuation; a line that is indented goes on.
_TABLE = """
AE: uae, u a e, emirates, emiraty
AL: shqiperi
AT: a, osterreich, oesterreich
BE: belgie, belgique
BG: bulgariya
BN: brunei
BO: bolivia
BR: brasil
BY: беларусь, белоруссия
CD: congo kinshasa, drc, dr congo
CG: congo brazzaville
CH: schweiz, suisse, svizzera
CI: ivory coast, cote divoire, elfenbeinkuste
CN: prc, mainland china, peoples republic of china, p r china, 中国大陆, 中国, 中國
CV: cape verde
CY: kypros
CZ: czech republic, czechia, tschechische republik, cesko
DE: d, deutschland, brd
DK: danmark
EE: eesti
ES: espana
FI: suomi
FK: falkland islands
FM: micronesia
GB: uk, u k, great britain, britain, england, scotland, wales, northern ireland, united kingdom,
    vereinigtes konigreich, grossbritannien, schottland, angleterre, inglaterra, inghilterra, engeland, royaume uni,
    reino unido, regno unito, verenigd koninkrijk, cymru, 英国
GR: el, ellada, hellas
HK: hong kong sar, 香港
HR: hrvatska
HU: magyarorszag
IE: eire, republic of ireland
IN: bharat
IR: iran
IS: island
IT: i, italia
JP: nippon, 日本
KN: st kitts and nevis
KP: north korea, dprk, nordkorea
KR: south korea, korea, republic of korea, korea south, korea republic of, sudkorea, coree du sud, corea del sur,
    corea del sud, coreia do sul, 대한민국, 한국
LA: laos
LC: st lucia
LT: lietuva
LU: letzebuerg
LV: latvija
MA: marokko
MD: moldova
MK: macedonia, north macedonia
MM: burma, myanmar burma
MO: macau
NL: holland, the netherlands, niederlande, pays bas, holanda, hollande, olanda, holandia
NO: norge
PL: polska
PS: palestine
RE: reunion
RO: romania
RS: srbija
RU: russia, russland, rossiya, россия, рф
SE: sverige
SK: slovensko
SY: syria
SZ: swaziland, eswatini
TL: east timor
TR: turkey, turkiye
TW: taiwan, taiwan roc, 臺灣, 台湾
TZ: tanzania
UA: ukraina
US: usa, u s, u s a, us of a, america, united states, united states of america, the united states, estados unidos,
    vs, etats unis, stati uniti, vereinigte staaten, verenigde staten, eeuu, ee uu, e e u u, eua, 美国
VA: vatican, vatican city
VC: st vincent and the grenadines
VE: venezuela
VN: vietnam, viet nam
XK: kosovo
"""


def _aliases() -> dict[str, str]:
    found = {}
    for row in _TABLE.replace("\n    ", " ").strip().splitlines():
        code, _, names = row.partition(":")
        found.update(dict.fromkeys((name.strip() for name in names.split(",")), code))
    return found


ALIASES = _aliases()
