"""Apify's own client; it speaks to a loopback server, since its HTTP library is not Python's."""

from decimal import Decimal
from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "apify", "apify-client"
LOOPBACK = True


def client() -> Any:
    from apify_client import ApifyClient

    return ApifyClient


@asks("apify.run-actor", "apify_actor", differs={"query:format": "the adapter states the default"})
def run(sdk: Any, query: Query) -> dict[str, Any]:
    sdk = sdk(SECRET, api_url=query.loopback, max_retries=0)
    run = sdk.actor(query.apify_actor).start(run_input={}, max_total_charge_usd=Decimal("0.5"))
    while run.status in ("READY", "RUNNING"):
        run = sdk.run(run.id).get()
    return {"answer": sdk.dataset(run.default_dataset_id).list_items(clean=True).items}
