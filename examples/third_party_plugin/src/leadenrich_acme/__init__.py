"""Acme: work e-mails by name and domain, and their verification.

Facts: Acme is invented, so its documentation is this file.
"""

from __future__ import annotations

from collections.abc import Callable

import leadenrich as le
from leadenrich.contract import EMAIL_FIELDS

STATUS = {"deliverable": "valid", "undeliverable": "invalid", "catch_all": "accept_all"}
FOUND = {"email": "email", "confidence": "score", "email_status": ("state", STATUS), "title": "position"}


class Acme(le.HTTPProvider):
    """Acme API v1."""

    info = le.ProviderInfo(
        id="acme",
        title="Acme",
        category=le.Category.EMAIL_CONTACT,
        tier=le.Tier.BASIC,
        base_url="https://api.acme.example/v1",
        docs_url="https://docs.acme.example/v1",
        auth=le.HeaderKey("X-Acme-Key"),
        rates=(le.Rate(20, per=1), le.Rate(500, per=60)),
    )
    errors = {402: le.ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    sandbox = "leadenrich_acme.fake"  # how it answers offline

    @le.operation(
        "find_email",
        needs=[("full_name", "company_domain"), ("first_name", "last_name", "company_domain")],
        gives=(*EMAIL_FIELDS, "title"),
        credits=1,
    )
    def find_email(self, query: le.Query) -> le.Flow:
        """Find a work e-mail; Acme answers 404 for an unknown person."""
        params = {"name": query.name, "domain": query.company_domain}
        reply = yield le.Request("GET", "/people/email", params=params, expect=(200, 404))
        found = le.rename(reply.get("person"), FOUND)
        return le.Hit(found) if "email" in found else le.Miss()

    @le.operation("verify_email", needs=[("email",)], gives=("email", "email_status"), credits="0.1", charged="on_call")
    def verify_email(self, query: le.Query) -> le.Flow:
        """Verify one address."""
        reply = yield le.Request("POST", "/verify", json=query.pick("email"))
        status = le.rename(reply.json, {"email_status": ("state", STATUS)})
        return le.Hit(status, email=query.email) if status else le.Miss()


@le.hookimpl
def leadenrich_providers(register: Callable[[type], None]) -> None:
    """Announces the package's providers to leadenrich."""
    register(Acme)
