"""The words of job titles in seven languages, folded: what says how senior, what says which department."""

from __future__ import annotations

import re

# Alternatives of a regular expression, wrapped at "|". In order: the first that matches decides.
# "" is an assistant to a senior person.
_SENIORITY = (
    (
        "",
        r"""
        assistant to|executive assistant|personal assistant|assistante? de direction|asistente de direccion|
        chief of staff|vorstandsassistentin?|assistenz der geschaftsfuhrung
    """,
    ),
    (
        "intern",
        r"""
        intern|internship|trainee|apprentice|werkstudent(?:in)?|praktikant(?:in)?|auszubildender?|azubi|stagiaire|
        alternant|becari[oa]|practicante|pasante|stagista|tirocinante|stagiair|estagiari[oa]|student|volunteer
    """,
    ),
    (
        "founder",
        r"""
        (?:co ?)?founder|(?:co ?)?founding (?:partner|ceo|director)|(?:mit ?)?grunder(?:in)?|
        (?:co ?)?fondat(?:eur|rice|ore)|(?:co ?)?fundador[ae]?|(?:mede ?)?oprichter|основатель
    """,
    ),
    (
        "owner",
        r"""
        owner|co ?owner|proprietor|inhaber(?:in)?|eigentumer(?:in)?|proprietaire|propietari[oa]|titolare|eigenaar|
        proprietari[oa]|socio gerente
    """,
    ),
    (
        "vp",
        r"""
        (?:s|e|a|g)?vp|
        (?:(?:senior|executive|associate|assistant|sr|exec|group|regional) )?vice[ -]?president(?:e|in)?|
        vize ?prasident(?:in)?|vicepresident[ea]?|vice presidente
    """,
    ),
    (
        "head",
        r"""
        deputy head|vice head
    """,
    ),
    (
        "c_suite",
        r"""
        ceo|cto|cfo|coo|cmo|cio|ciso|cro|chro|cpo|cco|cdo|clo|cso|cao|caio|cxo|c level|chief|president|presidente|
        managing director|executive director|general manager|geschaftsfuhrer(?:in)?|geschaftsfuhrende?r? \w+|
        vorstand(?:svorsitzende[r]?|smitglied|in)?|directeur general|directrice generale|dg|pdg|
        president directeur general|director general|directora general|consejer[oa] delegad[oa]|
        amministrat(?:ore|rice) delegat[oa]|amministrat(?:ore|rice) unic[oa]|direttore generale|algemeen directeur|
        diretor geral|diretor executivo|bestuurder|gerant|gerente general|chairman|chairwoman|chairperson|chair|
        board member|verwaltungsrat|aufsichtsrat|prokurist(?:in)?|генеральный директор|президент
    """,
    ),
    (
        "partner",
        r"""
        (?:managing|senior|general|equity|junior|founding|limited) partner|
        partner(?:in)?(?! (?:manager|management|success|marketing|account|development|sales|program|
        engineer|director|lead|executive|relations|operations))|
        gesellschafter(?:in)?|associe|associee|socio|socia|vennoot
    """,
    ),
    (
        "head",
        r"""
        head|global head|group head|leiter(?:in)?|leitung|\w+leiter(?:in)?|responsable|jef[ea](?: de)?|capo|
        responsabile|hoofd|chefe?|head of|abteilungsleiter(?:in)?|bereichsleiter(?:in)?
    """,
    ),
    (
        "director",
        r"""
        (?:director|directora|direktor(?:in)?|directeur|directrice|direttore|direttrice|diretora?|dyrektor|директор)
    """,
    ),
    (
        "manager",
        r"""
        manager(?:in)?|mgr|supervisor|team ?lead(?:er)?|lead|gerente|encargad[oa]|coordinator(?:in)?|
        koordinator(?:in)?|teamleiter(?:in)?|gestionnaire|chef d equipe|foreman|superintendent|менеджер
    """,
    ),
    (
        "senior",
        r"""
        senior|sr|principal|staff|expert|experte|specialist|spezialist(?:in)?|architect|distinguished|fellow|confirme|
        especialista|specialista|consultant|advisor|ii|iii|iv
    """,
    ),
    (
        "entry",
        r"""
        junior|jr|associate|assistant(?:in)?|assistent(?:in)?|assistenz|entry|graduate|clerk|receptionist|
        sachbearbeiter(?:in)?|auxiliar|aprendiz|representative|rep|agent
    """,
    ),
)
_DEPARTMENT = (
    (
        "security",
        r"""
        ciso|information security|info ?sec|cyber ?security|
        security (?:engineer|analyst|architect|officer|operations|manager|director)|head of security|it sicherheit
    """,
    ),
    (
        "customer_success",
        r"""
        customer success|client success|customer experience|cx|customer onboarding|renewals?|partner success|
        kundenerfolg|account management
    """,
    ),
    (
        "support",
        r"""
        customer (?:support|service|care)|technical support|tech support|support|help ?desk|service desk|kundendienst|
        kundenservice|kundenbetreuung|service client|atencion al cliente|assistenza clienti|klantenservice
    """,
    ),
    (
        "procurement",
        r"""
        procurement|purchasing|buyer|sourcing(?! recruiter)|einkauf(?:er|erin|sleiter(?:in)?)?|achats?|acheteur|
        acheteuse|compras|comprador|acquisti|inkoop|inkoper|supplier
    """,
    ),
    (
        "hr",
        r"""
        hr|chro|human resources?|people (?:operations|ops|partner|team|& culture|and culture|manager|director)|
        head of people|vp people|vp of people|chief people officer|talent|recruit(?:er|ing|ment)|
        personal(?:leiter|referent|abteilung|wesen|leitung)(?:in)?|ressources humaines|rh|drh|rrhh|recursos humanos|
        risorse umane|personeelszaken|compensation|payroll|learning (?:and|&) development|hrbp
    """,
    ),
    (
        "legal",
        r"""
        legal|lawyer|attorney|counsel|paralegal|compliance|avocate?|abogad[oa]|avvocato|avvocata|rechtsanwalt|
        rechtsanwaltin|jurist(?:in)?|juridique|juridico|syndikus|recht|privacy|dpo|clo|notary|notar(?:in)?
    """,
    ),
    (
        "finance",
        r"""
        cfo|finance|financial|financier|finances?|accounting|accountant|accounts (?:payable|receivable)|controller|
        controlling|treasur(?:er|y)|audit(?:or|ing)?|tax|bookkeep(?:er|ing)|fp&a|investor relations|finanz\w*|
        buchhalt\w*|steuer\w*|comptab(?:le|ilite)|contab(?:le|ilidad|ilita|ile)|contador[a]?|finanzas|finanziari[oa]|
        financeir[oa]|financieel|boekhouder|investment|m&a|banker|actuary|underwriter
    """,
    ),
    (
        "marketing",
        r"""
        cmo|marketing|brand|growth|demand generation|demand gen|seo|sem|ppc|content|social media|digital marketing|
        advertising|marketer|werbung|mercadeo|mercadotecnia|campaigns?|crm manager|events? manager
    """,
    ),
    (
        "communications",
        r"""
        communications?|public relations|pr|press|kommunikation|offentlichkeitsarbeit|pressesprecher(?:in)?|
        comunicacion|comunicazione|communicatie|journalist|editor|redakteur(?:in)?|public affairs
    """,
    ),
    (
        "sales",
        r"""
        sales|cro|chief revenue officer|revenue|account executives?|account managers?|key account\w*|
        business development|bdr|sdr|bizdev|biz dev|ae|vertrieb\w*|verkauf\w*|aussendienst\w*|ventes?|commercial[e]?|
        ventas|comercial|vendite|verkoop|vendas|partnerships?|partner manager|pre ?sales|inside sales|territory|
        channel|regional manager|vendedor[a]?
    """,
    ),
    (
        "data",
        r"""
        data|cdo|analytics|business intelligence|bi|machine learning|ml|ai|datenanalyst(?:in)?|statistician|big data|
        nlp
    """,
    ),
    (
        "product",
        r"""
        product (?:manager|management|owner|director|lead|marketing|officer|strategy|analyst|operations|specialist)|
        cpo|chief product officer|head of product|vp product|vp of product|director of product|produktmanag\w*|
        chef de produit|product|producto|prodotto
    """,
    ),
    (
        "design",
        r"""
        design(?:er|erin)?|ux|ui|user experience|user interface|creative|art director|graphic|illustrator|grafik\w*|
        graphiste|disenad(?:or|ora)|diseno|animator
    """,
    ),
    (
        "research",
        r"""
        research(?:er)?|r&d|scientist|science|forschung\w*|recherche|investigacion|ricerca|laboratory|lab|
        wissenschaft\w*|chercheur|chemist|biologist|physicist
    """,
    ),
    (
        "it",
        r"""
        it|cio|information technology|sys ?admin|systems? administrat\w*|network|infrastructure|help desk|
        database administrator|dba|erp|sap|sysadmin|informatique|informatica|systemadministrator(?:in)?|edv|dsi|
        technology officer|cloud|devops (?:manager|director)|digital transformation|salesforce administrator
    """,
    ),
    (
        "engineering",
        r"""
        cto|engineer(?:ing|in)?|software|developer|development|programmer|devops|sre|qa|quality assurance|
        test(?:er|ing)?|full ?stack|front ?end|back ?end|web|mobile|embedded|firmware|technical|technology|
        ingenieur(?:in)?|ingenier[oa]|ingegnere|entwickl\w*|entwickler(?:in)?|desarrollador[a]?|developpeu(?:r|se)|
        sviluppatore|ontwikkelaar|desenvolvedor[a]?|technik\w*|techniker(?:in)?|technique|tecnic[oa]|
        architect(?! sales)|mechanical|electrical|hardware|platform
    """,
    ),
    (
        "medical",
        r"""
        doctor|physician|nurse|nursing|medical|clinical|surgeon|dentist|pharmacist|pharma\w*|therapist|arzt|arztin|
        medecin|medic[oa]|health|patient|veterinar\w*|radiolog\w*|psycholog\w*
    """,
    ),
    (
        "education",
        r"""
        teacher|professor|lecturer|instructor|teaching|school|faculty|academic|dean|tutor|lehrer(?:in)?|dozent(?:in)?|
        enseignante?|profesor[a]?|insegnante|docente?|education|curriculum|trainer|rector
    """,
    ),
    (
        "consulting",
        r"""
        consultant|consulting|advis(?:or|ory|er)|berat(?:er|erin|ung)|unternehmensberater(?:in)?|conseil|
        consultor[ai]?|consulente|adviseur|strategy|strategist
    """,
    ),
    (
        "operations",
        r"""
        coo|operations?|ops|logistics?|supply chain|warehouse|manufacturing|production|plant|facilit(?:y|ies)|
        project manager|program manager|projektleiter(?:in)?|projektmanager(?:in)?|chef de projet|quality|fleet|
        shipping|transport\w*|logistik\w*|betrieb\w*|produktion\w*|operaciones|produccion|produzione|operazioni|lean|
        process|pmo|maintenance|construction|scrum master|agile|inventory|distribution|dispatcher|safety|
        store manager|office manager
    """,
    ),
    (
        "administration",
        r"""
        assistant|assistentin|secretary|sekretar(?:in)?|secretaire|secretari[oa]|segretari[oa]|administrative|
        administrator|receptionist|office|verwaltung|clerk|sachbearbeiter(?:in)?|empfang|assistante|administration|
        assistenz
    """,
    ),
    (
        "executive",
        r"""
        ceo|(?:co ?)?founder|owner|co ?owner|president|presidente|chairman|chairwoman|chair|board member|
        managing director|executive director|general manager|geschaftsfuhr\w*|inhaber(?:in)?|vorstand\w*|
        directeur general|directrice generale|pdg|director general|directora general|consejer[oa] delegad[oa]|
        amministrat(?:ore|rice) delegat[oa]|grunder(?:in)?|fondateur|fondatrice|fundador[a]?|managing partner|
        chief executive(?: officer)?|chief of staff|gerente general|proprietor|titolare|eigenaar|bestuurder
    """,
    ),
)

