"""The built book contradicts itself nowhere: a claim has one verdict, a fact one value."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from press.build import Book
from press.stage import documents
from synergy.claims.ledger import DOCUMENTS, FAILED, PANELS, Verdict, load_ledger

pytestmark = pytest.mark.book

SCORECARD, CONCLUSIONS = "chapters/audit/scorecard", "chapters/paper/conclusions"
PAPER, DOCUMENT_AUDIT = "chapters/audit/paper", "chapters/audit/documents"
WORDS = "|".join(sorted((verdict.zh for verdict in Verdict), key=len, reverse=True))

Pages = Mapping[str, BeautifulSoup]
Texts = Mapping[str, str]

#: Who judges (the documents, or a panel by its name), and of which claim.
Judgement = tuple[str, str]

#: A fact that several pages state -> how they put it; blanks do not count. All groups of a match
#: together are the fact's value.
FACTS = {
    "largest modulus of table 4": (
        r"最大特征值的模[为是](\d\.\d{3})",
        r"表4系数矩阵最大特征值模(\d\.\d{3})",
        r"表4系数矩阵的\d个特征值与单位圆：\d个在圆外，最大模(\d\.\d{3})",
        r"最大模为(\d\.\d{3})",
        r"系数矩阵不稳定（最大模(\d\.\d{3})",
    ),
    "its range by rounding": (
        r"次(?:得到|为)(\d\.\d{3})至(\d\.\d{3})",
        r"次抽样为(\d\.\d{3})至(\d\.\d{3})",
        r"舍入抽样的范围(\d\.\d{3})至(\d\.\d{3})",
    ),
    "number of draws": (r"舍入范围(?:内|里随意取值，)抽(\d+)次", r"考虑进去，(\d+)次抽样"),
    "its range by sampling": (
        r"按标准误的95%区间(\d\.\d\d)至(\d\.\d\d)",
        r"最大模的95%区间为(\d\.\d\d)至(\d\.\d\d)",
    ),
    "indicators of AI held": (r"人工智能(?:只有)?(\d+)/(\d+)",),
    "indicators of employment held": (r"就业质量(\d+)/(\d+)",),
    "provinces": (
        r"(?:样本只有|样本恰好是|有放回地抽|取\d+是按)(\d+)个省",
        r"(\d+)个省份(?:近乎|几乎是)总体",
        r"在(\d+)个省份之间",
    ),
}


# --- reading the book -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def html(whole_book: Book, root: Path) -> dict[str, str]:
    """The pages of the table of contents."""
    assert whole_book.html is not None
    folder = whole_book.html.parent
    names = documents(root / "_toc.yml")
    return {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in names}


@pytest.fixture(scope="module")
def pages(html: Mapping[str, str]) -> dict[str, BeautifulSoup]:
    return {name: parsed(text) for name, text in html.items()}


@pytest.fixture(scope="module")
def texts(pages: Pages) -> dict[str, str]:
    return {name: seen(page) for name, page in pages.items()}


def parsed(text: str) -> BeautifulSoup:
    """A page without its code; what a chart says of itself stays as text."""
    page = BeautifulSoup(text, "html.parser")
    for chart in page.select("[aria-label].vega-figure"):
        chart.replace_with(str(chart["aria-label"]))
    for hidden in page.select("script, style, .cell_input"):
        hidden.decompose()
    return page


def seen(page: BeautifulSoup) -> str:
    """What a reader sees, without blanks."""
    article = page.find("article") or page
    return re.sub(r"\s+", "", article.get_text())


def rows(table: Tag) -> Iterator[dict[str, str]]:
    """Rows of a table by their headings."""
    heads = [cell.get_text().strip() for cell in table.select("thead th")]
    for row in table.select("tbody tr"):
        cells = [cell.get_text(" ").strip() for cell in row.select("td, th")]
        yield dict(zip(heads, cells, strict=True))


def word(text: str) -> str:
    """The one verdict that a cell holds."""
    (found,) = re.findall(WORDS, text)
    return str(found)


# --- verdicts ---------------------------------------------------------------------------------


def marks(page: BeautifulSoup) -> Iterator[tuple[Judgement, str]]:
    """Numbers of the documents: what pointing at them says, and the sign they show."""
    for mark in page.select("a.claim"):
        key, said = re.match(rf"(.+?)：({WORDS})$", str(mark["title"])).groups()  # type: ignore[union-attr]
        assert str(mark["href"]).endswith(f"#claim-{key}")
        (verdict,) = [v for v in Verdict if v.zh == said]
        sign = load_ledger()[key].sign(verdict)
        shown = mark.select_one(".claim-sign").get_text()  # type: ignore[union-attr]
        assert shown == sign, f"{key} shows {shown}, says {said}"
        yield ("document", key), said


def scorecard_rows(page: BeautifulSoup) -> Iterator[tuple[Judgement, str]]:
    """The table of all rows: the documents' verdict, and each panel's."""
    names = {name: nature for nature, name in PANELS.items()}
    for row in page.select("table.ledger tr[id]"):
        key = str(row["id"]).removeprefix("claim-")
        yield ("document", key), word(row.select_one("[data-label=判断]").get_text())  # type: ignore[union-attr]
        for panel in row.select(".panel"):
            name, said = re.match(rf"\s*(.+?)\s*[✓✗○△？] ({WORDS})", panel.get_text()).groups()  # type: ignore[union-attr]
            yield (names[name], key), said


def tabled(page: BeautifulSoup) -> Iterator[tuple[Judgement, str]]:
    """Tables that name a ledger row: of what a panel decides, of contrasts."""
    for table in page.select("table.dataframe"):
        for row in rows(table):
            if {"论文的说法", "编号", "判断"} <= set(row):
                yield ("real-subset", row["编号"]), word(row["判断"])
            elif {"论文的说法", "台账行", "判断"} <= set(row):
                yield ("real-subset", row["台账行"]), word(row["判断"])
                made = re.search(rf"（({WORDS})）$", row["演示面板（合成）"])
                yield ("synthetic", row["台账行"]), made[1]  # type: ignore[index]


def verdicts(pages: Pages) -> dict[Judgement, dict[str, set[str]]]:
    """Verdicts that the book gives a claim, by where it gives them."""
    found: dict[Judgement, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, page in pages.items():
        for reader in (marks, scorecard_rows, tabled):
            for judgement, said in reader(page):
                found[judgement][f"{name} {reader.__name__}"].add(said)
    return found


def contradicted(found: Mapping[Judgement, Mapping[str, set[str]]]) -> list[Judgement]:
    """Claims that are judged differently in two places."""
    return [key for key, places in found.items() if len(set().union(*places.values())) > 1]


def weighed(page: BeautifulSoup) -> list[tuple[dict[str, str], list[str]]]:
    """Parts of the paper's conclusions: verdicts as shown, and the ledger rows behind them."""
    tables = [list(rows(table)) for table in page.select("table.dataframe")]
    shown = {r["分句"].rstrip("＊"): r for table in tables for r in table if "论文内部" in r}
    behind = {r["分句"]: r for table in tables for r in table if "台账行" in r}
    assert set(shown) == set(behind)
    assert all(shown[part]["判定"] == behind[part]["判定"] for part in shown)
    return [(shown[part], behind[part]["台账行"].split("、")) for part in shown]


