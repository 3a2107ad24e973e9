"""A headless Chromium, and pages of simulated backlogs opened in it with every request refused and counted."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from pipeline.reporting.backlog import write_report
from pipeline.reporting.manager.findings import Sources

from .simulated import simulate, write_rows

Row = dict[str, Any]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 667}


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser, what it complained of, and what it asked the network for."""

    page: Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def told(self) -> str:
        """What the drawer says of the rows it found, narrow spaces as plain ones."""
        return self.page.inner_text('[data-part="told"]').replace("\u202f", " ").replace("\u00a0", " ")

    def found(self) -> int:
        """How many rows the drawer found."""
        return int(self.told().split(" / ")[0].split(": ")[1].replace(" ", "").replace(",", ""))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def start(path: Path, size: dict[str, int] = LAPTOP, **options: Any) -> Opened:
        context = browser.new_context(viewport=size, accept_downloads=True, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.set_default_timeout(120_000)

        def refuse(route: Route) -> None:
            opened.requests.append(route.request.url)
            route.abort()

        context.route(lambda url: not url.startswith(("file:", "blob:")), refuse)
        opened.page.on("console", lambda message: opened.problems.append(f"{message.type}: {message.text}"))
        opened.page.on("pageerror", lambda error: opened.problems.append(str(error)))
        opened.page.goto(path.as_uri())
        opened.page.wait_for_selector("html.ready")
        return opened

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def tags(root: Path, tagger: Any) -> list[Row]:
    """The sample backlog, really tagged."""
    lines = (root / "data/backlog.jsonl").read_text("utf-8").splitlines()
    texts = [text for line in lines if (text := json.loads(line).get("text") or "").strip()]
    records = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    return [record | tag for record, tag in zip(records, tagger.tag(records), strict=True)]


@pytest.fixture(scope="session")
def backlog(tags: list[Row]) -> list[Row]:
    """100 complaints of half a year."""
    return simulate(tags, 100, days=180)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory, backlog: list[Row]) -> Callable[..., Path]:
    """The page of the 100 complaints in a language, written once."""
    folder = tmp_path_factory.mktemp("page")
    source = write_rows(backlog, folder / "tagged.jsonl")
    written: dict[tuple[str, bool], Path] = {}

    def make(language: str = "en", show_text: bool = True) -> Path:
        if (language, show_text) not in written:
            path = folder / f"{language}-{show_text}.html"
            write_report(Sources(source), path, language, show_text)
            written[language, show_text] = path
        return written[language, show_text]

    return make
