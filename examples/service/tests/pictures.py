"""Draws the pictures of docs/service.md anew: `CHROMIUM=... python tests/pictures.py ../../docs/images`."""

import base64
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from conftest import LEADS, Service
from playwright.sync_api import Page, sync_playwright

ENCODE = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.9).split(",")[1];
}"""


def main(folder: Path) -> None:
    """Write the four pictures."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        service = Service(Path(place) / "log")
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        encoder = browser.new_page()

        def keep(page: Page, name: str) -> None:
            page.wait_for_timeout(1500)  # the colour with which a row arrives has gone
            png = base64.b64encode(page.screenshot()).decode()
            (folder / f"service-{name}.webp").write_bytes(base64.b64decode(encoder.evaluate(ENCODE, png)))

        def visit(width: int, height: int, scheme: Any) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": height}, base_url=service.url, color_scheme=scheme
            )
            page = context.new_page()
            page.goto("/")
            page.locator("#file").set_input_files(LEADS)
            page.wait_for_selector(".mapping")
            return page

        try:
            page = visit(1360, 860, "light")
            with page.expect_response("**/api/table"):
                page.get_by_label("Field of Geography").select_option("city")
            keep(page, "leads")
            page.goto("/design")
            page.wait_for_selector("#go:enabled")
            with page.expect_response("**/api/design"):
                page.get_by_label("Budget of the run, USD").fill("20")
            with page.expect_response("**/api/design"):
                page.get_by_label("The sandbox answers").select_option("as_vendors")
            with page.expect_response("**/api/design"):
                page.get_by_label("On the sandbox").select_option("some")
            page.evaluate("scrollTo(0, 0)")
            keep(page, "design")
            page.click("#go")
            page.wait_for_selector(".grid-row .s-complete")
            page.wait_for_timeout(6000)
            page.locator(".grid-row", has_text="complete").first.get_by_role("gridcell").nth(4).click()
            keep(page, "run")
            page = visit(380, 780, "dark")
            page.goto("/design")
            page.wait_for_selector("#go:enabled")
            page.click("#go")
            page.locator("#state", has_text="done").wait_for()
            keep(page, "narrow")
        finally:
            browser.close()
            service.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
