"""Web addresses: LinkedIn, Sales Navigator, X, GitHub, Facebook and plain URLs, each in one form."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import dropwhile
from typing import NamedTuple
from urllib.parse import quote, unquote

from leadenrich.clean.domains import ascii_host
from leadenrich.clean.text import tidy, visible
from leadenrich.errors import InvalidValueError

_PERSON = re.compile(r"https://www\.linkedin\.com/in/[a-z0-9_-]+")
_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?):)?/{0,3}(?:[^/?#@\s]*@)?(?P<host>[^/?#:\s]+)(?P<port>:[0-9]{1,5})?(?P<rest>[/?#].*)?",
    re.I | re.S,
)
# Member ids that LinkedIn also accepts as a slug; unlike slugs they tell cases apart.
_MEMBER_ID = re.compile(
    r"A[A-Za-z]oAA[A-Za-z0-9_-]{20,}|A[A-Z][A-Za-z0-9]{2}A[A-Za-z0-9_-]{30,}|ac[a-z0-9]{3}a[A-Za-z0-9_-]{30,}"
)
_SLUG_SAFE = "-_.~"
_MOST_ENCODINGS = 5
_NO_SLUGS = frozenset({"", "unavailable", "null", "none", "undefined", "n-a", "na"})
_UTM = re.compile(r"(?:utm_[a-z]+|gclid|fbclid|msclkid)=", re.IGNORECASE)


def linkedin_url(text: str) -> str:
    """Returns `https://www.linkedin.com/in/<slug>` or `https://www.linkedin.com/company/<slug>`.

    Locale subdomains, tails, query strings and mobile paths are dropped; the slug is lower-case and percent-encoded.

    Raises:
        InvalidValueError: it is another site, another page, or a Sales Navigator address, which names a lead by an
            id that only Sales Navigator understands (see `sales_navigator_url`).
    """
    if type(text) is str and _PERSON.fullmatch(text):
        return text if text[28:] not in _NO_SLUGS else _refuse_slug("linkedin_url", text)
    return _linkedin("linkedin_url", text, ("in", "company"))


def person_linkedin_url(text: str) -> str:
    """As `linkedin_url`, but a company's page is refused."""
    if type(text) is str and _PERSON.fullmatch(text):
        return linkedin_url(text)
    return _linkedin("linkedin_url", text, ("in",))


def company_linkedin_url(text: str) -> str:
    """Returns `https://www.linkedin.com/company/<slug>`; schools and showcase pages answer there too.

    Raises:
        InvalidValueError: it is a person's page, another site, or a Sales Navigator address.
    """
    return _linkedin("company_linkedin_url", text, ("company",))


def sales_navigator_url(text: str) -> str:
    """Returns `https://www.linkedin.com/sales/lead/<id>` or `.../sales/company/<id>`; ids tell cases apart.

    Raises:
        InvalidValueError: it is no Sales Navigator address.
    """
    field = "sales_navigator_url"
    parts = _linkedin_parts(field, text)
    if len(parts) >= 3 and parts[0].lower() == "sales":
        kind = {"people": "lead", "lead": "lead", "company": "company", "accounts": "company"}.get(parts[1].lower())
        if kind and re.fullmatch(r"[\w,.~-]+", parts[2], re.ASCII):
            return f"https://www.linkedin.com/sales/{kind}/{parts[2]}"
    raise InvalidValueError(field, text, "is no Sales Navigator lead or company")


def is_sales_navigator(text: object) -> bool:
    """Whether it is a Sales Navigator address, which is no public profile."""
    return isinstance(text, str) and re.search(r"linkedin\.com/+sales/", text, re.IGNORECASE) is not None


def twitter_url(text: str) -> str:
    """Returns `https://x.com/<handle>`, lower-case, for a URL at x.com or twitter.com or an "@handle".

    Raises:
        InvalidValueError: it names no account.
    """
    field = "twitter_url"
    found = tidy(field, text)
    handle = re.fullmatch(r"@([A-Za-z0-9_]{1,15})", found)
    if handle:
        return f"https://x.com/{handle[1].lower()}"
    parts = _path(field, found, ("x.com", "twitter.com"))
    if parts[:1] == ["#!"]:
        parts = parts[1:]
    name = parts[0].removeprefix("@") if parts else ""
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", name) or name.lower() in _X_PAGES:
        raise InvalidValueError(field, text, "names no account")
    return f"https://x.com/{name.lower()}"