def test_every_claim_has_one_verdict_on_all_pages(pages: Pages) -> None:
    found = verdicts(pages)
    assert contradicted(found) == []
    readers = Counter(place.split()[1] for places in found.values() for place in places)
    assert set(readers) == {"marks", "scorecard_rows", "tabled"}
    several = [key for key, places in found.items() if len({p.split()[0] for p in places}) > 1]
    assert len([key for _, key in several if key.startswith("P-")]) > 40
    assert {who for who, _ in several} == {"document", "real-subset", "synthetic"}


def test_every_row_of_the_ledger_is_on_the_scorecard(pages: Pages) -> None:
    judged = [key for (who, key), _ in scorecard_rows(pages[SCORECARD]) if who == "document"]
    assert judged == [claim.id for claim in load_ledger()]


def test_the_conclusions_rest_on_the_scorecard_s_verdicts(pages: Pages) -> None:
    known = dict(scorecard_rows(pages[SCORECARD]))
    parts = weighed(pages[CONCLUSIONS])
    assert len(parts) > 20
    for shown, keys in parts:
        for column, who in (("论文内部", "document"), ("本书数据", "real-subset")):
            wanted = {known[who, key] for key in keys if (who, key) in known}
            assert set(re.findall(WORDS, shown[column])) == wanted, shown["分句"]