# What vendors write in a field of their own; a line that is indented goes on.
_SENIORITY_WORDS = """
c_suite: c level, c suite, cxo, csuite, clevel, c team, cxo level, strategic
vp: vice president, vp level, v suite
entry: non manager, junior, entry level, staff, associate
intern: training, unpaid, volunteer, internship, apprentice
senior: individual contributor, specialist, experienced, mid level, mid, mid senior level, principal
owner: owner partner
director: director level
manager: manager level, lead
"""
_DEPARTMENT_WORDS = """
support: customer service, customer support
hr: hr, human resources, people, master human resources
it: information technology, it, master information technology
executive: c suite, management, executive
engineering: engineering & technical, engineering technical, master engineering technical, software, technology
sales: master sales, business development
marketing: master marketing
finance: master finance, accounting
operations: master operations, quality
legal: master legal
medical: medical & health, medical health
communications: communication, public relations
procurement: sourcing
research: r&d, science
design: creative
"""


def _patterns(table: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    joined = ((name, re.sub(r"\s*\n\s*", "", words)) for name, words in table)
    return tuple((name, re.compile(rf"(?<![\w&])(?:{words})(?![\w&])")) for name, words in joined)


def _meanings(table: str) -> dict[str, str]:
    rows = (row.partition(":") for row in table.replace("\n    ", " ").strip().splitlines())
    return {word.strip(): meaning for meaning, _, words in rows for word in words.split(",")}


SENIORITY = _patterns(_SENIORITY)
DEPARTMENT = _patterns(_DEPARTMENT)
SENIORITY_WORDS = _meanings(_SENIORITY_WORDS)
DEPARTMENT_WORDS = _meanings(_DEPARTMENT_WORDS)
