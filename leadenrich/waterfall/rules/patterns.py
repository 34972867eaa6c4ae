"""How a company writes its addresses: learned from accepted ones or told; used to propose one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from leadenrich.errors import WaterfallError

TEMPLATES = (
    "{first}.{last}",
    "{first}{last}",
    "{f}{last}",
    "{f}.{last}",
    "{first}",
    "{last}",
    "{first}_{last}",
    "{first}-{last}",
    "{last}.{first}",
    "{last}{first}",
    "{first}.{l}",
    "{first}{l}",
    "{last}{f}",
    "{last}.{f}",
    "{f}{l}",
    "{l}{first}",
    "{f}_{last}",
    "{last}_{first}",
)
"""The patterns that are recognised, commonest first: {first}, {last} and their initials {f}, {l}."""

MAX_DOMAINS = 8_192
"""How many companies are remembered; the one not used for longest makes room."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss"})
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "œ": "oe"}
)
_PART = re.compile(r"\{(first_name|last_name|firstname|lastname|first|last|f|l)\}")
_SYNONYMS = {"first_name": "first", "firstname": "first", "last_name": "last", "lastname": "last"}


class Proposal(NamedTuple):
    """A proposed address; `confidence` (0-100) is the share of the company's known addresses that fit the pattern."""

    email: str
    pattern: str
    confidence: float


class Patterns:
    """What is known of companies' address patterns, by domain."""

    def __init__(self, given: Mapping[str, str] | None = None, max_domains: int = MAX_DOMAINS) -> None:
        self._known: OrderedDict[str, Counter[tuple[str, str]]] = OrderedDict()
        self._max = max_domains
        for domain, pattern in (given or {}).items():
            if not self.state(domain, pattern):
                raise WaterfallError(f"no address pattern: {pattern!r}; write it like '{{first}}.{{last}}'")

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, email: str, fields: Mapping[str, Any]) -> bool:
        """Remember how a good address is made from its owner's name; False where no pattern explains it.

        Args:
            email: canonical.
            fields: the owner's first_name and last_name, or full_name, and company_domain if known.
        """
        local, _, domain = email.partition("@")
        fits = [
            (template, style)
            for style, first, last in _spellings(fields)
            for template in TEMPLATES
            if _fill(template, first, last) == local
        ]
        if not fits:
            return False
        for name in {domain, str(fields.get("company_domain") or domain)}:
            known = self._of(name)
            for fit in fits:
                known[(f"{fit[0]}@{domain}", fit[1])] += 1
        return True

    def state(self, domain: str, pattern: str) -> bool:
        """Remember a pattern that is stated, such as "{first}.{last}" or "{f}{last}@example.com"; False: it is none."""
        text = _PART.sub(lambda part: "{" + _SYNONYMS.get(part[1], part[1]) + "}", str(pattern).strip().lower())
        local, _, host = text.partition("@")
        if not re.fullmatch(r"(?:\{(?:first|last|f|l)\}|[._-])+", local) or "{" not in local:
            return False
        self._of(domain)[(f"{local}@{host or domain}", "plain")] += 1
        return True

    def propose(self, fields: Mapping[str, Any], taken: Callable[[str], bool] = lambda _: False) -> Proposal | None:
        """Return the address that the company's commonest pattern gives this person, or None.

        Args:
            fields: the person's.
            taken: says of an address that another person has it; then the next pattern is tried.
        """
        domain = fields.get("company_domain")
        known = self._known.get(str(domain)) if domain else None
        if not known:
            return None
        self._known.move_to_end(str(domain))
        spellings = {style: (first, last) for style, first, last in _spellings(fields)}
        by_pattern: Counter[str] = Counter()
        for (pattern, _), count in known.items():
            by_pattern[pattern] = max(by_pattern[pattern], count)
        for pattern, _ in by_pattern.most_common():
            style = max(spellings, key=lambda style: known[(pattern, style)], default=None)
            if style is None:
                return None
            local, _, host = pattern.partition("@")
            filled = _fill(local, *spellings[style])
            if filled and not taken(f"{filled}@{host}"):
                share = by_pattern[pattern] / sum(by_pattern.values())
                return Proposal(f"{filled}@{host}", local, round(100 * share, 1))
        return None

    def _of(self, domain: str) -> Counter[tuple[str, str]]:
        known = self._known.get(domain)
        if known is None:
            known = self._known[domain] = Counter()
            if len(self._known) > self._max:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(domain)
        return known


def _spellings(fields: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (style, first, last) as an address may spell them: umlauts written out, or accents dropped."""
    first, last = fields.get("first_name"), fields.get("last_name")
    if not (first and last) and (full := fields.get("full_name")):
        words = str(full).split()
        first, last = first or words[0], last or (words[-1] if len(words) > 1 else None)
    if not first or not last:
        return
    plain = [_ascii(str(part).lower().translate(_PLAIN)) for part in (first, last)]
    yield "plain", plain[0], plain[1]
    written = [_ascii(str(part).lower().translate(_UMLAUTS)) for part in (first, last)]
    if written != plain:
        yield "written out", written[0], written[1]


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode())


def _fill(template: str, first: str, last: str) -> str | None:
    if not first or not last:
        return None
    return template.format(first=first, last=last, f=first[0], l=last[0])
