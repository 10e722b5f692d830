"""A book of a reader's plan: in its words, nothing of the report's own, whatever the data allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from own_cases import CITIES, plan, table, written
from press.build import Book, build
from press.edition import Edition
from press.order import Order, carry_out
from press.stage import documents
from synergy.dictionary import DATA_DIR
from synergy.evidence import Request, load_evidence
from synergy.faults import DataError

ISLANDS = DATA_DIR / "islands"
#: What only the report's own book speaks of.
FOREIGN = r"人工智能|就业|论文|省份|全国|31 项|记分牌|演示面板|真实子集|甘诗玉|gan2025"

Pages = dict[str, BeautifulSoup]


def request(data: Path, planned: Path, **more: object) -> Request:
    return Request(data=str(data), plan=str(planned), **{"alpha": None, **more})  # type: ignore[arg-type]


def pages_of(book: Book, root: Path) -> Pages:
    assert book.html is not None
    folder = book.html.parent
    found = {name: folder / f"{name}.html" for name in documents(root / "_toc_plan.yml")}
    return {
        name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for name, path in found.items()
        if path.is_file()
    }


@pytest.fixture(scope="module")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The islands' book, HTML and PDF."""
    edition = Edition.load(request(ISLANDS / "panel.csv", ISLANDS / "plan.csv"))
    return build(edition, tmp_path_factory.mktemp("islands"))


@pytest.fixture(scope="module")
def pages(islands: Book, root: Path) -> Pages:
    return pages_of(islands, root)


# ------------------------------------------------------------------ the islands


@pytest.mark.book
def test_it_has_every_chapter_and_no_other_page(islands: Book, pages: Pages, root: Path) -> None:
    assert islands.warnings == () and islands.pdf is not None
    assert list(pages) == documents(root / "_toc_plan.yml")
    made = {path.stem for path in (islands.html or Path()).parent.rglob("*.html")}
    assert not made & {"scorecard", "glossary", "conclusions", "monte_carlo", "toolbox"}


@pytest.mark.book
def test_nothing_of_the_reports_own_is_anywhere(islands: Book) -> None:
    assert islands.html is not None
    for path in islands.html.parent.rglob("*"):
        if path.suffix in {".html", ".txt", ".js"} and path.name not in {"tex-svg.js", "bundle.js"}:
            assert not re.search(FOREIGN, path.read_text(encoding="utf-8")), path


@pytest.mark.book
def test_every_page_says_that_the_data_are_made_up(pages: Pages) -> None:
    for name, page in pages.items():
        banner = page.select_one(".data-banner")
        assert banner and "合成数据：海岛和数值都是编造的" in banner.text, name
        assert "18 个海岛，3 个系统、12 项指标" in banner.text


@pytest.mark.book
def test_it_speaks_of_islands_and_its_three_systems(pages: Pages) -> None:
    text = " ".join(page.get_text() for page in pages.values())
    for word in (
        "海岛",
        "旅游指数",
        "礁海指数",
        "岛民指数",
        "北群岛",
        "障碍度",
        "超变密度",
        "SPSSAU",
    ):
        assert word in text
    assert not re.search(r"(?<![a-z-])nan(?![a-z])", text)


@pytest.mark.book
def test_figures_have_alternatives_and_no_cell_shows_python(pages: Pages) -> None:
    figures = [figure for page in pages.values() for figure in page.select(".vega-figure")]
    assert len(figures) > 15 and all(figure["aria-label"] for figure in figures)
    for page in pages.values():
        assert not [pre for pre in page.select(".cell_output pre") if pre.text.strip()]


@pytest.mark.book
def test_every_figure_and_table_has_number_words_and_source(pages: Pages) -> None:
    shown = [figure for page in pages.values() for figure in page.select("figure[id]")]
    assert len(shown) > 35
    for figure in shown:
        assert figure.select_one(".caption-number"), figure["id"]
        assert "来源：" in figure.get_text(), figure["id"]
    loose = [table for page in pages.values() for table in page.select("table.dataframe")]
    assert loose and all(table.find_parent("figure") for table in loose)


@pytest.mark.book
def test_its_pdf_opens_with_its_own_cover_and_imprint(islands: Book) -> None:
    assert islands.pdf is not None
    pages = ["".join(page.extract_text().split()) for page in PdfReader(islands.pdf).pages]
    assert "海岛旅游" in pages[0] and "您的方案" in pages[0]
    assert "数据和方案的权利" in pages[1] and "目录" in pages[2] and "一页结论" in pages[3]
    assert not re.search(FOREIGN, "".join(pages))


@pytest.mark.book
def test_there_are_no_places_to_choose(pages: Pages) -> None:
    assert not [name for name, page in pages.items() if page.select(".place-switch, .place-name")]


