"""What the invented world is made of: names of many cultures, places, trades, and telephone ranges.

Numbers come from ranges reserved for fiction where a country has them and the numbering metadata accepts them
(555-01xx in the US and Canada; Ofcom's, Bundesnetzagentur's, ARCEP's, PTS's and ACMA's published lists), elsewhere
from the block around the placeholder that libphonenumber itself shows.
"""
# ruff: noqa: E501  (tables of names read better whole)

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """One country of the world.

    Attributes:
        name: in English. weight: its share of the companies. first, last: names given there.
        cities: (city, region, latitude, longitude, IANA time zone).
        mobiles, landlines: blocks of telephone numbers, (prefix, digits that follow).
    """

    name: str
    weight: int
    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[tuple[str, str, float, float, str], ...]
    mobiles: tuple[tuple[str, int], ...]
    landlines: tuple[tuple[str, int], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _blocks(text: str) -> tuple[tuple[str, int], ...]:
    """Read `+49171392:5` as the numbers that begin so and have five more digits."""
    return tuple((prefix, int(digits)) for prefix, digits in (block.split(":") for block in text.split()))


_US_AREAS = (202, 206, 212, 213, 214, 215, 216, 303, 305, 310, 312, 313, 404, 407, 408, 412, 415, 503, 505, 512, 602, 612, 615, 617, 619)  # fmt: skip
_US_DESKS = (205, 301, 314, 315, 317, 402, 405, 410, 419, 502, 504, 513, 601, 603, 614, 702, 703, 704, 713, 718, 801, 803, 804, 808, 816, 901, 904, 916, 919)  # fmt: skip

COUNTRIES: dict[str, Country] = {
    "US": Country(
        "United States", 24,
        _words("Amara Tobias Jolene Marcus Priya Desmond Harriet Elliot Rosalind Theo Camille Darnell Ingrid Wesley Paloma Quentin Odette Lionel Maribel Curtis Naomi Silas Yvette Orson Tamsin Emeka Lucille Ramona Ezra Beatrix"),
        _words("Okafor Whitlock Delacroix-Hale Marlowe Castellan Brightwater Nakamori Holloway Pemberly Ashdown Vandermeer O'Malley Quillen Thackeray Rosewood Stanhope Bellweather Ironside Fairbanks Larkspur Winterbourne Castillo-Reed Hargrove Penrose Driscoll Abernathy Lockridge Merriweather Oyelaran Tillman"),
        (("Austin", "Texas", 30.27, -97.74, "America/Chicago"), ("Boston", "Massachusetts", 42.36, -71.06, "America/New_York"),
         ("Denver", "Colorado", 39.74, -104.99, "America/Denver"), ("Seattle", "Washington", 47.61, -122.33, "America/Los_Angeles"),
         ("Chicago", "Illinois", 41.88, -87.63, "America/Chicago")),
        tuple((f"+1{area}55501", 2) for area in _US_AREAS), tuple((f"+1{area}55501", 2) for area in _US_DESKS),
    ),
    "DE": Country(
        "Germany", 15,
        _words("Jürgen Mira Björn Käthe Anselm Friederike Sören Annelie Götz Ottilie Hannes Liesel Jörn Wiebke Thorben Ronja Detlef Svenja Günther Marlene Ayşe Cem Jonas Franziska Ulrich Birgit"),
        _words("Müllerstein Grünwald Schröderer Löwenthal Weißkopf Kästner-Bruhn Brückmann Hölzl Straußner Jägerfeld Oberländer Krähenbühl Möllering Tannhäuser Süßmuth Baumgärtel Ziegenfuß Rübsam Finkeldey Öztürk-Lang Winterscheidt Dörffler Steinbrücker Völkers Pfeilschmidt"),
        (("Berlin", "Berlin", 52.52, 13.40, "Europe/Berlin"), ("München", "Bavaria", 48.14, 11.58, "Europe/Berlin"),
         ("Köln", "North Rhine-Westphalia", 50.94, 6.96, "Europe/Berlin"), ("Hamburg", "Hamburg", 53.55, 9.99, "Europe/Berlin")),
        _blocks("+4917139200:2 +49176040690:2"), _blocks("+493023125:3 +496990009:3 +494066969:3 +492214710:3 +498999998:3"),
    ),
    "GB": Country(
        "United Kingdom", 12,
        _words("Imogen Alasdair Tamsyn Rupert Freya Callum Bronwen Nigel Anwen Hamish Zadie Piers Rhiannon Kwame Philippa Angus Saoirse Barnaby Meera Gareth"),
        _words("Ashworthy Blackwood-Lyle Carrowmore Davenhill Eastergate Featherstow Glenfarrow Hawksmere Inglewood Kettlewell Llanfair MacAllaster Netherby O'Farraigh Pennyfeather Quickthorn Ravenscar Sotherton Thistlewick Wolstenby"),
        (("London", "England", 51.51, -0.13, "Europe/London"), ("Edinburgh", "Scotland", 55.95, -3.19, "Europe/London"),
         ("Cardiff", "Wales", 51.48, -3.18, "Europe/London")),
        _blocks("+44740012:4"), _blocks("+442079460:3 +441134960:3 +441174960:3 +441214960:3 +441314960:3 +441614960:3"),
    ),
    "FR": Country(
        "France", 8,
        _words("Aurélie Benoît Chloé Didier Éloïse François Geneviève Hervé Inès Jérôme Léonie Maël Noémie Océane Rémi Zoé Thibault Amélie"),
        _words("Beauchêne Château-Roux Delaunaye Évreux Fontanelle Girardeau Hébertin L'Hermitte Lefèvreau Montclair-Noël Péronnet Quessault Rivièreau Saint-Aubray Thévenot Vaucansel"),
        (("Paris", "Île-de-France", 48.86, 2.35, "Europe/Paris"), ("Lyon", "Auvergne-Rhône-Alpes", 45.76, 4.84, "Europe/Paris"),
         ("Nantes", "Pays de la Loire", 47.22, -1.55, "Europe/Paris")),
        _blocks("+3361234:4"), _blocks("+3319900:4"),
    ),
    "NL": Country(
        "Netherlands", 5,
        _words("Anouk Bram Coen Daphne Esmée Floris Gijs Hanneke Jeroen Lieke Maarten Sanne Teun Wietske"),
        ("van der Bergh", "de Wintere", "Oosterhuizen", "ten Haken", "van den Akkeren", "Kuipersma", "Zijlstrade", "de Graafland", "Vermeulenaar", "Hoekstrade", "van Rooijenveld", "Dijksterhof"),
        (("Amsterdam", "North Holland", 52.37, 4.90, "Europe/Amsterdam"), ("Utrecht", "Utrecht", 52.09, 5.12, "Europe/Amsterdam")),
        _blocks("+3161234:4"), _blocks("+3110123:4"),
    ),
    "SE": Country(
        "Sweden", 4,
        _words("Åsa Björn Cecilia Einar Frida Göran Hedvig Isak Linnéa Måns Oskar Signe Tuva Örjan"),
        _words("Ångströmsson Bergöström Dahlqvister Ekelöfs Forsgrensdal Högberger Lindqvistad Mårtensdotter Nyströmer Sjögrenlund Wallinder Österlundh"),
        (("Stockholm", "Stockholm", 59.33, 18.07, "Europe/Stockholm"), ("Göteborg", "Västra Götaland", 57.71, 11.97, "Europe/Stockholm")),
        _blocks(" ".join(f"+467017406{ten}:1" for ten in range(1, 10))), _blocks("+463139006:2 +464062804:2 +468465004:2 +469803192:2"),
    ),
    "CH": Country(
        "Switzerland", 4,
        _words("Urs Reto Beat Seraina Flurin Ladina Corsin Annina Loïc Vreni Matthias Chiara"),
        _words("Aeschbächer Zürcherli Brügger-Roth Camenzinder Fässlerin Gasserini Hürlimannsen Imhöfli Jennyfeld Künzliger Rüegseggli Tschümperlin"),
        (("Zürich", "Zurich", 47.38, 8.54, "Europe/Zurich"), ("Genève", "Geneva", 46.20, 6.14, "Europe/Zurich")),
        _blocks("+4178123:4"), _blocks("+4121234:4"),
    ),
    "AT": Country(
        "Austria", 4,
        _words("Leopold Resi Franz Sissi Matthäus Elfriede Valentin Jolana Korbinian Zita"),
        _words("Hofstätterl Gruberhöfer Mühlbachner Steinhäusler Pichlmoser Wögerbauerin Edtstadler Rauchwärter Kirchschlögl Zöchbauer"),
        (("Wien", "Vienna", 48.21, 16.37, "Europe/Vienna"), ("Graz", "Styria", 47.07, 15.44, "Europe/Vienna")),
        _blocks("+43664123:4"), _blocks("+4312345:4"),
    ),
    "ES": Country(
        "Spain", 4,
        _words("Íñigo Begoña Álvaro Nuria Joaquín Lucía Andrés Marisol Ramón Inés Óscar Pilar"),
        _words("Peñalver Ibáñez-Soto Cañizaro Gutiérrezal Echeverría-Luz Muñozal Núñez-Ocampo Quiñonal Rodríguez-Alba Zúñigar Valdésico Arrietal"),
        (("Madrid", "Madrid", 40.42, -3.70, "Europe/Madrid"), ("Barcelona", "Catalonia", 41.39, 2.17, "Europe/Madrid")),
        _blocks("+3461234:4"), _blocks("+3481012:4"),
    ),
    "IT": Country(
        "Italy", 4,
        _words("Niccolò Giada Ludovica Matteo Fiorella Salvatore Ilaria Raffaele Beatrice Corrado Donatella Ermes"),
        _words("Bellavistola Carduccini D'Ambrosini Fontebuoni Gualtierotti Lo-Presti Montefalcone Pellegrinato Quattrocchio Rondinellato Santacrocini Vespucciani"),
        (("Milano", "Lombardy", 45.46, 9.19, "Europe/Rome"), ("Torino", "Piedmont", 45.07, 7.69, "Europe/Rome")),
        _blocks("+39312345:4"), _blocks("+39021234:4"),
    ),
    "PL": Country(
        "Poland", 3,
        _words("Łukasz Agnieszka Paweł Małgorzata Stanisław Żaneta Wojciech Jadwiga Michał Bożena"),
        _words("Brzęczykowski Dąbrowiecka Gołębiowczyk Łęczycki Młynarczykowa Śliwińczak Wójcikiewicz Zawadzkiewicz Żółtowska Kędzierzak"),
        (("Warszawa", "Masovia", 52.23, 21.01, "Europe/Warsaw"), ("Kraków", "Lesser Poland", 50.06, 19.94, "Europe/Warsaw")),
        _blocks("+4851234:4"), _blocks("+4812345:4"),
    ),
    "BR": Country(
        "Brazil", 4,
        _words("João Conceição Thaís Caetano Jussara Antônio Luíza Raíssa Otávio Iracema"),
        _words("Araújo-Pires Brandãoza Gonçalvino Magalhãesco Figueirêdos Assunçãoma Tôrresval Guimarãesto Sá-Ferreira Lourençato"),
        (("São Paulo", "São Paulo", -23.55, -46.63, "America/Sao_Paulo"), ("Recife", "Pernambuco", -8.05, -34.88, "America/Recife")),
        _blocks("+5511961234:3"), _blocks("+55112345:4"),
    ),
    "IN": Country(
        "India", 4,
        _words("Aarav Ishita Devansh Lakshmi Rohan Sanjana Vikram Meenakshi Arjun Kavya"),
        _words("Chakravarti-Rao Deshmukhar Iyengaran Krishnanath Mukhopadhyan Patwardhanes Ranganathar Subramani-Das Venkataram Bhattacharjan"),
        (("Bengaluru", "Karnataka", 12.97, 77.59, "Asia/Kolkata"), ("Pune", "Maharashtra", 18.52, 73.86, "Asia/Kolkata")),
        _blocks("+91812345:4"), _blocks("+917410410:3"),
    ),
    "JP": Country(
        "Japan", 3,
        _words("Haruto Ayaka Kenji Yūna Daichi Misaki Shōta Rin Takumi Emi"),
        _words("Aozorano Fujinomori Hoshikawara Itōgawa Kazehaya-Mori Mizushimaru Ōtsukino Sakuragaoka Tsukishirō Yamabukida"),
        (("Tokyo", "Tokyo", 35.68, 139.69, "Asia/Tokyo"), ("Osaka", "Osaka", 34.69, 135.50, "Asia/Tokyo")),
        _blocks("+81801234:4"), _blocks("+8131234:4"),
    ),
    "CA": Country(
        "Canada", 3,
        _words("Maëlle Gordon Siobhan Étienne Tanvi Bryce Noor Dougal Eloise Wei-Lin"),
        _words("Lachapelle-Roy MacTavish-Wren Beaulieuville Singh-Arden Fraserdale Okonjo-Grant Tremblayard Whitehorse-Lee Saint-Onge Dunmoreland"),
        (("Toronto", "Ontario", 43.65, -79.38, "America/Toronto"), ("Montréal", "Quebec", 45.50, -73.57, "America/Toronto")),
        tuple((f"+1{area}55501", 2) for area in (204, 250, 306, 403, 416, 418, 506)),
        tuple((f"+1{area}55501", 2) for area in (514, 519, 604, 613, 705, 709, 780, 819, 902, 905)),
    ),
    "AU": Country(
        "Australia", 2,
        _words("Matilda Jarrah Sienna Lachlan Kirra Declan Tahlia Banjo"),
        _words("Wattlebrook Banksiadale Kookaburrow Ironbarker Coolabahn Redgumley Saltbushe Lyrebirdson"),
        (("Sydney", "New South Wales", -33.87, 151.21, "Australia/Sydney"), ("Melbourne", "Victoria", -37.81, 144.96, "Australia/Melbourne")),
        _blocks("+61491570006:0 +61491570156:0 +61491570157:0 +61491570158:0 +61491570159:0 +61491570110:0 +61491570313:0 +61491570737:0 +61491571266:0 +61491571491:0 +61491571804:0 +61491572549:0"), _blocks("+61255500:3 +61370101:3"),
    ),
    "ZA": Country(
        "South Africa", 1,
        _words("Thandiwe Sipho Nomvula Pieter Zanele Kagiso"),
        _words("Dlaminyana Khumaloza Mokoenatse Waldenaar Nkosinathe Bothamley"),
        (("Cape Town", "Western Cape", -33.92, 18.42, "Africa/Johannesburg"),),
        _blocks("+2771123:4"), _blocks("+2710123:4"),
    ),
}  # fmt: skip
"""ISO code -> country."""

HEADS = _words(
    "Bright Nord Alt Blau Silver Quer Feld Stein Gold Rain Moss Fern Kupfer Larch Ember Frost Hazel Iron Juni Kelp "
    "Loft Mond Nacht Opal Pine Quill Reed Saffron Tide Umber Vale Wander Yarrow Zinn Amber Birch Cedar Drift Eider "
    "Flint Grün Höhen Küsten Löwen Mühl Über Öst Älv Sólar Été Fjäll Nuño Bøge Łąka Aqua Boreal Cobalt Delta Elm"
)
"""First halves of company names."""

TAILS = _words(
    "loom werk forge line mark brook field works haven crest spire gate bridge path well stone leaf wave beam nest "
    "kern bach berg tal wind licht hof point cove ridge mill port yard trail craft light grove peak moor dale"
)
"""Second halves of company names."""

TRADES: tuple[tuple[str, str, str, str, str], ...] = (
    ("Software Development", "Software", "5415", "7371", "builds planning software for mid-sized manufacturers"),
    ("Machinery Manufacturing", "Robotics", "3339", "3559", "makes small warehouse robots"),
    ("Renewable Energy", "Energy", "2211", "4911", "plans and runs wind and solar parks"),
    ("Logistics", "Logistics", "4885", "4731", "moves temperature-sensitive freight"),
    ("Medical Devices", "Medical", "3391", "3841", "develops sensors for home care"),
    ("Financial Services", "Capital", "5239", "6282", "advises family-owned companies on succession"),
    ("Food Production", "Foods", "3119", "2099", "ferments plant-based protein"),
    ("Marketing Services", "Media", "5418", "7311", "measures outdoor advertising"),
    ("Construction", "Bau", "2362", "1542", "erects timber buildings"),
    ("Education", "Academy", "6117", "8299", "trains technicians online"),
    ("Biotechnology", "Bio", "5417", "8731", "screens enzymes for industry"),
    ("Hospitality", "Hotels", "7211", "7011", "keeps small hotels near railway stations"),
    ("Information Security", "Security", "5415", "7379", "audits industrial control systems"),
    ("Textiles", "Textil", "3133", "2299", "recycles work clothing"),
)
"""(industry, word in the name, NAICS, SIC, what it does)."""

TITLES: tuple[tuple[str, str, str], ...] = (
    ("Chief Executive Officer", "c_suite", "executive"),
    ("Chief Technology Officer", "c_suite", "it"),
    ("Chief Financial Officer", "c_suite", "finance"),
    ("VP Sales", "vp", "sales"),
    ("VP Marketing", "vp", "marketing"),
    ("VP Engineering", "vp", "engineering"),
    ("Director of Operations", "director", "operations"),
    ("Director of Procurement", "director", "procurement"),
    ("Head of Human Resources", "head", "hr"),
    ("Head of Product", "head", "product"),
    ("Sales Manager", "manager", "sales"),
    ("Marketing Manager", "manager", "marketing"),
    ("IT Manager", "manager", "it"),
    ("Product Manager", "manager", "product"),
    ("Senior Data Engineer", "senior", "data"),
    ("Senior Accountant", "senior", "finance"),
    ("Account Executive", "entry", "sales"),
    ("Software Engineer", "entry", "engineering"),
    ("Customer Success Specialist", "senior", "customer_success"),
    ("Legal Counsel", "senior", "legal"),
)
"""(title, seniority, department)."""

TECHNOLOGIES = _words(
    "Nginx React PostgreSQL Kubernetes WordPress Matomo Redis Django Kafka Grafana Vue.js Shopify Keycloak Terraform"
)
"""What companies' sites are built with."""

INVESTORS = (
    "Lindenhof Ventures", "Tidepool Capital", "Northern Kelp Partners", "Quiet Harbour Fund", "Sieben Seen Beteiligungen",
    "Paper Lantern Growth", "Olive & Oak", "First Frost Capital",
)  # fmt: skip
"""Invented investors."""

STAGES = ("seed", "series_a", "series_b", "series_c")
"""Funding stages."""

TOPICS = ("warehouse automation", "data governance", "payroll software", "cold chain", "zero trust", "carbon accounting", "cloud migration", "sales training")  # fmt: skip
"""What companies show an interest in."""

PATTERNS = (
    ("{first}.{last}",) * 5
    + ("{f}{last}",) * 3
    + ("{first}",)
    + ("{first}{last}", "{f}.{last}", "{first}_{last}", "{last}.{first}", "{first}{l}")
)
"""How companies form addresses; the common ones more often."""

FREE_MAIL = ("freemail.example", "postfach.example", "inbox.example")
"""Mail hosts for everybody, in this world."""

DISPOSABLE_MAIL = ("throwaway.example", "tenminutes.example")
"""Throw-away mail hosts, in this world."""

LEGAL_FORMS = {
    "DE": "GmbH", "AT": "GmbH", "CH": "AG", "US": "Inc.", "GB": "Ltd", "FR": "SAS", "NL": "B.V.", "SE": "AB", "ES": "S.L.",
    "IT": "S.r.l.", "PL": "Sp. z o.o.", "BR": "Ltda.", "IN": "Pvt. Ltd.", "JP": "K.K.", "CA": "Inc.", "AU": "Pty Ltd", "ZA": "(Pty) Ltd",
}  # fmt: skip
"""What a company is called in law."""
