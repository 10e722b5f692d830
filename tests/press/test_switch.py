"""Every page for every place: what a reader switches to equals an edition of that place."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import filterfalse
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import Select, WebDriverWait

from press.build import Book, build
from press.edition import Edition
from press.regions import FOLDER, code_of, written_in
from press.search import INDEX
from press.stage import documents
from small import TOC, write_book
from synergy.dictionary import find_place
from synergy.evidence import Request
from test_browser import draw_all
from tour import complaints

pytestmark = [pytest.mark.browser, pytest.mark.book]

#: Some chapters, where all kinds of things turn with the place, are held against an edition of
#: theirs in every run; the whole book, and with every chart drawn, in `pytest -m long`.
SOME = ("chapters/paper/coupling", "chapters/notes/toolbox", f"{FOLDER}44", f"{FOLDER}63")
PLACES = ("青海", "东北", "海南")
#: How many pages and charts differ at all, so that they are told from those of the nation.
LEAST = {"some": (2, 8), "whole": (11, 28)}
CASES = [
    pytest.param("some", PLACES[0]),
    *[pytest.param("whole", name, marks=pytest.mark.long) for name in PLACES],
]

# What a reader gets to see: the article, what stands around it, and charts as Vega has them.
SEEN = """
const body = document.createElement("div");
document.querySelectorAll("article.bd-article, .imprint, #pst-page-toc-nav")
  .forEach(part => body.append(part.cloneNode(true)));
const apart = ".place-switch, .brief-link, .vega-figure > *, .figure-controls, script, #runs";
body.querySelectorAll(apart).forEach(node => node.remove());
body.querySelectorAll("div.here").forEach(box => box.replaceWith(...box.childNodes));
body.querySelectorAll(".active").forEach(node => node.classList.remove("active"));
const none = (name, query) => body.querySelectorAll(query)
  .forEach(node => node.removeAttribute(name));
none("class", "[class='']"), none("open", "details");
none("data-drawn", ".vega-figure"), none("data-stale", ".vega-figure");
body.normalize();
const sorted = value => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object"
  ? Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
  // as Vega makes them when it draws
  : value === "" ? null : value && isFinite(value) ? Number(value) : value;
return JSON.stringify({
  html: body.innerHTML, text: body.textContent, title: document.title,
  figures: Array.from(document.querySelectorAll(".vega-figure")).map(figure => ({
    id: (figure.closest("figure[id]") || {}).id,
    label: figure.getAttribute("aria-label"), spec: sorted(figure.spec),
    start: figure.state.start, now: figure.state.now })),
});
"""

DRAWN = """
const done = arguments[arguments.length - 1];
const figures = Array.from(document.querySelectorAll("figure[id] .vega-figure"));
Promise.all(figures.map(figure => figure.drawing.then(() => figure.view.runAsync()).then(() =>
  [figure.closest("figure[id]").id, figure.querySelector("svg").outerHTML])))
  .then(pairs => done(Object.fromEntries(pairs)));
