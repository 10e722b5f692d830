"""A site from a book: previews, downloads, data, feed; the same twice; others left alone."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from PIL import Image

from press.archive import pack
from press.build import build
from press.cli import main
from press.description import LONGEST, describe
from press.edition import Edition
from press.feed import anchor
from press.output import OutputError
from press.places import elsewhere
from press.publish import checked, imprint_of, publish
from press.stage import documents
from small import HEADER, PARAMETERS, write_book
from synergy import __version__
from synergy.datapackage import data_files
from synergy.dictionary import DATA_DIR
from synergy.editions import corrections, releases
from synergy.faults import DataError
from synergy.words import phrase

ROOT = Path(__file__).parents[2]
ADDRESS = "https://example.org/report/"

CHAPTER = """# 小章 <甲> & “乙”

短句。

这一章说的是小书的第一句话，长到足以作为说明，引号“甲”和 <乙> 都要转义，`"丙"` 也是。第二句。
"""


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory, edition: Edition) -> Path:
    """A small book, built."""
    folder = write_book(tmp_path_factory.mktemp("site"), ROOT, HEADER + PARAMETERS + CHAPTER)
    build(edition, folder / "out", root=folder)
    return folder


@pytest.fixture(scope="module")
def site(top: Path) -> Path:
    """Its site."""
    return publish(top / "out", top / "out" / "site", ADDRESS, top)


def head(site: Path, name: str) -> dict[str, str]:
    """Return what a page's head says, by property or name."""
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    metas = page.select("meta[content]")
    return {str(m.get("property") or m.get("name")): str(m["content"]) for m in metas}


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_page_says_what_it_is_and_shows_a_picture(site: Path) -> None:
    said = head(site, "chapters/paper/data")
    assert said["og:title"] == "小章 <甲> & “乙”"
    assert said["description"] == said["og:description"]
    assert said["description"].startswith("这一章说的是小书的第一句话")
    assert said["og:url"] == f"{ADDRESS}chapters/paper/data.html"
    picture = site / said["og:image"].removeprefix(ADDRESS)
    with Image.open(picture) as image:
        assert image.size == (1200, 630) and len(image.getcolors(1 << 24) or []) > 20


def test_a_picture_says_in_words_which_edition_it_is_of(site: Path, edition: Edition) -> None:
    told = imprint_of(site / "chapters/paper/data.html")
    assert told == f"{edition.title} · 数据指纹 {edition.data_fingerprint}"


def test_the_front_door_is_shared_as_the_cover(site: Path) -> None:
    assert head(site, "index")["og:image"] == head(site, "book/index")["og:image"]


def test_linked_data_is_json_that_ends_no_script(site: Path) -> None:
    text = (site / "chapters/paper/data.html").read_text(encoding="utf-8")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert "<" not in data and json.loads(data)["headline"] == "小章 <甲> & “乙”"


def test_pages_look_as_in_the_book_but_for_two_links_in_the_footer(site: Path, top: Path) -> None:
    for name in documents(top / "_toc.yml"):
        made, built = (
            BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")
            for folder in (site, top / "out" / "html")
        )
        links = made.select("p.imprint a")
        for link in links:
            assert ((site / f"{name}.html").parent / str(link["href"])).resolve().is_file()
            link.decompose()
        assert len(links) == 2
        texts = [re.sub(r"[·\s]", "", page.get_text()) for page in (made, built)]
        assert texts[0] == texts[1]


def test_downloads_are_whole_and_checked(site: Path, top: Path) -> None:
    folder = site / "downloads"
    sums = (folder / "SHA256SUMS.txt").read_text(encoding="utf-8").split()
    assert dict(zip(sums[1::2], sums[::2], strict=True)) == {
        name: value for name, value in digests(folder).items() if name.startswith("ai-employment")
    }
    listed = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert {str(link["href"]) for link in listed.select("li a")} == set(digests(folder)) - {
        "index.html"
    }
    stem = f"ai-employment-quality-{__version__}"
    with zipfile.ZipFile(folder / f"{stem}-offline.zip") as archive:
        names = archive.namelist()
        assert {f"{stem}/html/index.html", f"{stem}/book.pdf"} <= set(names)
        assert archive.read(f"{stem}/book.pdf") == (top / "out" / "book.pdf").read_bytes()
        assert names == sorted(names) and not [name for name in names if "/." in name]
    with zipfile.ZipFile(folder / f"{stem}-data.zip") as archive:
        held = {name.removeprefix(f"{stem}-data/") for name in archive.namelist()}
        described = json.loads(archive.read(f"{stem}-data/datapackage.json"))["resources"]
    assert {each["path"] for each in described} <= held
    assert {path.relative_to(DATA_DIR).as_posix() for path in data_files(DATA_DIR)} <= held


