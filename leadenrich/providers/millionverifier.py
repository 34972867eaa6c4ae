"""MillionVerifier: e-mail verification, one address at once or a list as a file.

Facts: developer.millionverifier.com (OpenAPI 3.1.0) and the help pages on the single and bulk APIs. Every reply of the
single API has HTTP 200; a `result` of "error" is no verdict. The limit is 160 a second for an account by one
integration and 400 for an address by the help page: the lower is kept. The key is called `api` on one host and `key` on
the other. The columns of a bulk report are not documented: a row is read by finding the address and the first verdict
behind it. Catch-all and unknown verdicts are free (refunded, in a file), save for accounts held to misuse that.
"""

import csv

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    QueryKey,
    Rate,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM

RESULT = {
    "ok": "valid",
    "catch_all": "accept_all",
    "unknown": "unknown",
    "unverified": "unknown",
    "disposable": "disposable",
    "invalid": "invalid",
}
CHECKED = {
    "email": "email",
    "email_status": ("result", RESULT),
    "is_free": "free",
    "is_role": "role",
    "is_disposable": ("result", lambda result: result == "disposable"),
}
RUNNING = ("in_queue_to_start", "in_progress", "paused")
FREE = ("accept_all", "unknown")
BULK = "https://bulkapi.millionverifier.com/bulkapi/v2"
BOUNDARY = "leadenrich-part"


class MillionVerifier(HTTPProvider):
    info = ProviderInfo(
        title="MillionVerifier",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.millionverifier.com",
        docs_url="https://developer.millionverifier.com",
        auth=QueryKey("api"),
        rates=(Rate(160, per=1, on="GET /api/v3/"),),
        prices=(Price("0.0039", plan="smallest pack", as_of="2026"),),
        hosts=("bulkapi.millionverifier.com",),
        summary="E-mail verification in large volumes, single and by list.",
    )
    account = Account("/api/v3/credits", remaining="credits")

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=("email", "email_status", "is_free", "is_role", "is_disposable"),
        credits=1,
        charged="on_call",
        patience=1800,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one file."""
        reply = yield Request("GET", "/api/v3/", params={"email": query.email})
        found = rename(reply.json, CHECKED)
        status = found.get("email_status")
        return Hit(found, credits=0 if status in FREE else None) if status else Miss(credits=0)

    @bulk("GET", "/api/v3/", max_items=1000)
    def verify_file(self, requests: Requests) -> Fold:
        """Upload a list, wait for it, read the report. No maximum is stated; 1,000 is ours."""
        if len(requests) < LIST_FROM:
            return requests
        addresses = [str((request.params or {})["email"]) for request in requests]
        key = QueryKey("key")
        start = yield Request(
            "POST",
            f"{BULK}/upload",
            data=form_file("file_contents", "leads.txt", "\n".join(addresses)),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
            auth=key,
        )
        state = yield from finished(
            start,
            "file_id",
            lambda file: Request("GET", f"{BULK}/fileinfo", params={"file_id": file}, auth=key, paid=False),
            lambda reply: reply is start or reply.get("status") in RUNNING,
            every=10,
        )
        if state.get("status") != "finished":
            raise FeatureExecutionError(f"the file ended as {state.get('status')!r}")
        params = {"file_id": start.get("file_id"), "filter": "all"}
        report = yield Request("GET", f"{BULK}/download", params=params, auth=key, paid=False, text=True)
        checked = verdicts(report.text)
        return by_echo(state, map(str.lower, addresses), checked)

    def classify(self, reply: Reply) -> Classified:
        """Read `error` of a 200, whose wording differs between the hosts in case, blanks and underscores."""
        failed = reply.get("result") == "error" or (reply.get("error") and reply.get("result") is None)
        if not failed or reply.status == 429 or reply.status >= 500:
            return None
        error = str(reply.get("error", "")).lower().replace("_", " ")
        if "apikey" in error or "api key" in error:
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        if "credit" in error:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        if "block" in error:
            return ErrorCode.PROVIDER_RATE_LIMIT
        if "not found" in error or "no email" in error:
            return ErrorCode.FEATURE_PARAMETERS_INVALID
        return ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None


def form_file(field: str, name: str, text: str) -> bytes:
    """Return a multipart body that holds one text file."""
    head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: text/plain'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n".encode()


def verdicts(report: str) -> dict[str, dict[str, str]]:
    """Return address -> verdict of a report, in the shape of a single verification."""
    found: dict[str, dict[str, str]] = {}
    for row in csv.reader(report.splitlines()):
        cells = [cell.strip().lower() for cell in row]
        at = next((place for place, cell in enumerate(cells) if "@" in cell), len(cells))
        verdict = next((cell for cell in cells[at + 1 :] if cell in RESULT), None)
        if verdict:
            found[cells[at]] = {"email": cells[at], "result": verdict}
    return found


provider = MillionVerifier
