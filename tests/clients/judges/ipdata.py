"""ipdata's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "ipdata", "ipdata"
STANDS_FOR = {"9.9.9.9": "ip"}  # the client refuses reserved addresses


def client() -> Any:
    from ipdata import IPData

    return IPData(SECRET, retry_limit=0)


@asks("enrich_company", ip="9.9.9.9", differs={"query:fields": "the client sends an empty list, which means all"})
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.lookup(query.ip)
    return {"company_name": found.company.name, "company_domain": found.company.domain, "city": found.city}