def test_the_data_package_can_be_read_at_its_address(site: Path) -> None:
    package = json.loads((site / "data/datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (site / "data" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_feed_tells_editions_and_corrections(site: Path) -> None:
    space = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring((site / "feed.xml").read_text(encoding="utf-8"))
    entries = feed.findall("a:entry", space)
    assert len(entries) == len(releases()) + len(corrections())
    ids = [entry.findtext("a:id", "", space) for entry in [feed, *entries]]
    assert len(set(ids)) == len(ids) and all(ids)
    newest = max([each.date for each in releases()] + [each.date for each in corrections()])
    assert feed.findtext("a:updated", "", space).startswith(newest.isoformat())
    text = (ROOT / "chapters/guide/versions.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"#(edition-\{\{.*?\}\})", text)
    for release in releases():
        assert phrase(written, each=release) == anchor(release)
    for entry in entries:
        link = entry.find("a:link", space)
        assert link is not None and link.get("href", "").startswith(ADDRESS)


def test_search_engines_find_every_page(site: Path, top: Path) -> None:
    found = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert found == [f"{ADDRESS}{name}.html" for name in documents(top / "_toc.yml")]
    assert f"{ADDRESS}sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")


def test_twice_the_same_to_the_byte_and_in_place_of_the_last(site: Path, top: Path) -> None:
    before = digests(site)
    (site / "stray.txt").write_text("x")
    publish(top / "out", site, ADDRESS.rstrip("/"), top)
    assert digests(site) == before


def test_a_folder_of_others_is_refused(top: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OutputError, match="不是本程序"):
        publish(top / "out", tmp_path, ADDRESS, top)
    assert (tmp_path / "mine.txt").read_text() == "x"


def test_a_book_of_other_chapters_is_refused(top: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="整本书"):
        publish(top / "out", tmp_path / "site", ADDRESS, ROOT)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "address", ["", "example.org", "ftp://x.org/", 'https://x.org/"><script>', "https://x .org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DataError, match="网址"):
        checked(address)


def test_the_command_needs_a_book_and_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", "--address", ADDRESS, "--out", str(tmp_path)]) == 2
    assert "press build" in capsys.readouterr().err
    assert main(["publish"]) == 2
    assert "--address" in capsys.readouterr().err


def test_an_archive_does_not_tell_when_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "甲.txt"
    file.write_text("x")
    first = pack(tmp_path / "a.zip", [("甲.txt", file)]).read_bytes()
    file.touch()
    assert pack(tmp_path / "b.zip", [("甲.txt", file)]).read_bytes() == first
    assert zipfile.ZipFile(io.BytesIO(first)).read("甲.txt") == b"x"


def test_what_others_claim_or_see_is_no_description() -> None:
    card = nodes.container("", classes=["claim-card", "tested"])
    others = elsewhere("", "", nodes.Text("别处的话"), slot="here", part="html", codes=["44"])
    for label, words in {"说法": "两个指数互相推动。", "证据": "十条箭头里证实的" * 3}.items():
        told = nodes.definition("", nodes.paragraph("", words), others.deepcopy())
        item = nodes.definition_list_item("", nodes.term("", label), told)
        card += nodes.definition_list("", item)  # lines that turn with the place stand apart
    assert describe(nodes.section("", card)) == "证据：" + "十条箭头里证实的" * 3


def test_a_description_is_words_cut_at_a_stop() -> None:
    tree = nodes.section()
    tree += nodes.paragraph("", "太短。")
    others = nodes.paragraph("", "别的地区看到的一段话，长得足以作说明，但不是这一页的。")
    tree += elsewhere("", "", others, slot="here", part="html", codes=["44"])
    tree += nodes.paragraph(
        "",
        "",
        nodes.Text("有公式的一段不作说明，因为公式在搜索结果里读不通。"),
        nodes.math("", "x"),
    )
    told = nodes.paragraph("", "", nodes.Text("这一段的数 0.437"), nodes.superscript("", "✗"))
    told += nodes.Text("来自论文，" + "后面还有许多话" * 6 + "。" + "再长的句子也在句号处截断" * 6)
    tree += told
    text = describe(tree)
    assert text.startswith("这一段的数 0.437来自论文") and text.endswith("。")
    assert len(text) <= LONGEST and describe(nodes.section()) == ""
