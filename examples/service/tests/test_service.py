"""The calls behind the pages: upload, mapping, design, run, story, download, and their bounds."""

import csv
import dataclasses
import io
import json
import time
import zipfile

import openpyxl
import pytest
from conftest import LEADS, Page
from leadenrich_service import catalogue
from leadenrich_service.app import create_app
from leadenrich_service.settings import Settings

import leadenrich as le
from leadenrich.testing import signed

SMALL = """\
First Name;Last Name;Company;Website
Mira;Okafor;Brightloom;brightloom.example
BEAT;=1+1;Łąkadale AG;lakadale.example
"""


def test_a_table_is_read_mapped_and_cleaned(page: Page) -> None:
    table = page.upload(LEADS.read_bytes())
    assert table["rows"] == 300
    fields = {one["header"]: one["field"] for one in table["columns"]}
    assert fields["Nachname"] == "last_name"
    assert all(one["reason"] for one in table["columns"])
    assert len(table["preview"]) == 10
    changed = [cell for row in table["preview"] for cell in row["cells"] if cell["changed"]]
    assert {"BARNABY"} <= {cell["before"] for cell in changed}
    offered = {one["name"] for group in table["fields"] for one in group["fields"]}
    assert {field for field in fields.values() if field} <= offered
    assert page.get("/api/table").json() == table


def test_a_column_is_corrected_and_freed(page: Page) -> None:
    page.upload(SMALL)
    table = page.change("PATCH", "/api/table", json={"columns": {"Website": None, "Company": "industry"}})
    assert [one["field"] for one in table["columns"]] == ["first_name", "last_name", "industry", None]
    assert table["columns"][2]["chosen"]
    wrong = page.change("PATCH", "/api/table", 422, json={"columns": {"Compny": "email"}})
    assert "did you mean 'Company'" in wrong["error"]
    assert page.get("/api/table").json() == table  # what was refused changed nothing


def test_a_workbook_offers_its_sheets(page: Page) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.active.append(["Leads of the week"])
    for name, who in (("North", "Mira"), ("South", "Beat")):
        sheet = book.create_sheet(name)
        sheet.append(["First Name", "Last Name", "Company"])
        sheet.append([who, "Okafor", "Brightloom"])
    content = io.BytesIO()
    book.save(content)
    table = page.upload(content.getvalue(), "book.xlsx")
    assert (table["sheets"], table["sheet"]) == (["Cover", "North", "South"], "North")
    table = page.change("PATCH", "/api/table", json={"sheet": "South"})
    assert table["preview"][0]["cells"][0]["after"] == "Beat"


def test_uploads_are_bounded(settings: Settings) -> None:
    bounds = dataclasses.replace(settings, max_bytes=5_000, max_rows=20, max_columns=12, max_unpacked=50_000)
    with Page(create_app(bounds), base_url="http://testserver") as page:
        page.load()
        assert "more than 4 KB" in page.upload(b"a" * 5_001, expect=413)["error"]
        table = page.upload("First Name,Last Name,Company\n" + "Mira,Okafor,Brightloom\n" * 21)
        assert (table["rows"], table["truncated"]) == (20, True)
        wide = ",".join(f"column{n}" for n in range(13))
        assert "takes 12" in page.upload(f"{wide}\n{wide}\n", expect=422)["error"]
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", "x" * 1_000_000)
        assert "unpacks to" in page.upload(bomb.getvalue(), "bomb.xlsx", expect=422)["error"]
        assert page.get("/api/table").json()["rows"] == 20  # the table before stays


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "empty"), (b"%PDF-1.7 \x00\x01", "PDF"), (b"PK\x03\x04nothing", "ZIP archive")]
)
def test_what_is_no_table_is_told_in_words(page: Page, content: bytes, told: str) -> None:
    assert told in page.upload(content, expect=422)["error"]


