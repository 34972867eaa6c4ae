"""A whole job in headless Chromium, as people do it: by mouse, by keyboard, two at once, interrupted, under attack."""

import csv
import io
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LEADS, Service
from planted import SCRIPT

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

PAGES = ("/", "/design", "/run", "/vendors", "/vendors/hunter", "/usage")
PATIENCE = 90_000
FAINT = Path(__file__).with_name("faint.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    one = Service(tmp_path_factory.mktemp("service") / "log")
    yield one
    one.stop()


Visit = Callable[..., Any]


@pytest.fixture
def visit(chromium: Any, service: Service) -> Iterator[Visit]:
    """Return a function that opens a visitor's own window; what goes wrong in any page fails the test."""
    contexts, wrong = [], []

    def open_(width: int = 1400, height: int = 900, base: str = service.url, scheme: str = "light") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=base, color_scheme=scheme, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("crash", lambda page: wrong.append(f"the renderer of {page.url} crashed"))
        page.on("console", lambda told: told.type == "error" and wrong.append(told.text))
        page.on("request", lambda sent: sent.url.startswith((base, "blob:")) or wrong.append(f"asked {sent.url}"))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def upload(page: Any, content: bytes | Path = LEADS, name: str = "leads.csv") -> None:
    page.goto("/")
    payload = content.read_bytes() if isinstance(content, Path) else content
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": payload})
    page.wait_for_selector(".mapping")


def design(page: Any, **choices: str) -> None:
    """Open the designer, choose what the fields labelled so offer, and wait for the plan."""
    page.goto("/design")
    page.wait_for_selector("#go:enabled")
    for label, value in choices.items():
        with page.expect_response("**/api/design"):
            page.get_by_label(label.replace("_", " ")).select_option(value)
    page.wait_for_selector("#go:enabled")


def run(page: Any) -> None:
    page.click("#go")
    page.wait_for_url("**/run", wait_until="commit")
    page.wait_for_selector("#state")


def until(page: Any, state: str) -> None:
    page.locator("#state", has_text=re.compile(f"^{state}$")).wait_for()


def rows_told(page: Any) -> int:
    return int(page.locator(".numbers b").first.inner_text().split("/")[0].replace(",", ""))


def until_rows(page: Any, more_than: int) -> None:
    """Wait for rows; the page's policy forbids the evaluation that `wait_for_function` would need."""
    page.locator(".numbers b").first.wait_for()
    for _ in range(PATIENCE // 50):
        if rows_told(page) > more_than:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"no more than {more_than} rows came")


def test_a_whole_job_from_upload_to_download(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    upload(page)
    assert page.locator("#lead").inner_text() == "leads.csv: 300 rows, 10 columns"
    with page.expect_response("**/api/table"):
        page.get_by_label("Field of Geography").select_option("city")
    page.locator("td", has_text="decided by the caller").wait_for()
    page.click("text=Design the waterfall")
    page.wait_for_selector("#go:enabled")
    with page.expect_response("**/api/design"):
        page.get_by_label("Start from a preset").select_option("lead")
    page.wait_for_selector("text=stage 3")
    with page.expect_response("**/api/design"):
        page.get_by_label("Budget of the run, USD").fill("40")
    page.wait_for_selector("#go:enabled")
    run(page)
    until(page, "done")
    assert rows_told(page) == 300
    page.locator(".tabs button", has_text="complete").click()
    page.locator(".grid-row").first.get_by_role("gridcell").nth(4).click()
    story = page.get_by_role("complementary", name="Story of a row")
    story.get_by_text("Who was asked").wait_for()
    assert "% sure" in story.inner_text()
    page.keyboard.press("Escape")
    assert story.is_hidden()
    page.get_by_role("button", name="Download").click()
    page.get_by_label("With source, confidence and cost of each value").check()
    with page.expect_download() as coming:
        page.get_by_role("dialog").get_by_role("button", name="Download").click()
    coming.value.save_as(tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 300
    assert sum(bool(row["email"]) for row in rows) > 100
    assert all(row["email_source"] for row in rows if row["email"])
    page.goto("/usage")
    page.wait_for_selector("text=What each vendor did")
    assert "findymail" in page.locator("#content").inner_text()


def test_cancel_and_go_on(visit: Visit) -> None:
    page = visit()
    upload(page)
    design(page, The_sandbox_answers="as_vendors")
    run(page)
    until_rows(page, 3)
    page.get_by_role("button", name="Cancel").click()
    until(page, "cancelled")
    came = rows_told(page)
    assert 3 < came < 300
    assert page.locator(".tabs").inner_text().count("waiting") == 1
    page.get_by_role("button", name=re.compile("^Go on with")).click()
    until(page, "running")
    until_rows(page, came)
    page.get_by_role("button", name="Cancel").click()
    until(page, "cancelled")


def test_some_vendors_fail_and_what_can_be_retried_is(visit: Visit) -> None:
    page = visit()
    upload(page)
    design(page, On_the_sandbox="some")
    run(page)
    until(page, "done")
    assert "left out from now on" in page.get_by_role("log").inner_text()
    again = page.get_by_role("button", name=re.compile("^Retry"))
    before = int(re.sub(r"\D", "", again.inner_text()))
    again.click()
    page.get_by_role("log").get_by_text(re.compile("asking again about")).wait_for()
    until(page, "done")
    assert before > 0


def test_the_designer_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/design")
    page.wait_for_selector(".big")

    def steps() -> list[str]:
        return page.locator(".step .who b").all_inner_texts()

    def focused() -> str:
        return page.evaluate("document.activeElement.getAttribute('aria-label')") or ""

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    first = steps()
    for _ in range(60):
        press("Tab")
        if focused().startswith(first[1]):
            break
    press("ArrowDown")
    assert steps() == [first[0], first[2], first[1], *first[3:]]
    assert focused().startswith(f"{first[1]}, step 3 of")  # the focus goes along
    press("ArrowUp", "ArrowUp")
    assert steps() == [first[1], first[0], *first[2:]]
    press("Delete")
    assert steps() == [first[0], *first[2:]]
    assert focused().startswith(first[0])
    page.focus("#w0-add")
    page.keyboard.type(first[1])
    press("Tab")
    assert steps()[-1] == first[1]
    page.wait_for_selector("#go:not([aria-busy])")


def test_a_step_is_dragged(visit: Visit) -> None:
    page = visit()
    page.goto("/design")
    page.wait_for_selector(".big")
    before = page.locator(".step .who b").all_inner_texts()
    start = page.locator(".grip").nth(1).bounding_box()
    end = page.locator(".grip").nth(3).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 12, steps=5)
    page.mouse.up()
    after = page.locator(".step .who b").all_inner_texts()
    assert after == [before[0], before[2], before[3], before[1], *before[4:]]


def test_10_000_rows_and_no_more_in_the_page_than_one_sees(visit: Visit) -> None:
    page = visit()
    known = "Mira,Okafor,Brightloom {0},brightloom{0}.example"  # every tenth can be asked about
    lines = [f"{n},{known.format(n) if n % 10 == 9 else f'Mira,,Brightloom {n},'}" for n in range(10_000)]
    upload(page, "\n".join(["Nr,First Name,Last Name,Company,Website", *lines]).encode())
    page.goto("/design")
    page.wait_for_selector("#go:enabled")
    text = 'operation = "find_email"\nsteps = ["findymail"]\n'
    with page.expect_response("**/api/design/toml"):
        page.locator("#toml").set_input_files({"name": "w.toml", "mimeType": "text/plain", "buffer": text.encode()})
    page.wait_for_selector("#go:enabled")
    run(page)
    page.evaluate(
        """() => { window.most = window.drawn = 0;
        const look = () => { window.drawn++; requestAnimationFrame(look);
          window.most = Math.max(window.most, document.querySelectorAll('.grid-row').length); };
        look(); }"""
    )
    grid = page.get_by_role("grid")
    for share in (0.2, 0.7, 1.0, 0.4):  # scrolled while rows come
        page.evaluate(
            "share => { const g = document.querySelector('.grid'); g.scrollTop = g.scrollHeight * share; }", share
        )
        page.wait_for_timeout(50)
    grid.focus()
    page.keyboard.press("Control+End")
    page.locator(".grid-row", has_text="Brightloom 9999").wait_for()
    assert page.locator(".grid-row").last.get_attribute("data-at") == "9999"
    page.locator("#state", has_text=re.compile("done")).wait_for(timeout=3 * PATIENCE)
    assert rows_told(page) == 10_000
    assert grid.get_attribute("aria-rowcount") == "10001"
    page.keyboard.press("Control+Home")
    page.get_by_label("Find in rows").fill("Brightloom 8769")
    page.locator('.grid-row[data-at="1"]').wait_for(state="detached")
    assert page.locator(".grid-row").count() == 1
    assert page.evaluate("window.most") < 90
    assert page.evaluate("window.drawn") > 20


def test_two_visitors_at_once(visit: Visit) -> None:
    one, other = visit(), visit()
    upload(one)
    upload(other, b"First Name,Last Name,Company,Website\nMira,Okafor,Brightloom,brightloom.example\n", "mine.csv")
    for page in (one, other):
        design(page)
        run(page)
    until(other, "done")
    until(one, "done")
    assert (rows_told(one), rows_told(other)) == (300, 1)


def test_sigterm_in_the_middle_of_a_run(visit: Visit, tmp_path: Path) -> None:
    service = Service(tmp_path / "log")
    page = visit(base=service.url)
    upload(page)
    design(page, The_sandbox_answers="as_vendors")
    run(page)
    until_rows(page, 3)
    page.goto("about:blank")  # a page that looks on says in its console that the service is gone
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(20) in (0, -signal.SIGTERM)
    told = service.log.read_text()
    assert "Traceback" not in told
    assert "never" not in told  # no task, no coroutine was left
    service.stop()


def test_scripts_in_every_text_stay_texts(visit: Visit, tmp_path: Path) -> None:
    service = Service(tmp_path / "log", str(Path(__file__).with_name("planted.py")))
    try:
        page = visit(base=service.url)
        names = ["First Name", "Last Name", "Company", "Website", f"Note {SCRIPT}", "Title"]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        for line in list(csv.DictReader(io.StringIO(LEADS.read_text("utf-8-sig")), delimiter=";"))[:40]:
            writer.writerow(
                [line["First Name"], line["Nachname"], line["Account"], line["Company Website"], SCRIPT, SCRIPT]
            )
        writer.writerow([SCRIPT] * len(names))
        upload(page, text.getvalue().encode(), f"{SCRIPT[:30]}.csv")
        check(page)
        page.goto("/design")
        page.wait_for_selector(".big")
        with page.expect_response("**/api/design"):
            page.get_by_label("Start from a preset").select_option("company_profile")
        with page.expect_response("**/api/design"):
            page.get_by_label("Add a question (research column)").select_option("own")
        page.wait_for_selector("#go:enabled")
        check(page)
        run(page)
        until(page, "done")
        shown = ""
        for row in range(12):
            page.locator(f'.grid-row[data-at="{row}"]').get_by_role("gridcell").nth(4).click()
            page.get_by_text(f"row {row + 1}", exact=True).wait_for()
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            shown += page.get_by_role("complementary").inner_text()
            check(page)
        assert "onerror" in shown  # what vendors said is there, as text
        page.goto("/usage")
        page.wait_for_selector("text=What each vendor did")
        check(page)
        page.goto("/vendors/apollo")
        page.locator("#operation").select_option("enrich_company")
        page.get_by_label("Company domain").fill("lakadale.example")
        page.get_by_role("button", name="Ask").click()
        page.wait_for_selector(".answer")
        assert "onerror" in page.locator("#try").inner_text()
        check(page)
        page.goto(f"/vendors?q={SCRIPT}")
        check(page)
        page.goto("about:blank")
    finally:
        service.stop()


def check(page: Any) -> None:
    """Nothing planted ran, and nothing planted became an element."""
    assert page.evaluate("window.planted") is None
    assert page.locator("img:not([src^='/api/usage/figures/']), b:text-is('bold'), main script").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(380, "dark"), (1600, "light")])
def test_every_page_fits_and_names_what_can_be_used(visit: Visit, width: int, scheme: str) -> None:
    page = visit(width, 800, scheme=scheme)
    upload(page)
    design(page)
    run(page)
    until(page, "done")
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        nameless = page.evaluate(NAMELESS)
        assert nameless == [], path
        assert page.evaluate(FAINT) == [], path
        assert page.locator("h1").count() == 1


NAMELESS = """() => [...document.querySelectorAll('button, a, input, select, textarea, [role=grid], [tabindex="0"]')]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.getAttribute('aria-label') || one.getAttribute('aria-labelledby') || one.labels?.length
    || one.textContent.trim() || one.title || one.type === 'hidden'))
  .map((one) => one.outerHTML.slice(0, 120))"""