_X_PAGES = frozenset(
    {"home", "intent", "share", "search", "hashtag", "i", "explore", "settings", "login", "signup", "compose"}
)
_GITHUB_PAGES = frozenset(
    {"orgs", "features", "topics", "search", "about", "login", "join", "settings", "marketplace", "sponsors", "pricing"}
)
_FACEBOOK_PAGES = frozenset(
    {
        "sharer",
        "sharer.php",
        "share",
        "dialog",
        "groups",
        "events",
        "watch",
        "login",
        "help",
        "policies",
        "home.php",
        "tr",
    }
)


def github_url(text: str) -> str:
    """Returns `https://github.com/<account>`, lower-case; a repository's URL gives its owner.

    Raises:
        InvalidValueError: it names no account.
    """
    field = "github_url"
    found = tidy(field, text)
    parts = [found[1:]] if found.startswith("@") else _path(field, found, ("github.com",))
    if len(parts) > 1 and parts[0].lower() == "orgs":
        parts = parts[1:]
    name = parts[0] if parts else ""
    if not re.fullmatch(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", name) or name.lower() in _GITHUB_PAGES:
        raise InvalidValueError(field, text, "names no account")
    return f"https://github.com/{name.lower()}"


def facebook_url(text: str) -> str:
    """Returns `https://www.facebook.com/<name or id>`, lower-case.

    Raises:
        InvalidValueError: it names no profile or page.
    """
    field = "facebook_url"
    found = tidy(field, text)
    parts = _path(field, found, ("facebook.com", "fb.com", "fb.me"))
    if parts and parts[0].lower() == "profile.php":
        number = re.search(r"[?&]id=([0-9]+)", found)
        parts = [number[1]] if number else []
    elif len(parts) >= 3 and parts[0].lower() in ("pages", "people", "p"):
        parts = parts[-1:] if parts[-1].isdecimal() else parts[2:3]
    elif len(parts) >= 2 and parts[0].lower() in ("pg", "p"):
        parts = parts[1:]
    slug = _slug(parts[0]) if parts else ""
    if not re.fullmatch(r"[\w.-]{2,120}", unquote(slug)) or slug in _FACEBOOK_PAGES:
        raise InvalidValueError(field, text, "names no profile or page")
    return f"https://www.facebook.com/{slug}"


def url(text: str) -> str:
    """Returns an absolute http(s) URL: lower-case ASCII host, no default port, no fragment, no tracking parameters.

    A missing scheme becomes https; the root path loses its slash ("https://acme.example").

    Raises:
        InvalidValueError: another scheme, no host, or an IP address.
    """
    field = "url"
    found = tidy(field, text)
    return _url(found)


@lru_cache(maxsize=8_192)
def _url(found: str) -> str:
    field = "url"
    match = _ADDRESS.fullmatch(found)
    if not match or (match["scheme"] is None and re.match(r"[a-z][a-z0-9+.-]*:(?![0-9])", found, re.IGNORECASE)):
        raise InvalidValueError(field, found, "is no web address", "give one such as https://acme.example")
    scheme = (match["scheme"] or "https").lower()
    name = ascii_host(match["host"].removesuffix("."), found, field)
    port = match["port"] or ""
    if int(port[1:] or 0) == {"http": 80, "https": 443}[scheme]:
        port = ""
    path, mark, query = (match["rest"] or "").partition("#")[0].partition("?")
    if mark:
        query = "&".join(part for part in query.split("&") if part and not _UTM.match(part))
    path = quote(path, safe="/%:@!$&'()*+,;=-._~")
    query = quote(query, safe="/%:@!$&'()*+,;=-._~?[]")
    if path == "/":
        path = ""
    return f"{scheme}://{name}{port}{path}" + (f"?{query}" if query else "")


class _Page(NamedTuple):
    """What a LinkedIn address is: `kind` is "in", "company", or why it is neither, with `fix`."""

    kind: str
    slug: str = ""
    fix: str = ""


@lru_cache(maxsize=8_192)
def _page(text: str) -> _Page:
    """Read a LinkedIn address, whichever field it is in."""
    parts = _linkedin_parts("linkedin_url", text)
    parts = list(dropwhile(lambda part: part.lower() in ("mwlite", "comm", "m", "profile"), parts))
    head = parts[0].lower() if parts else ""
    if head == "sales":
        return _Page("is a Sales Navigator address, not a profile", fix=_SALES)
    if head in ("talent", "recruiter"):
        return _Page("is a Recruiter address, not a profile", fix="give the public profile")
    if head == "pub":
        return _Page("is an old public-profile address", fix="open it and take the /in/ address")
    kind = _KINDS.get(head)
    if kind is None or len(parts) < 2:
        return _Page("is no LinkedIn profile", fix="give https://www.linkedin.com/in/... or /company/...")
    slug = _slug(parts[1])
    return _Page("names no profile") if slug in _NO_SLUGS else _Page(kind, slug)


_KINDS = {"in": "in", "company": "company", "school": "company", "showcase": "company", "company-beta": "company"}
_SALES = "put it into sales_navigator_url"


def _linkedin(field: str, text: object, kinds: tuple[str, ...]) -> str:
    found = tidy(field, text)
    try:
        page = _page(found)
    except InvalidValueError as error:
        raise InvalidValueError(field, text, error.reason, error.fix) from None
    if page.kind in kinds:
        return f"https://www.linkedin.com/{page.kind}/{page.slug}"
    if page.kind == "in":
        raise InvalidValueError(field, text, "is a person's page", "put it into linkedin_url")
    if page.kind == "company":
        raise InvalidValueError(field, text, "is a company's page", "put it into company_linkedin_url")
    fix = "give the public page" if page.fix == _SALES and field != "linkedin_url" else page.fix
    raise InvalidValueError(field, text, page.kind, fix)


def linkedin_kind(text: str) -> str | None:
    """Whose LinkedIn page it is: "in" (a person), "company", "sales" (Sales Navigator), None where it is no page."""
    if is_sales_navigator(text):
        return "sales"
    try:
        kind = _page(tidy("linkedin_url", text)).kind
    except InvalidValueError:
        return None
    return kind if kind in ("in", "company") else None


def _refuse_slug(field: str, text: object) -> str:
    raise InvalidValueError(field, text, "names no profile")


def _linkedin_parts(field: str, text: object) -> list[str]:
    found = tidy(field, text)
    if re.match(r"/?(?:in|company|sales)/", found, re.IGNORECASE):
        found = f"linkedin.com/{found.lstrip('/')}"
    return _path(field, found, ("linkedin.com",))


def _path(field: str, text: str, sites: tuple[str, ...]) -> list[str]:
    """The parts of the path, where the host is one of the sites or a subdomain of it."""
    match = _ADDRESS.fullmatch(text)
    name = match["host"].lower() if match else ""
    if not match or not any(name == site or name.endswith(f".{site}") for site in sites):
        raise InvalidValueError(field, text, f"is no address at {sites[0]}")
    path = (match["rest"] or "").partition("?")[0]
    if not path.startswith("/#!"):
        path = path.partition("#")[0]
    return [part for part in path.split("/") if part.strip()]


def _slug(part: str) -> str:
    """Return the lower-case, percent-encoded name of a profile or page; "" where it cannot be read as one."""
    if _MEMBER_ID.fullmatch(part):
        return part
    plain = visible(part)
    for _ in range(_MOST_ENCODINGS):  # some exports encode twice
        decoded = visible(unquote(plain))
        if decoded == plain:
            break
        plain = decoded
    else:
        return ""
    plain = visible(visible(plain).lower()).strip().partition("?")[0].partition("/")[0]
    return quote(plain.strip(), safe=_SLUG_SAFE, errors="replace")
