"""Legal forms of companies the world over: how they are spelled, and where in a name they stand."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from leadenrich.clean.text import fold, words

# Forms that follow the name, in the spelling a name is shown with. The key of a form is the spelling without
# spaces, dots and case, so "G. m. b. H." and "GmbH" are one; spellings with another key stand after "=".
_SUFFIXES = """
Inc. = incorporated = incorp | Corp. = corporation | LLC | Ltd. = limited | LP | LLP | LLLP | PLLC
PC = professionalcorporation | PLC = publiclimitedcompany | Co. | Company
Co., Ltd. = coltd = companylimited = companyltd = colimited | Co., Inc. = coinc = companyinc | Ltd. Co. = ltdco
Pty Ltd = ptyltd = ptylimited = proprietarylimited = ptylt | Pte. Ltd. = pteltd = ptelimited = privatelimitedsg
Pvt. Ltd. = pvtltd = privatelimited = privateltd = pvtlimited = pltd
(OPC) Pvt. Ltd. = opcpvtltd = opcprivatelimited | CIC = communityinterestcompany
DAC = designatedactivitycompany | CLG | UC | ULC = unlimitedliabilitycompany
Sdn. Bhd. = sdnbhd = sendirianberhad | Bhd. = berhad | PCL = publiccompanylimited = pubcoltd | CC | NPC
RF (Pty) Ltd
GmbH = gesellschaftmitbeschränkterhaftung = mbh = gesmbh = gesellschaftmbh | gGmbH | gAG
GmbH & Co. KG = gmbhcokg = gmbhundcokg = gmbhcokommanditgesellschaft
GmbH & Co. KGaA = gmbhcokgaa = gmbhundcokgaa
GmbH & Co. OHG = gmbhcoohg = gmbhundcoohg | AG & Co. KG = agcokg = agundcokg | AG & Co. KGaA = agcokgaa
SE & Co. KG = secokg = seundcokg | SE & Co. KGaA = secokgaa | UG & Co. KG = ugcokg = ughaftungsbeschränktcokg
Ltd. & Co. KG = ltdcokg | KG & Co. = kgco
AG = aktiengesellschaft | KGaA = kommanditgesellschaftaufaktien | KG = kommanditgesellschaft
OHG = offenehandelsgesellschaft | GbR = gesellschaftbürgerlichenrechts
UG (haftungsbeschränkt) = ughaftungsbeschränkt = ughaftungsbeschrankt
UG (haftungsbeschränkt) = unternehmergesellschafthaftungsbeschränkt | UG
e.K. = ek = eingetragenerkaufmann = ekfm | e.Kfr. = ekfr | e.V. = ev = eingetragenerverein
eG = eingetragenegenossenschaft | PartG | PartG mbB = partgmbb = partmbb | SE = societaseuropaea | SCE | EWIV
OG = offenegesellschaft | e.U. = eu
& Co. KG = cokg = undcokg | & Co. OHG = coohg
SA = sociétéanonyme = sociedadanónima = societateanonima = socanon | SAS = sociétéparactionssimplifiée | SASU
SARL = sàrl = sociétéàresponsabilitélimitée = sarlu | EURL | SNC | SCI | SCOP | SCS | SCA | GIE | SELARL | SAEM
SL = sociedadlimitada = slu | SLL | SLP | SAU | SLNE | SCCL | S. Coop. = scoop | SpA = societàperazioni
Srl = societàaresponsabilitàlimitata | Srls | Sapa | Snc | S.s.
Lda. = limitada | Unipessoal Lda. = unipessoallda = unipessoal | Ltda. = ltda | EIRELI | S/A | SGPS
SGPS SA = sgpssa | MEI | EPP
SA de CV = sadecv = sociedadanónimadecapitalvariable | SAB de CV = sabdecv | SAPI de CV = sapidecv
S de RL de CV = sderldecv = srldecv | S de RL = sderl | SC de RL = scderl | SAB | SAPI | SAC | SAA | EIRL
CA = compañíaanónima | C. por A. = cpora | SRL | E.S.P. = esp
BV = beslotenvennootschap | NV = naamlozevennootschap | VOF | CV | BVBA | SPRL | CVBA | SCRL | ASBL | VZW
Stichting
AB = aktiebolag | AB (publ) = abpubl | HB = handelsbolag | KB = kommanditbolag | A/S = aktieselskab
ApS = anpartsselskab | I/S | K/S | P/S | IVS | AS = aksjeselskap | ASA = allmennaksjeselskap | ANS | DA
Oy = osakeyhtiö | Oyj = julkinenosakeyhtiö | Oy Ab = oyab | Ky | Tmi | Osk | ehf. = ehf | hf. = hf
slhf. = slhf | OÜ = osaühing | AS = aktsiaselts | SIA | UAB | MB
Sp. z o.o. = spzoo = spolkazoo = spółkazoo = spółkazograniczonąodpowiedzialnością
Sp. z o.o. = spolkazograniczonaodpowiedzialnoscia
Sp. z o.o. sp.k. = spzoospk = spzoospółkakomandytowa = spzoospolkakomandytowa | Sp.k. = spk | Sp.j. = spj
Sp.p. = spp | S.K.A. = ska | S.A. = spółkaakcyjna = spolkaakcyjna | P.S.A. = psa
s.r.o. = sro = spolsro = společnostsručenímomezeným | a.s. = akciováspolečnost = akciovaspolecnost
v.o.s. = vos | k.s. | z.s. = zs | o.p.s. = ops
Kft. = kft = korlátoltfelelősségűtársaság | Zrt. = zrt | Nyrt. = nyrt | Bt. = bt | Rt. = rt | Kkt. = kkt
d.o.o. = doo = društvosograničenomodgovornošću | d.d. = dd | j.d.o.o. = jdoo | a.d. = ad | k.d. = kd | SRL
PFA | S.C.
EOOD = eood | OOD = ood | EAD = ead | AD | ЕООД | ООД | ЕАД | АД | ЕТ
A.Ş. = aş = anonimşirketi = anonimsirketi | Ltd. Şti. = ltdşti = ltdsti = limitedşirketi = limitedsirketi
San. ve Tic. A.Ş. = sanveticaş = sanvetictas = sanayivetaş = sanayiveticaretaş = sanayiveticaretanonimşirketi
San. ve Tic. Ltd. Şti. = sanveticltdşti = sanveticltdsti = sanayiveticaretltdşti
San. ve Tic. Ltd. Şti. = sanayiveticaretlimitedşirketi = ticltdşti = ticltdsti
OOO | OAO | ZAO | PAO | AO | ООО | ОАО | ЗАО | ПАО | АО | НАО | ТОВ | ПрАТ | ПАТ | ПП | ТОО | ЧП | ИП | ДОО
ДООЕЛ | ФГУП | ГУП | МУП
ΑΕ = α.ε. = ανώνυμηεταιρεία = ανωνυμηεταιρεια | ΕΠΕ | ΙΚΕ | ΟΕ | ΕΕ | AE = ανεεταιρεια | EPE | IKE | ABEE
ΑΒΕΕ | შპს | სს | ՍՊԸ | ՓԲԸ | ԲԲԸ
בע"מ = בעמ = בע״מ | ש.מ. | ذ.م.م = ذمم = شذمم | ش.م.م = شمم | ش.م.ك = شمك | ش.م.ع = شمع | ش.م.ل = شمل
ش.م.ق = شمق | المحدودة
FZE | FZCO | FZ-LLC = fzllc | FZC | DMCC | PJSC = publicjointstockcompany | PSC | WLL | QSC | QPSC | BSC | KSC
KSCC | SAE | SAL | SAOG | SAOC | JSC = jointstockcompany | OJSC | CJSC | LLC FZ = llcfz
KK = kabushikikaisha = kabushikigaisha | GK = godokaisha | YK = yugenkaisha | 株式会社 | 有限会社 | 合同会社 | 合資会社
合名会社 | (株) = 株 | (有) | 一般社団法人 | 주식회사 | (주) = 주 | 유한회사 | 유한책임회사
有限公司 | 股份有限公司 | 有限责任公司 | 有限責任公司 | 集团有限公司 | 集團有限公司 | 集团股份有限公司
控股有限公司 | 公司
จำกัด | จำกัด (มหาชน) = จำกัดมหาชน
จำกัดมหาชน | Tbk | PT Tbk = pttbk
प्राइवेट लिमिटेड | लिमिटेड | প্রাইভেট লিমিটেড | লিমিটেড | பிரைவேட் லிமிடெட் | MChJ | QMJ | TOO | MMC
ASC
"""

# Forms that stand in front of the name.
_PREFIXES = """
ООО | ОАО | ЗАО | ПАО | АО | НАО | ИП | ТОО | ТОВ | ПрАТ | ПАТ | ПП | ФОП | ЧП | ФГУП | ГУП | МУП | ЕТ | АТ
КП | ДП | OOO | OAO | ZAO | PAO | TOO | TOV
UAB | SIA | OÜ | MB | IK | PT | CV. | Firma | Fa. | S.C.
株式会社 | 有限会社 | 合同会社 | 合資会社 | (株) = 株 | (有)
一般社団法人 | 주식회사 | (주) = 주 | 유한회사
บริษัท | ห้างหุ้นส่วนจำกัด | Công ty TNHH = côngtytnhh = congtytnhh
Công ty Cổ phần = côngtycổphần = congtycophan | Công ty CP = côngtycp = congtycp | CTCP
Công ty TNHH MTV = côngtytnhhmtv = congtytnhhmtv = côngtytnhhmộtthànhviên = congtytnhhmotthanhvien
شركة | Общество с ограниченной ответственностью = обществосограниченнойответственностью
Акционерное общество = акционерноеобщество | შპს | სს | Oy | Ab | Sociedad Anónima | SARL | EURL
Perseroan Terbatas
"""

# Endings that are everyday words: only with a second capital or with dots are they the legal form.
CASED = words(
    """
    spa sas as ca pc esp da ad eu og ops vos mb ks cv ky cc se uc dd kd sc ie oe ee ae ike yk clg
    """
)


@lru_cache(maxsize=8_192)
def squeezed(text: str) -> str:
    """The key of a form: folded, letters and digits alone, with the marks that Indic and Thai letters need."""
    if text.isascii():
        return _NO_LETTERS.sub("", text.lower())
    return "".join(char for char in fold(text) if char.isalnum() or unicodedata.category(char)[0] == "M")


_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def _table(text: str) -> dict[str, str]:
    """Key -> spelling to show, "" where forms of several countries share a key ("AS", "A/S")."""
    table: dict[str, str] = {}
    for entry in text.replace("\n", " | ").split("|"):
        shown, *others = (part.strip() for part in entry.split("="))
        for spelling in filter(None, (shown, *others)):
            key = squeezed(spelling)
            table[key] = shown if table.get(key, shown) == shown else ""
    return table


def _is_glued(form: str) -> bool:
    return len(form) > 1 and any("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af" for char in form)


SUFFIXES = _table(_SUFFIXES)
PREFIXES = _table(_PREFIXES)
# Forms of scripts that write no spaces: they may be glued to the name. The longest is tried first.
GLUED = tuple(sorted(filter(_is_glued, {*SUFFIXES, *PREFIXES}), key=lambda form: (-len(form), form)))
