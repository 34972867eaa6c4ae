"""Web addresses: the one form of each site, and a Sales Navigator address that is nobody's profile."""

from collections.abc import Callable

import pytest

from leadenrich import clean
from leadenrich.errors import InvalidValueError

IN = "https://www.linkedin.com/in/"
CO = "https://www.linkedin.com/company/"
X, GH, FB = "https://x.com/", "https://github.com/", "https://www.facebook.com/"


@pytest.mark.parametrize(
    ("cleaner", "given", "wanted"),
    [
        (clean.linkedin_url, "https://www.linkedin.com/in/jane-doe-123", f"{IN}jane-doe-123"),
        (clean.linkedin_url, "http://de.linkedin.com/in/Jane-Doe-123/?trk=x#about", f"{IN}jane-doe-123"),
        (clean.linkedin_url, "linkedin.com/in/jane/de", f"{IN}jane"),
        (clean.linkedin_url, "www.linkedin.com/in/jane/overlay/contact-info/", f"{IN}jane"),
        (clean.linkedin_url, "https://www.linkedin.com/mwlite/in/jane", f"{IN}jane"),
        (clean.linkedin_url, "/in/jane", f"{IN}jane"),
        (clean.linkedin_url, "https://www.linkedin.com/in/jos%C3%A9-doe", f"{IN}jos%C3%A9-doe"),
        (clean.linkedin_url, "https://www.linkedin.com/in/jos%c3%a9-doe", f"{IN}jos%C3%A9-doe"),
        (clean.linkedin_url, "https://www.linkedin.com/in/José-Doe", f"{IN}jos%C3%A9-doe"),
        (clean.linkedin_url, "https://www.linkedin.com/in/jos%25C3%25A9-doe", f"{IN}jos%C3%A9-doe"),
        (
            clean.linkedin_url,
            "https://www.linkedin.com/in/ACoAAAx1Y2z3A4b5C6d7E8f9G0",
            f"{IN}ACoAAAx1Y2z3A4b5C6d7E8f9G0",
        ),
        (clean.linkedin_url, "https://www.linkedin.com/company/Acme/about/", f"{CO}acme"),
        (clean.company_linkedin_url, "https://uk.linkedin.com/company/Acme?x", f"{CO}acme"),
        (clean.company_linkedin_url, "https://www.linkedin.com/school/acme-university/", f"{CO}acme-university"),
        (clean.company_linkedin_url, "linkedin.com/company/12345", f"{CO}12345"),
        (clean.person_linkedin_url, "linkedin.com/in/jane", f"{IN}jane"),
        (
            clean.sales_navigator_url,
            "https://www.linkedin.com/sales/people/ACwAAAx1,NAME_SEARCH,aB3d?_ntb=x",
            "https://www.linkedin.com/sales/lead/ACwAAAx1,NAME_SEARCH,aB3d",
        ),
        (clean.sales_navigator_url, "linkedin.com/sales/company/99", "https://www.linkedin.com/sales/company/99"),
        (clean.twitter_url, "@AcmeLabs", f"{X}acmelabs"),
        (clean.twitter_url, "https://twitter.com/AcmeLabs/status/1?s=20", f"{X}acmelabs"),
        (clean.twitter_url, "mobile.twitter.com/#!/acmelabs", f"{X}acmelabs"),
        (clean.twitter_url, "x.com/@acmelabs", f"{X}acmelabs"),
        (clean.github_url, "https://github.com/Acme-Labs/tool/tree/main", f"{GH}acme-labs"),
        (clean.github_url, "github.com/orgs/acme/people", f"{GH}acme"),
        (clean.github_url, "@acme", f"{GH}acme"),
        (clean.facebook_url, "https://m.facebook.com/Acme.Labs/?ref=x", f"{FB}acme.labs"),
        (clean.facebook_url, "facebook.com/profile.php?id=1000", f"{FB}1000"),
        (clean.facebook_url, "https://www.facebook.com/pages/Acme/123", f"{FB}123"),
        (clean.facebook_url, "https://www.facebook.com/pg/acme/about", f"{FB}acme"),
        (clean.url, "acme.example", "https://acme.example"),
        (clean.url, "HTTP://WWW.Acme.Example:80/", "http://www.acme.example"),
        (clean.url, "https://acme.example:8443/a b?utm_source=x&id=1#top", "https://acme.example:8443/a%20b?id=1"),
        (clean.url, "bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        (clean.url, "//acme.example/x", "https://acme.example/x"),
    ],
)
def test_reads(cleaner: Callable[[str], str], given: str, wanted: str) -> None:
    assert cleaner(given) == wanted
    assert cleaner(wanted) == wanted


@pytest.mark.parametrize(
    ("cleaner", "given", "reason"),
    [
        (clean.linkedin_url, "https://www.linkedin.com/sales/lead/ACwAAAx1,NAME_SEARCH,aB3d", "Sales Navigator"),
        (clean.linkedin_url, "https://www.linkedin.com/talent/profile/AE1", "Recruiter"),
        (clean.linkedin_url, "https://www.linkedin.com/pub/jane-doe/1/2/3", "old"),
        (clean.linkedin_url, "https://www.linkedin.com/feed/", "no LinkedIn profile"),
        (clean.linkedin_url, "https://www.linkedin.com/in/", "no LinkedIn profile"),
        (clean.linkedin_url, "https://www.linkedin.com/in/null", "names no profile"),
        (clean.linkedin_url, "https://www.linkedin.com/company/unavailable", "names no profile"),
        (clean.linkedin_url, "https://notlinkedin.com/in/jane", "no address at linkedin.com"),
        (clean.linkedin_url, "https://linkedin.com.evil.example/in/jane", "no address at linkedin.com"),
        (clean.linkedin_url, "https://evil.example/linkedin.com/in/jane", "no address at linkedin.com"),
        (clean.linkedin_url, "jane-doe", "no address at linkedin.com"),
        (clean.person_linkedin_url, "https://www.linkedin.com/company/acme", "company's page"),
        (clean.company_linkedin_url, "https://www.linkedin.com/in/jane", "person's page"),
        (clean.sales_navigator_url, "https://www.linkedin.com/in/jane", "no Sales Navigator"),
        (clean.twitter_url, "https://x.com/home", "no account"),
        (clean.twitter_url, "https://acme.example/acme", "no address at x.com"),
        (clean.github_url, "https://github.com/features", "no account"),
        (clean.facebook_url, "https://www.facebook.com/sharer.php?u=x", "no profile"),
        (clean.facebook_url, "https://www.facebook.com/", "no profile"),
        (clean.url, "ftp://acme.example", "no web address"),
        (clean.url, "javascript:alert(1)", "no web address"),
        (clean.url, "mailto:jo@acme.example", "no web address"),
        (clean.url, "http://192.0.2.1/", "IP address"),
        (clean.url, "http://localhost:8000/", "this machine"),
        (clean.url, "see our site", ""),
        (clean.url, "", "empty"),
    ],
)
def test_refuses(cleaner: Callable[[str], str], given: str, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        cleaner(given)
    assert reason in caught.value.reason