@pytest.mark.book
def test_what_did_not_change_is_not_built_again(tmp_path: Path) -> None:
    frame, chosen = small_table("two systems, three years")
    frame.loc[1, "能耗"] = None
    data, planned = written(tmp_path, frame, "d.csv"), written(tmp_path, chosen, "p.csv")
    asked = {"data": str(data), "plan": str(planned), "alpha": None}
    order = Order(asked, out=tmp_path / "out", pdf=False)
    first, built = carry_out(order)
    again, rebuilt = carry_out(order)
    assert built and not rebuilt and again.remarks == first.remarks
    assert any("插补 1 格" in line for line in first.remarks)
    written(tmp_path, chosen.replace({"负": "正"}), "p.csv")
    assert carry_out(order)[1]


# ------------------------------------------------------------------ other data


def small_table(kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = pd.concat([table(6, seed).assign(城市=f"城{seed}") for seed in range(8)])
    frame = frame.groupby(["城市", "年份"], sort=False).first().reset_index()
    match kind:
        case "cross-section":
            return frame[frame["年份"] == 2015].drop(columns="年份"), plan().drop(index=1)
        case "two systems, three years":
            two = plan().replace({"民生": "绿色"})
            return frame[frame["年份"] < 2018], two
        case "four cities":
            return table(6)[lambda f: f["城市"].isin(CITIES[:4])], plan()
        case _:
            awkward = '<b>"数\\字"</b> & $x$ {{ 1 }}'
            return frame.replace("城3", awkward), plan().replace({"数字": awkward})


KINDS = ["cross-section", "two systems, three years", "four cities", "awkward names"]


@pytest.mark.book
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_data_allow(kind: str, tmp_path: Path, root: Path) -> None:
    frame, chosen = small_table(kind)
    asked = request(written(tmp_path, frame, "d.csv"), written(tmp_path, chosen, "p.csv"))
    book = build(Edition.load(asked), tmp_path / "out")
    pages = pages_of(book, root)
    text = " ".join(page.get_text() for page in pages.values())
    html = " ".join(str(page) for page in pages.values())
    assert ("chapters/plan/interaction" in pages) == (kind in ("four cities", "awkward names"))
    assert not re.search(FOREIGN, html)
    if kind == "cross-section":
        assert not re.search(r"逐年(?!标准化)|首年|末年|(?<![0-9])0 年|变为", html)
    if kind == "two systems, three years":
        assert "沿射线向外走" in text
    if kind == "four cities":
        assert "只有 4 个城市，换掉几个重算没有意义" in text
    if kind == "awkward names":
        assert '<b>"数\\字"</b> & $x$ {{ 1 }}' in text and "<b>" not in html


# ------------------------------------------------------------------ requests


def test_an_edition_of_a_plan_names_itself() -> None:
    edition = Edition.load(request(ISLANDS / "panel.csv", ISLANDS / "plan.csv", years="2012-2019"))
    assert edition.book_title == "海岛旅游、礁海生态与岛民生活：耦合协调的测算"
    assert edition.folder == Path("plans/plan") and set(edition.inputs) == {"data", "plan"}
    assert edition.imprint.startswith("您的方案 · 年份 2012-2019 · 份额 0.3333、0.3333、0.3333 · ")
    said = "您的数据：2012–2019 年，18 个海岛，3 个系统、12 项指标。合成数据"
    assert edition.banner.startswith(said)
    assert edition.unsupported == frozenset()


REFUSED = {
    "no data": ({"data": ""}, "给出了 --plan 却没有 --data"),
    "a recipe": ({"recipe": "x.toml"}, "--plan 不能与 --recipe、--region 同用"),
    "a region": ({"region": "广东"}, "--plan 不能与 --recipe、--region 同用"),
    "one share for three": ({"alpha": 0.5}, "用逗号隔开的 3 个数，依次属于旅游、礁海、岛民"),
    "years outside": ({"years": "1990-1999"}, "年份超出面板"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_a_chapter_runs(case: str) -> None:
    change, told = REFUSED[case]
    given: dict[str, object] = {"data": str(ISLANDS / "panel.csv"), "alpha": None} | change
    with pytest.raises(DataError, match=re.escape(told)):
        load_evidence(Request(plan=str(ISLANDS / "plan.csv"), **given))  # type: ignore[arg-type]


def test_shares_are_those_asked_for() -> None:
    asked = request(ISLANDS / "panel.csv", ISLANDS / "plan.csv", alpha=[0.5, 0.3, 0.2])
    evidence = load_evidence(asked)
    assert evidence.alpha == (0.5, 0.3, 0.2) and evidence.own
    frame = evidence.lead.frame
    expected = frame["U1"] * 0.5 + frame["U2"] * 0.3 + frame["U3"] * 0.2
    pd.testing.assert_series_equal(frame["T"], expected, check_names=False)


def chapters(root: Path) -> Iterator[Path]:
    yield from (root / "chapters" / "plan").glob("*.md")


def test_the_plan_chapters_name_nothing_of_the_report(root: Path) -> None:
    for path in chapters(root):
        assert not re.search(FOREIGN, path.read_text(encoding="utf-8")), path