def test_a_plan_comes_with_each_change_of_the_design(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    told = page.get("/api/design").json()
    assert told["errors"] == {}
    assert told["plan"]["plans"][0]["accepted"]["expected"] > 100
    design = told["design"]
    design["waterfalls"][0]["steps"] = ["hunter"]
    less = page.change("PUT", "/api/design", json=design)
    assert less["plan"]["plans"][0]["accepted"]["expected"] < told["plan"]["plans"][0]["accepted"]["expected"]
    design["waterfalls"].append({"operation": "find_phone", "steps": ["leadmagc"]})
    broken = page.change("PUT", "/api/design", json=design)
    assert "did you mean 'leadmagic'" in broken["errors"]["waterfall-1"]
    assert broken["parts"] == ["waterfall-0"]  # the whole ones are planned all the same
    assert "did you mean" in page.change("POST", "/api/run", 422)["error"]


def test_a_design_goes_out_as_toml_and_comes_back(page: Page) -> None:
    design = page.get("/api/design").json()["design"]
    text = page.get("/api/design/toml").text
    assert le.Chain.loads(text).to_dict()["waterfalls"] == design["waterfalls"]
    page.change("PUT", "/api/design", json={**design, "waterfalls": []})
    assert page.change("POST", "/api/design/toml", content=text)["design"] == design
    one = le.recipes.work_email()
    assert page.change("POST", "/api/design/toml", content=one.dumps())["design"]["waterfalls"] == [one.to_dict()]
    wrong = page.change("POST", "/api/design/toml", 422, content='operation = "find_email"\nstep = ["hunter"]\n')
    assert "line 2" in wrong["error"]


def test_a_budget_asks_for_the_prices_that_are_not_published(page: Page) -> None:
    page.upload("First Name;Last Name;Company\nMira;Okafor;Brightloom\nBeat;Keller;Lakadale\n")
    design = page.get("/api/design").json()["design"]
    design["waterfalls"] = [{"operation": "find_domain", "steps": ["ocean_io"]}]
    told = page.change("PUT", "/api/design", json={**design, "budget": "5"})
    assert told["unpriced"] == {"ocean_io": "USD per credit"}
    assert told["errors"] == {}  # the sandbox takes a price of its own
    free = page.change("PUT", "/api/design", json={**design, "budget": "5", "prices": {"ocean_io": "0.4"}})
    assert free["plan"]["usd"]["expected"] > told["plan"]["usd"]["expected"]


def test_a_run_from_upload_to_download(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    assert page.change("POST", "/api/run")["total"] == 300
    told = page.until()
    assert told["came"] == 300
    assert told["statuses"]["complete"] > 100
    found = next(place for place in range(300) if page.get(f"/api/run/rows/{place}").json()["status"] == "complete")
    story = page.get(f"/api/run/rows/{found}").json()
    email = next(one for one in story["values"] if one["field"] == "email")
    assert email["provider"]
    assert email["confidence"] >= 85
    assert any(one["outcome"] == "hit" for one in story["attempts"])
    rows = list(csv.DictReader(io.StringIO(page.get("/api/run/download").text.removeprefix("\ufeff")), delimiter=","))
    assert len(rows) == 300
    assert rows[found]["Nachname"] == story["record"]["last_name"]
    assert rows[found]["email"] == email["value"]
    lines = page.get("/api/run/download?format=jsonl&column=email&column=status").text.splitlines()
    assert json.loads(lines[found]) == {"email": email["value"], "status": "complete"}
    own = page.get("/api/run/download?column=Liste&column=email").text.removeprefix("\ufeff")
    assert list(next(csv.DictReader(io.StringIO(own)))) == ["Liste", "email"]
    book = openpyxl.load_workbook(io.BytesIO(page.get("/api/run/download?format=xlsx&provenance=true").content))
    heads = [cell.value for cell in book.active[1]]
    assert {"email_source", "email_confidence", "email_cost"} <= set(heads)
    usage = page.get("/api/usage").json()
    assert usage["progress"]["statuses"] == told["statuses"]
    assert {"findymail", "hunter"} <= {one["provider"] for one in usage["health"]}
    assert any(one["unique"] for one in usage["vendors"])
    assert {"coverage", "spend"} <= {one["name"] for one in usage["figures"]}
    assert page.get("/api/usage/figures/coverage?dark=true").content.startswith(b"\x89PNG")
    assert page.get("/api/usage/figures/nothing").status_code == 404
    report = page.get("/api/usage/report")
    assert "attachment" in report.headers["content-disposition"]
    assert "<script" not in report.text


def test_downloads_make_formulas_harmless(page: Page) -> None:
    page.upload('First Name,Last Name,Company,Note\n=cmd|calc,+1,@SUM(A1),"=HYPERLINK(""http://x.example"")"\n')
    page.change("POST", "/api/run")
    page.until()
    (row,) = csv.DictReader(io.StringIO(page.get("/api/run/download").text.removeprefix("\ufeff")))
    assert row["First Name"] == "'=cmd|calc"
    assert row["Note"] == '\'=HYPERLINK("http://x.example")'
    book = openpyxl.load_workbook(io.BytesIO(page.get("/api/run/download?format=xlsx").content))
    assert all(cell.data_type != "f" for line in book.active for cell in line)


def test_the_socket_tells_every_row(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    page.change("POST", "/api/run")
    rows: dict[int, str] = {}
    with page.websocket_connect("/api/run/live", headers={"origin": "http://testserver"}) as socket:
        begin = socket.receive_json()
        assert "email" in begin["columns"]
        lines = []
        while True:
            told = socket.receive_json()
            rows |= {row[0]: row[1] for row in told["rows"]}
            lines += told["lines"]
            if told["progress"]["state"] != "running" and len(rows) == 300:
                break
    assert set(rows) == set(range(300))
    assert lines[0]["text"] == "asking about 300 rows"


def test_cancel_keeps_what_came_and_going_on_brings_the_rest(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    design = page.get("/api/design").json()["design"]
    page.change("PUT", "/api/design", json={**design, "pace": "as_vendors"})
    page.change("POST", "/api/run")
    while page.get("/api/run").json()["came"] < 5:
        pass
    told = page.change("POST", "/api/run/cancel")
    assert told["state"] == "cancelled"
    assert 5 <= told["came"] < 300
    page.change("PUT", "/api/design", json=design)
    kept = [row for row in page.get("/api/run/download").text.splitlines()[1:] if row]
    assert len(kept) == told["came"]
    assert page.change("POST", "/api/run/retry")["state"] == "running"
    page.change("POST", "/api/run/cancel")


def test_a_retry_asks_about_what_failed_and_pays_for_nothing_twice(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    design = page.get("/api/design").json()["design"]
    page.change("PUT", "/api/design", json={**design, "trouble": "some"})
    page.change("POST", "/api/run")
    before = page.until()
    assert before["retryable"] > 0
    assert before["benched"] > 0
    finished = {place for place in range(300) if not page.get(f"/api/run/rows/{place}").json()["retry_reason"]}
    kept = {place: page.get(f"/api/run/rows/{place}").json() for place in sorted(finished)[:20]}
    page.change("POST", "/api/run/retry")
    after = page.until()
    assert after["came"] == 300
    assert {place: page.get(f"/api/run/rows/{place}").json() for place in kept} == kept


def test_a_budget_is_a_wall_over_retries_too(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    design = page.get("/api/design").json()["design"]
    page.change("PUT", "/api/design", json={**design, "budget": "1.5"})
    page.change("POST", "/api/run")
    first = page.until()
    assert float(first["usd"]) <= 1.5
    assert first["retryable"] > 0
    page.change("POST", "/api/run/retry")
    assert float(page.until()["usd"]) <= 1.5


def test_a_research_column_runs_with_its_citations(page: Page) -> None:
    page.upload(SMALL)
    question = next(one for one in le.research.templates() if one.name == "what_they_sell").model_dump(mode="json")
    design = page.get("/api/design").json()["design"]
    design["waterfalls"] = []
    design["questions"] = [{"template": question, "given": {}, "ask": ["openai", "anthropic"], "citations": True}]
    told = page.change("PUT", "/api/design", json=design)
    assert told["errors"] == {}
    assert told["parts"] == ["question-0"]
    page.change("POST", "/api/run")
    assert page.until()["came"] == 2
    stories = [page.get(f"/api/run/rows/{place}").json() for place in range(2)]
    cited = [value for story in stories for value in story["values"] if value["provider"] != "input"]
    assert cited
    assert all(value["citations"] for value in cited)


def test_a_vendor_is_tried_on_the_sandbox(page: Page) -> None:
    query = {"first_name": "Beat", "last_name": "Hürlimannsen", "company_domain": "lakadale.example"}
    told = page.change("POST", "/api/vendors/hunter/try", json={"operation": "find_email", "query": query})
    assert told["hit"]
    assert told["data"]["email"].endswith("@lakadale.example")
    wrong = page.change("POST", "/api/vendors/hunter/try", 422, json={"operation": "find_emial", "query": query})
    assert "did you mean 'find_email'" in wrong["error"]


def test_every_vendor_has_a_page(page: Page) -> None:
    for info in le.providers():
        assert page.get(f"/vendors/{info.id}").status_code == 200
    assert page.get("/vendors/nobody").status_code == 404


def test_a_run_ends_when_its_page_is_left(settings: Settings) -> None:
    with Page(create_app(dataclasses.replace(settings, grace=2.0)), base_url="http://testserver") as page:
        page.load()
        page.upload(LEADS.read_bytes())
        design = page.get("/api/design").json()["design"]
        page.change("PUT", "/api/design", json={**design, "pace": "as_vendors"})
        page.change("POST", "/api/run")
        with page.websocket_connect("/api/run/live", headers={"origin": "http://testserver"}) as socket:
            assert socket.receive_json()["kind"] == "begin"
            assert page.get("/healthz").json() == {"runs": 1}
        page.until("cancelled")
        assert page.get("/healthz").json() == {"runs": 0}


def test_a_run_that_no_page_ever_follows_ends_too(settings: Settings) -> None:
    with Page(create_app(dataclasses.replace(settings, grace=0.3)), base_url="http://testserver") as page:
        page.load()
        page.upload(LEADS.read_bytes())
        design = page.get("/api/design").json()["design"]
        page.change("PUT", "/api/design", json={**design, "pace": "as_vendors"})
        page.change("POST", "/api/run")
        page.until("cancelled")
        page.change("POST", "/api/run/retry")
        page.until("cancelled")


def test_a_signed_webhook_ends_the_wait_of_a_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor is asked to deliver, and would be polled after 30 s only; the sandbox has it at the second look."""
    monkeypatch.setenv("LEADENRICH_SERVICE_URL", "https://leads.example/")
    with Page(create_app(settings), base_url="http://testserver") as page:
        page.load()
        page.upload(b"".join(LEADS.read_bytes().splitlines(keepends=True)[:41]))
        design = page.get("/api/design").json()["design"]
        design |= {"waterfalls": [{"operation": "find_email", "steps": ["fullenrich"]}], "pace": "as_vendors"}
        page.change("PUT", "/api/design", json=design)
        page.change("POST", "/api/run")
        body = json.dumps({"id": "job-1", "status": "FINISHED"}).encode()
        right = signed("fullenrich", body)

        def deliver(content: bytes, headers: dict[str, str]) -> int:
            return page.post("/hooks/fullenrich", content=content, headers=headers).status_code

        with page.websocket_connect("/api/run/live", headers={"origin": "http://testserver"}) as socket:
            socket.receive_json()
            said: list[str] = []
            while "works in the background; the answer is waited for" not in said:
                said += [line["text"] for line in socket.receive_json()["lines"]]
        assert deliver(body, {}) == 404
        assert deliver(body, signed("fullenrich", body, secret="another")) == 404
        assert deliver(body + b" ", right) == 404
        before = page.get("/api/run").json()["came"]  # rows that lack what it needs
        assert before < 20
        assert page.post("/hooks/hunter", content=body, headers=right).status_code == 404
        woken = 0
        for _ in range(400):
            if page.get("/api/run").json()["state"] != "running":
                break
            woken += deliver(body, right) == 204
            time.sleep(0.05)
        assert page.until(seconds=1)["came"] == 40
        assert woken >= 1
        values = [value for place in range(40) for value in page.get(f"/api/run/rows/{place}").json()["values"]]
        assert "fullenrich" in {value["provider"] for value in values}
        assert deliver(body, right) == 404  # nothing waits any more


def test_a_table_is_not_swapped_under_a_run(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    design = page.get("/api/design").json()["design"]
    page.change("PUT", "/api/design", json={**design, "pace": "as_vendors"})
    page.change("POST", "/api/run")
    assert "cancel it before" in page.change("POST", "/api/table/sample", 409)["error"]
    assert "under way already" in page.change("POST", "/api/run", 409)["error"]
    page.change("POST", "/api/run/cancel")


def test_tokens_of_models_are_no_credits(page: Page) -> None:
    page.upload("First Name;Last Name;Company;Website\nMira;Okafor;Brightloom;brightloom.example\n")
    design = page.get("/api/design").json()["design"]
    question = next(one for one in le.research.templates() if one.name == "what_they_sell").model_dump(mode="json")
    design["waterfalls"] = []
    design["questions"] = [{"template": question, "given": {}, "ask": ["openai"], "citations": False}]
    page.change("PUT", "/api/design", json=design)
    page.change("POST", "/api/run")
    told = page.until()
    assert float(told["tokens"]) > 100
    assert all(float(count) < 100 for count in told["credits"].values())
    (line,) = page.get("/api/usage").json()["spend"]
    assert line["tokens"] == told["tokens"]
    assert float(line["credits"]) < 100
    told = [one["told"] for one in catalogue.vendor("openai")["prices"]]
    assert "$0.40 a million input tokens (gpt-4.1-mini)" in told
    (generate,) = [one for one in catalogue.vendor("openai")["features"] if one["operation"] == "generate"]
    assert " a million output tokens" in generate["costs"]


def test_who_looks_at_an_address_that_is_none_sees_a_page(page: Page) -> None:
    for path in ("/vendors/nobody", "/nowhere"):
        seen = page.get(path, headers={"accept": "text/html,*/*"})
        assert seen.status_code == 404
        assert "There is no such" in seen.text
        assert "<h1>Not here</h1>" in seen.text
        told = page.get(path, headers={"accept": "application/json"})
        assert told.status_code == 404
        assert "There is no such" in told.json()["error"]
    assert page.get("/api/run/download", headers={"accept": "text/html"}).json()["error"] == "There is no run yet."