"""

# Blanks, numbers that Sphinx and Vega give out in passing, and addresses of the page itself.
PASSING = re.compile(r"""\s+|(?<=[#"])id\d+(?=")|url\([^)#]*#|(?:clip|gradient_)\d+|\?region=\w+""")


@pytest.fixture(scope="module")
def editions(
    tmp_path_factory: pytest.TempPathFactory, whole_book: Book, root: Path
) -> Callable[[str, str], Book]:
    """Build a place's edition of the whole book, or of some of its chapters."""
    folder = tmp_path_factory.mktemp("editions")
    tops = {"whole": root, "some": write_some(folder / "书", root)}

    @cache
    def pages(which: str, name: str) -> Book:
        if (which, name) == ("whole", "全国"):
            return whole_book
        edition = Edition.load(Request(region=name))
        return build(edition, folder / which / name, root=tops[which], pdf=False)

    return pages


def write_some(top: Path, root: Path) -> Path:
    """Write a book of some of the real chapters."""
    write_book(top, root)
    for name in {*map(written_in, SOME)}:
        (top / f"{name}.md").parent.mkdir(exist_ok=True)
        shutil.copyfile(root / f"{name}.md", top / f"{name}.md")
    files = "".join(f"  - file: {name}\n" for name in SOME)
    (top / "_toc.yml").write_text(TOC.partition("  - ")[0] + files, encoding="utf-8")
    return top


def chapters(which: str, root: Path) -> Sequence[str]:
    """Documents of the whole book, or of that of some chapters."""
    return SOME if which == "some" else documents(root / "_toc.yml")


def pages(book: Book) -> Path:
    """The folder of a book's pages."""
    assert book.html is not None
    return book.html.parent


def address(book: Book, name: str, query: str = "") -> str:
    return f"{(pages(book) / name).as_uri()}.html{query}"


def forget(browser: Chrome, book: Book) -> None:
    """Empty what the browser keeps of the book."""
    browser.get(address(book, "search"))
    browser.execute_script("localStorage.clear()")


def seen(browser: Chrome, url: str, code: str, *, by_hand: bool = False) -> dict[str, Any]:
    """What a page shows at a place; `by_hand` the place is picked when all charts are drawn."""
    browser.get_log("browser")
    browser.get(url)
    if by_hand:
        stands_at(browser, "00")
        draw_all(browser)
        Select(browser.find_element("css selector", ".place-switch select")).select_by_value(code)
    stands_at(browser, code)
    found: dict[str, Any] = json.loads(browser.execute_script(SEEN))
    return found


def stands_at(browser: Chrome, code: str) -> None:
    """Wait until the page has turned to a place."""
    here = "return document.documentElement.dataset.region"
    WebDriverWait(browser, 30, 0.02).until(lambda b: b.execute_script(here) == code)


def same(switched: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two pages show the same; says in which part they do not."""
    for part in ("title", "text", "html"):
        assert PASSING.sub("", switched[part]) == PASSING.sub("", wanted[part])
    for one, other in zip(switched["figures"], wanted["figures"], strict=True):
        for part in one:
            mine, theirs = (PASSING.sub("", json.dumps(f[part])) for f in (one, other))
            assert mine == theirs, (one["id"], part)
    return True


@pytest.mark.parametrize(("which", "name"), CASES)
def test_a_switched_page_equals_the_edition_of_the_place(
    browser: Chrome, editions: Callable[[str, str], Book], root: Path, which: str, name: str
) -> None:
    code, nation, own = find_place(name).code, editions(which, "全国"), editions(which, name)
    forget(browser, nation)
    differing = charts = 0
    for page in filterfalse(code_of, chapters(which, root)):
        at_home = seen(browser, address(nation, page, "?region=00"), "00")
        switched = seen(browser, address(nation, page, f"?region={code}"), code)
        wanted = seen(browser, address(own, page, f"?region={code}"), code)
        assert same(switched, wanted), page
        differing += switched["text"] != at_home["text"]
        charts += sum(a != b for a, b in zip(switched["figures"], at_home["figures"], strict=True))
    pages_at_least, charts_at_least = LEAST[which]
    assert differing >= pages_at_least and charts >= charts_at_least


@pytest.mark.parametrize(("which", "name"), CASES)
def test_a_page_about_a_place_is_the_same_in_every_edition(
    browser: Chrome, editions: Callable[[str, str], Book], root: Path, which: str, name: str
) -> None:
    both, asked = (editions(which, "全国"), editions(which, name)), ("44", find_place(name).code)
    about = [page for page in chapters(which, root) if code_of(page) in asked]
    assert {*map(code_of, about)} == {*asked}
    for page in about:
        assert same(*(seen(browser, address(book, page), code_of(page)) for book in both))


@pytest.mark.long
@pytest.mark.parametrize("name", PLACES)
def test_a_place_picked_by_hand_draws_what_its_edition_draws(
    browser: Chrome, whole_book: Book, editions: Callable[[str, str], Book], root: Path, name: str
) -> None:
    code, own = find_place(name).code, editions("whole", name)
    for page in filterfalse(code_of, documents(root / "_toc.yml")):
        forget(browser, whole_book)
        seen(browser, address(whole_book, page, "?region=00"), code, by_hand=True)
        switched, told = drawn(browser), complaints(browser)
        assert told == [], page
        seen(browser, address(own, page, f"?region={code}"), code)
        assert switched == drawn(browser), page


def drawn(browser: Chrome) -> dict[str, str]:
    """Every picture of the open page by its figure, once all are drawn."""
    draw_all(browser)
    found: dict[str, str] = browser.execute_async_script(DRAWN)
    return {name: PASSING.sub("", picture) for name, picture in found.items()}


def test_the_choice_lives_in_the_address_and_the_browser_and_links_carry_it(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    browser.get(address(whole_book, "chapters/paper/coupling"))
    assert "广东的耦合协调度" not in browser.page_source
    switch = browser.find_element("css selector", ".place-switch select")
    Select(switch).select_by_visible_text("广东")
    article = browser.find_element("css selector", "article.bd-article")
    WebDriverWait(browser, 10, 0.02).until(lambda _: "广东的耦合协调度从" in article.text)
    assert browser.current_url.endswith("coupling.html?region=44")
    link = article.find_element("css selector", "a[href*='robustness.html']")
    browser.execute_script("arguments[0].click()", link)
    WebDriverWait(browser, 10, 0.02).until(lambda b: "robustness" in b.current_url)
    assert "region=44" in browser.current_url
    browser.get(address(whole_book, "chapters/paper/introduction"))  # no word of it in the address
    shown = WebDriverWait(browser, 10, 0.02)
    told = lambda b: b.find_element("css selector", "article").text  # noqa: E731
    shown.until(lambda b: "广东的人工智能部分指数从" in told(b))
    forget(browser, whole_book)


@pytest.mark.parametrize("asked", ["?region=guangdong", "?region=广东", "?region=44"])
def test_a_place_goes_by_code_slug_and_name(browser: Chrome, whole_book: Book, asked: str) -> None:
    forget(browser, whole_book)
    page = seen(browser, address(whole_book, "chapters/paper/introduction", asked), "44")
    assert "广东的人工智能部分指数从" in page["text"] and "广东版 · 年份" in page["text"]


def test_nonsense_in_the_address_leaves_the_page_as_it_is(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    page = seen(browser, address(whole_book, "chapters/paper/introduction", "?region=火星"), "00")
    assert "全国的人工智能部分指数从" in page["text"]


def test_what_the_reader_moved_stays_when_the_place_changes(
    browser: Chrome, whole_book: Book
) -> None:
    forget(browser, whole_book)
    browser.get(address(whole_book, "chapters/paper/coupling", "#fig-tiles?year=2015"))
    switch = browser.find_element("css selector", ".place-switch select")
    Select(switch).select_by_visible_text("青海")
    of = "return document.querySelector('#fig-tiles .vega-figure')"
    wait = WebDriverWait(browser, 20, 0.05)
    wait.until(lambda b: b.execute_script(f"{of}.spec.params.some(p => p.value.names?.length)"))
    assert browser.execute_script(f"{of}.state.now.year") == 2015
    wait.until(lambda b: b.execute_script(f"{of}.view && {of[7:]}.view.signal('year') === 2015"))
    assert len(browser.find_elements("css selector", "#fig-tiles .figure-controls")) == 1


def test_without_script_a_page_shows_the_edition_and_no_switch(whole_book: Book) -> None:
    text = (pages(whole_book) / "chapters/paper/coupling.html").read_text(encoding="utf-8")
    form = text[text.index('<form class="place-switch') :].partition(">")[0]
    assert " hidden" in form and "全国的耦合协调度从" in text and "广东的耦合协调度从" not in text


def of_all_places(book: Book) -> dict[str, Path]:
    """The files beside pages, by document."""
    folder = pages(book) / "_places"
    return {p.relative_to(folder).with_suffix("").as_posix(): p for p in folder.rglob("*.js")}


def test_sentences_of_all_places_weigh_little(whole_book: Book) -> None:
    weights = {
        name: len(gzip.compress(p.read_bytes())) for name, p in of_all_places(whole_book).items()
    }
    assert len(weights) >= 11 and max(weights.values()) <= 60_000, weights


def test_search_knows_only_what_the_page_shows(whole_book: Book) -> None:
    index = (pages(whole_book) / INDEX).read_text(encoding="utf-8")
    held = json.loads(index.removeprefix("bookSearch.take(").removesuffix(");\n"))["pages"]
    told = {page["at"] for page in held if "宁夏的耦合协调度" in str(page["parts"])}
    assert told == {f"{FOLDER}{find_place('宁夏').code}.html"}, (
        "others are about it only after a switch"
    )
