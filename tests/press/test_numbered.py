"""Tables with a number, a caption, a source, and their data as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from selenium.webdriver import Chrome

from press.build import Book, build
from press.by_place import PlaceError, joined
from press.edition import Edition
from press.numbered import labelled
from small import HEADER, PARAMETERS, write_book
from synergy.grid import table_html
from synergy.page import numbered

CHAPTER = """# 小章

见{numref}`tab-a`。

```{code-cell} python
from synergy import *
place, three = find_place(region), units()[["row", "col"]].head(3)
```

```{code-cell} python
columns = {"row": "行", "share": ("份额", ".2f")}
shown = table(three.assign(share=[0.5, -0.25, 10]), columns, index="省")
numbered("tab-a", shown, "三个省：{{ n }} 行，见 $x$", n=3,
         source="本书，见{doc}`封面 </book/index>`。")
```

```{code-cell} python
count = table(three * 0 + len(place.members), {"row": "个数"}, index="省")
numbered("tab-b", count, "{{ at }}的省份", source="本书。", at=place.label)
```

```{code-cell} python
columns = {"code": "代码", "name_full": "全名", "name_en": "英文", "region": "地区"}
long = table(units().head(2), columns).assign(甲="一句长长的说明", 乙="又一句说明", 丙="再一句")
numbered("tab-d", long, "一张宽表", source="本书。")
```

``````````{numbered} tab-c
:source: 本书。

一张写成 Markdown 的表

| 甲 | 乙 |
|---|--:|
| {doc}`一章 </chapters/paper/data>` | 2 |
``````````
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, root: Path, edition: Edition) -> Book:
    top = write_book(tmp_path_factory.mktemp("tables"), root, HEADER + PARAMETERS + CHAPTER)
    return build(edition, top / "out", root=top, pdf=False)


@pytest.fixture(scope="module")
def path(book: Book) -> Path:
    assert book.html is not None and book.warnings == ()
    return book.html.parent / "chapters/paper/data.html"


@pytest.fixture(scope="module")
def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_each_table_has_number_caption_and_source(page: BeautifulSoup) -> None:
    blocks = page.select("figure.numbered-table")
    assert [block["id"] for block in blocks] == ["tab-a", "tab-b", "tab-d", "tab-c"]
    numbers = [block.select_one(".caption-number").get_text().strip() for block in blocks]  # type: ignore[union-attr]
    assert numbers == ["表 1", "表 2", "表 3", "表 4"]
    for block in blocks:
        assert block.select_one("figcaption .caption-text")
        assert block.select_one(".table-source").get_text().startswith("来源：本书")  # type: ignore[union-attr]
    assert blocks[0].select_one("figcaption math") and blocks[0].select_one(".table-source a")
    link = next(a for a in page.select("p a.reference.internal") if a["href"] == "#tab-a")
    assert link.get_text() == "表 1"


def test_cells_know_their_headings_and_numbers_align(page: BeautifulSoup) -> None:
    rows = page.select("#tab-a tbody tr")
    assert [cell["data-label"] for cell in rows[0].select("td")] == ["行", "份额"]
    assert rows[0].select_one("th[scope=row]").get_text() == "北京"  # type: ignore[union-attr]
    shares = [row.select_one("td:last-child").get_text() for row in rows]  # type: ignore[union-attr]
    assert shares == ["0.50", "−0.25", "10.00"]
    assert all("n" in row.select_one("td:last-child")["class"] for row in rows)  # type: ignore[index]
    assert [c["data-label"] for c in page.select("#tab-c tbody td")] == ["甲", "乙"]
    assert page.select_one("#tab-c td a[href]")


def test_other_places_find_their_rows_and_their_caption(path: Path) -> None:
    beside = (path.parents[2] / "_places/chapters/paper/data.js").read_text(encoding="utf-8")
    assert "四川的省份" in beside and "tab-b" in beside and "tab-a" not in beside
    box = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("#tab-b .here")
    assert box is not None and box.find("table")


@pytest.mark.browser
def test_the_data_come_as_a_file(browser: Chrome, path: Path, tmp_path: Path) -> None:
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    browser.get(path.as_uri())
    made = """
    const done = arguments[0], make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blob.text().then(done); return make(blob); };
    document.querySelector("#tab-a .table-data").click();
    """
    text = browser.execute_async_script(made)
    assert text == "省,行,份额\r\n北京,2,0.50\r\n天津,3,-0.25\r\n河北,3,10.00\r\n"


@pytest.mark.browser
def test_on_a_phone_no_table_scrolls_sideways(browser: Chrome, path: Path) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(path.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") == 390
        label = "return getComputedStyle(document.querySelector(arguments[0]), '::before').content"
        assert browser.execute_script(label, "#tab-d td") == '"代码"'
        assert browser.execute_script(label, "#tab-a td") == "none", "a slim table stays a table"
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_table_that_is_another_elsewhere_is_refused() -> None:
    here, there = (
        numbered(name, "| a |\n|---|\n| 1 |", "题", source="本书。")._repr_markdown_()
        for name in ("tab-a", "tab-b")
    )
    with pytest.raises(PlaceError, match="tab-a"):
        joined(here, {"44": there})


def test_columns_of_sentences_have_a_phones_line_to_themselves() -> None:
    import pandas as pd

    frame = pd.DataFrame({"地区": ["东部"], "数": ["1.2"], "话": ["比一行的一半还要长的一句话。"]})
    html = table_html(frame.set_index("地区"))
    assert '<th class="s" scope="row"' in html and '<td class="n"' in html
    assert '<td class="l"' in table_html(frame.assign(话=frame["话"] * 2)) and "slim" in html
    assert "slim" not in table_html(frame.assign(话=frame["话"] * 2, 又=frame["话"] * 2))


def test_missing_and_whole_numbers_align_too() -> None:
    import pandas as pd

    html = table_html(pd.DataFrame({"数": ["1.25", "3", "—"]}))
    assert '<td class="n" data-label="数">3\u2008\u2007\u2007</td>' in html
    assert '<td class="n" data-label="数">—</td>' in html
    words = table_html(pd.DataFrame({"词": ["1.25", "三"]}))
    assert 'class="n"' not in words


def test_cells_of_markdown_tables_are_labelled() -> None:
    table = "<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    assert '<td class="s" data-label="甲">1</td>' in labelled(table)
