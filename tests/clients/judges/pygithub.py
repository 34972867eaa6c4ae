"""PyGithub, a client of GitHub's API that others wrote."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "github", "PyGithub"
OFFICIAL = False
DIFFERS = {
    "key": "GitHub takes the words `token` and `Bearer`",
    "header:x-github-api-version": "the client leaves the version to GitHub",
}


def client() -> Any:
    from github import Auth, Github

    return Github(auth=Auth.Token(SECRET))


@asks("enrich_person", "github_username")
def user(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.get_user(query.github_username)
    return {"full_name": found.name, "github_url": found.html_url}


@asks("enrich_company", "github_username")
def organization(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.get_organization(query.github_username)
    return {"company_name": found.name}


@asks(
    "search_people",
    "query",
    limit=1,
    differs={"query:page": "the first page, said or not"},
)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    return {"total": sdk.search_users(query.query + " type:user").totalCount}
