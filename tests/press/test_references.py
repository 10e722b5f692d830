"""References in GB/T 7714-2015, author and date: the list, the text, the order."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pybtex.database import Entry
from pybtex.database.input.bibtex import Parser
from pypdf import PdfReader

from press.build import build
from press.edition import Edition
from press.references import MARKS, reference
from small import HEADER, PARAMETERS, write_book
from synergy.works import cited_author, is_chinese, order_key, tell_apart

ROOT = Path(__file__).parents[2]

SAMPLE = r"""
@article{b, author={{吴旭晓}}, title={流域}, journal={当代经济}, year={2025}, number={5}, pages={27--38}}
@article{a, author={{甘诗玉} and {张凤} and {李响} and {江求川}}, title={协同——{AI} 与 B 的实证}, journal={可持续发展},
 year={2025}, volume={15}, number={8}, pages={19--29}, doi={10.1/x}}
@book{z, author={{卓贤}}, title={书名}, publisher={出版社}, address={北京}, year={2020}}
@mastersthesis{y, author={{俞伯阳}}, title={论文}, school={大学}, address={天津}, year={2024}, type={硕士学位论文}}
@techreport{r, author={Dias da Silva, Ant{\'o}nio and Zou, Zhi-hong}, title={On {US} Wages}, type={Working Paper},
 number={7}, institution={Bureau}, address={Boston}, year={2024}, url={https://example.org/r}, urldate={2026-11-26}}
@article{o, author={Acemoglu, Daron and Restrepo, Pascual}, title={Robots}, journal={JPE}, year={2020}, volume={128}}
@article{n, author={Acemoglu, Daron and Manera, Andrea and Kerr, Jo and others}, title={Taxes?}, journal={BPEA}, year={2020}}
@dataset{w, author={{United Nations}}, title={Prospects 2024}, publisher={United Nations}, year={2024}, url={https://example.org}}
"""  # noqa: E501


def parsed(text: str) -> dict[str, Entry]:
    entries = dict(Parser().parse_string(text).entries)
    tell_apart(entries.values())
    return entries


@pytest.fixture(scope="module")
def sample() -> dict[str, Entry]:
    return parsed(SAMPLE)


@pytest.fixture(scope="module")
def works() -> dict[str, Entry]:
    """The book's own bibliography."""
    return parsed((ROOT / "book" / "references.bib").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("b", "吴旭晓, 2025. 流域[J]. 当代经济(5): 27-38."),
        (
            "a",
            "甘诗玉, 张凤, 李响, 等, 2025. 协同——AI 与 B 的实证[J]. "
            "可持续发展, 15(8): 19-29. DOI:10.1/x.",
        ),
        ("z", "卓贤, 2020. 书名[M]. 北京: 出版社."),
        ("y", "俞伯阳, 2024. 论文[D]. 天津: 大学."),
        (
            "r",
            "DIAS DA SILVA A, ZOU Z H, 2024. On US Wages: Working Paper 7[R/OL]. "
            "Boston: Bureau[2026-11-26]. https://example.org/r.",
        ),
        ("n", "ACEMOGLU D, MANERA A, KERR J, et al., 2020a. Taxes?[J]. BPEA."),
        (
            "w",
            "United Nations, 2024. Prospects 2024[DS/OL]. United Nations. https://example.org.",
        ),
    ],
)
def test_a_reference_reads_as_the_standard_asks(
    sample: dict[str, Entry], key: str, text: str
) -> None:
    assert str(reference(sample[key])) == text


def test_chinese_works_come_first_by_pinyin_then_western_ones(sample: dict[str, Entry]) -> None:
    ordered = sorted(sample.values(), key=order_key)
    assert [entry.key for entry in ordered] == ["a", "b", "y", "z", "n", "o", "r", "w"]


def test_the_text_names_the_first_author_in_the_work_s_language(sample: dict[str, Entry]) -> None:
    named = {key: cited_author(entry) for key, entry in sample.items()}
    assert named["a"] == "甘诗玉 等" and named["z"] == "卓贤"
    assert named["o"] == "Acemoglu et al." and named["w"] == "United Nations"


def test_works_that_the_text_would_name_alike_get_letters_once(sample: dict[str, Entry]) -> None:
    for _ in range(2):
        tell_apart(sample.values())
        years = {key: entry.fields["year"] for key, entry in sample.items()}
        assert years["n"] == "2020a" and years["o"] == "2020b" and years["a"] == "2025"


class TestBook:
    def test_surnames_follow_pinyin(self, works: dict[str, Entry]) -> None:
        ordered = [e for e in sorted(works.values(), key=order_key) if is_chinese(e)]
        first = "".join(cited_author(entry)[0] for entry in ordered)
        assert re.fullmatch(
            "陈甘国黄姜孔孔李李廖刘鲁M明裴屈邵宋S孙王王王吴肖闫杨佚尹俞俞中卓", first
        )

    def test_every_entry_has_a_mark_and_what_its_kind_needs(self, works: dict[str, Entry]) -> None:
        for key, entry in works.items():
            assert entry.type in MARKS, key
            assert {"title", "year"} <= set(entry.fields) and entry.persons, key
            if entry.type == "article":
                assert "journal" in entry.fields, key
            if entry.type in {"book", "phdthesis", "mastersthesis"}:
                assert "address" in entry.fields, key
            if entry.type == "online":
                assert "url" in entry.fields, key

    def test_no_two_are_cited_alike(self, works: dict[str, Entry]) -> None:
        cited = [(cited_author(entry), entry.fields["year"]) for entry in works.values()]
        assert len(set(cited)) == len(cited)

    def test_no_english_words_of_bibtex_are_left(self, works: dict[str, Entry]) -> None:
        for entry in works.values():
            text = str(reference(entry))
            assert not re.search(r"others|\bpages\b|thesis|[{}]|\.\.$|, ,", text), text

    def test_a_day_of_look_up_is_one_that_the_evidence_has(self, works: dict[str, Entry]) -> None:
        rows = csv.DictReader((ROOT / "data" / "evidence.csv").open(encoding="utf-8"))
        for row in rows:
            fields = works[row["study"]].fields
            if "urldate" in fields:
                assert fields["urldate"] == row["looked_up"], row["study"]


CHAPTER = """# 小章

见{cite:t}`wang2020robots`与{cite:p}`acemoglu2020robots,acemoglu2020tax,gan2025synergy`。
"""


def test_pages_and_paper_show_list_and_citations(tmp_path: Path, edition: Edition) -> None:
    top = write_book(tmp_path / "book", ROOT, HEADER + PARAMETERS + CHAPTER)
    (top / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        "  - file: chapters/paper/data\n  - file: book/references\n",
        encoding="utf-8",
    )
    book = build(edition, top / "out", root=top)
    assert book.html is not None and book.pdf is not None and book.warnings == ()
    folder = book.html.parent
    page = BeautifulSoup((folder / "chapters/paper/data.html").read_text("utf-8"), "html.parser")
    text = page.get_text()
    american = "Acemoglu et al.，2020a；Acemoglu et al.，2020b"
    assert f"见王永钦 等（2020）与（甘诗玉 等，2025；{american}）。" in text
    listed = BeautifulSoup((folder / "book/references.html").read_text("utf-8"), "html.parser")
    items = listed.select("ul.works > li[id]")
    assert [item.get_text().strip()[:2] for item in items] == ["甘诗", "王永", "AC", "AC"]
    assert not listed.select("[role=doc-biblioentry], .label")
    for link in page.select(".bibtex-citation a"):
        anchor = str(link["href"]).partition("#")[2]
        assert listed.select_one(f"li#{anchor}") is not None
    paper = "".join("".join(each.extract_text() for each in PdfReader(book.pdf).pages).split())
    assert "甘诗玉,张凤,2025." in paper and "[1]" not in paper
