"""DataForSEO's own client; it pins an old urllib3 and works with a new one, so it is installed without its pins."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "dataforseo", "dataforseo-client"


def client() -> Any:
    from dataforseo_client import ApiClient, Configuration

    return ApiClient(Configuration(username=SECRET, password=SECRET))


@asks("detect_technologies", "company_domain")
def technologies(sdk: Any, query: Query) -> dict[str, Any]:
    from dataforseo_client.api.domain_analytics_api import DomainAnalyticsApi
    from dataforseo_client.models.domain_analytics_technologies_domain_technologies_live_request_info import (
        DomainAnalyticsTechnologiesDomainTechnologiesLiveRequestInfo as Asked,
    )

    found = DomainAnalyticsApi(sdk).technologies_domain_technologies_live([Asked(target=query.company_domain)])
    site = found.tasks[0].result[0]
    return {"description": site.description, "country": site.country_iso_code}


@asks("web_traffic", "company_domain")
def traffic(sdk: Any, query: Query) -> dict[str, Any]:
    from dataforseo_client.api.dataforseo_labs_api import DataforseoLabsApi
    from dataforseo_client.models.dataforseo_labs_google_domain_rank_overview_live_request_info import (
        DataforseoLabsGoogleDomainRankOverviewLiveRequestInfo as Asked,
    )

    asked = Asked(target=query.company_domain, limit=1)
    metrics = DataforseoLabsApi(sdk).google_domain_rank_overview_live([asked]).tasks[0].result[0].items[0].metrics
    return {"organic_keywords": metrics["organic"].count, "paid_keywords": metrics["paid"].count}


@asks("search_places", "company_name", limit=5)
def places(sdk: Any, query: Query) -> dict[str, Any]:
    from dataforseo_client.api.business_data_api import BusinessDataApi
    from dataforseo_client.models.business_data_business_listings_search_live_request_info import (
        BusinessDataBusinessListingsSearchLiveRequestInfo as Asked,
    )

    asked = Asked(title=query.company_name, limit=5)
    result = BusinessDataApi(sdk).business_listings_search_live([asked]).tasks[0].result[0]
    return {"places": [{"name": one.title, "website": one.url} for one in result.items]}