def test_a_page_that_judges_otherwise_is_found(html: Mapping[str, str], pages: Pages) -> None:
    """A mark, a row of a contrast and a row of the scorecard, each turned round on one page."""
    mark = (
        "chapters/paper/coupling",
        'title="P-51-GD：一致">0.6741<span class="claim-sign">✓<',
        'title="P-51-GD：不一致">0.6741<span class="claim-sign">✗<',
    )
    row = (SCORECARD, "✗ 不一致</span>", "✓ 一致</span>")
    contrast = (
        "chapters/paper/coupling",
        'data-label="判断">此处无法核对</td>',
        'data-label="判断">本面板重现</td>',
    )
    for name, before, after in (mark, row, contrast):
        changed = html[name].replace(before, after, 1)
        assert changed != html[name], name
        assert len(contradicted(verdicts({**pages, name: parsed(changed)}))) == 1


# --- numbers ----------------------------------------------------------------------------------


def stated(texts: Texts, patterns: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
    """Values of a fact with the pages that give them."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name, text in texts.items():
        for pattern in patterns:
            for match in re.finditer(pattern, text):
                found[match.groups()].add(name)
    return found


@pytest.mark.parametrize("fact", FACTS)
def test_a_number_is_the_same_on_all_pages(texts: Texts, fact: str) -> None:
    ((_, where),) = stated(texts, FACTS[fact]).items()
    assert len(where) >= 2, where


@pytest.mark.parametrize("fact", FACTS)
def test_every_way_to_put_a_number_occurs(texts: Texts, fact: str) -> None:
    for pattern in FACTS[fact]:
        assert stated(texts, (pattern,)), pattern


@pytest.mark.parametrize("fact", FACTS)
def test_a_number_that_differs_on_one_page_is_found(texts: Texts, fact: str) -> None:
    (where,) = stated(texts, FACTS[fact]).values()
    for name in where:
        pattern = next(p for p in FACTS[fact] if re.search(p, texts[name]))
        match = re.search(pattern, texts[name])
        assert match is not None
        start, end = match.span(1)
        digit = str((int(texts[name][end - 1]) + 1) % 10)
        changed = f"{texts[name][: end - 1]}{digit}{texts[name][end:]}"
        assert start < end and len(stated({**texts, name: changed}, FACTS[fact])) == 2


# --- counts -----------------------------------------------------------------------------------


def counts(text: str) -> tuple[Counter[str], Counter[str]]:
    """Checks and records by verdict, of a tally in running text; their sums must be right."""
    found = []
    for noun in ("核对", "记录"):
        tally = re.search(rf"{noun}(\d+)条：((?:(?:{WORDS})\d+条，?)+)", text)
        assert tally is not None, text[:80]
        counted = Counter({v: int(n) for v, n in re.findall(rf"({WORDS})(\d+)条", tally[2])})
        assert counted.total() == int(tally[1])
        found.append(counted)
    return found[0], found[1]


def whole_counts(texts: Texts) -> tuple[Counter[str], Counter[str]]:
    return counts(texts[SCORECARD].partition("一共核对了多少")[2])


def part_counts(texts: Texts) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """By document, from the two pages of the audit."""
    audits = texts[DOCUMENT_AUDIT]
    return {
        "论文": counts(texts[PAPER]),
        "评论文章": counts(audits.partition("评论文章：")[2]),
        "研究笔记": counts(audits.partition("研究笔记：")[2]),
    }


def added(texts: Texts) -> tuple[Counter[str], Counter[str]]:
    parts = part_counts(texts).values()
    return sum((p[0] for p in parts), Counter()), sum((p[1] for p in parts), Counter())


def test_the_audits_add_up_to_the_scorecard(texts: Texts, pages: Pages) -> None:
    checks, records = whole_counts(texts)
    assert added(texts) == (checks, records)
    assert checks.total() + records.total() == len(pages[SCORECARD].select("table.ledger tr[id]"))
    chart = texts[SCORECARD].partition("条形图：")[2]
    for name, (checked, _) in part_counts(texts).items():
        assert f"{name}{checked.total()}条，其中" in chart


def test_an_audit_that_counts_otherwise_is_found(texts: Texts) -> None:
    """One consistent row more on either page, in the sum and in its verdict."""
    for name in (PAPER, DOCUMENT_AUDIT):
        checked, consistent = re.search(r"核对(\d+)条：一致(\d+)条", texts[name]).groups()  # type: ignore[union-attr]
        before = f"核对{checked}条：一致{consistent}条"
        after = f"核对{int(checked) + 1}条：一致{int(consistent) + 1}条"
        changed = texts[name].replace(before, after, 1)
        assert added({**texts, name: changed}) != whole_counts(texts)


def test_inconsistencies_are_counted_as_they_are_listed(texts: Texts, pages: Pages) -> None:
    total, by_document = re.search(r"归并以后有(\d+)处：([^。]+)。", texts[SCORECARD]).groups()  # type: ignore[union-attr]
    listed = findings(pages[SCORECARD])
    assert int(total) == len(listed) == len({sentence for sentence, _ in listed})
    counted = {name: int(n) for name, n in re.findall(r"(\D+?)(\d+)处、?", by_document)}
    begun = [next(d for d in DOCUMENTS.values() if said.startswith(d)) for said, _ in listed]
    assert counted == Counter(begun)
    by_weight = re.search(r"动结论(\d+)处、改数字(\d+)处、改措辞(\d+)处", texts[SCORECARD])
    assert sum(map(int, by_weight.groups())) == len(listed)  # type: ignore[union-attr]
    known = dict(scorecard_rows(pages[SCORECARD]))
    failing = {key for (who, key), said in known.items() if said in {v.zh for v in FAILED}}
    assert {key for _, keys in listed for key in keys} == failing


def findings(page: BeautifulSoup) -> list[tuple[str, list[str]]]:
    """Sentences about inconsistencies, each with its ledger rows."""
    found = []
    for item in page.select("li:has(.row-ids)"):
        small = item.select_one(".row-ids").extract()  # type: ignore[union-attr]
        keys = [str(a["title"]).partition("：")[0] for a in small.select("a.claim")]
        found.append((re.sub(r"\s+", "", item.get_text()), keys))
    return found


def test_the_heaviest_are_said_alike_wherever_they_open_a_page(html: Mapping[str, str]) -> None:
    pages = {name: findings(parsed(html[name])) for name in (SCORECARD, PAPER)}
    paper = [said for said in pages[SCORECARD] if said[0].startswith("论文")]
    assert pages[PAPER][:5] == paper[:5]
    known = {said for said, _ in pages[SCORECARD]}
    everywhere = [said for text in html.values() for said, _ in findings(parsed(text))]
    assert len(everywhere) > len(known) and set(everywhere) == known


def test_what_a_panel_says_is_counted_as_it_is_listed(texts: Texts, pages: Pages) -> None:
    known = dict(scorecard_rows(pages[SCORECARD]))
    tallies = re.findall(r"台账里有(\d+)条可以拿面板来试：([^。]+)。", texts[SCORECARD])
    assert len(tallies) == 2
    for (total, said), nature in zip(tallies, ("real-subset", "synthetic"), strict=True):
        counted = Counter(verdict for (who, _), verdict in known.items() if who == nature)
        assert counted.total() == int(total)
        assert counted == {v: int(n) for v, n in re.findall(rf"({WORDS})(\d+)条", said)}
