"""What an incremental build leaves is byte for byte the work of a first one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from press.build import build
from press.desk import desk
from press.edition import Edition
from small import HEADER, PARAMETERS, write_book
from test_build import digest

TOC = """format: jb-book
root: book/index
chapters:
  - file: chapters/paper/data
  - file: chapters/paper/more
  - file: book/glossary
  - file: book/references
"""

DATA = """# 数据

前面的话，见 {{ref}}`more-part`、{{numref}}`fig-later`、{{eq}}`eq-sum` 和 {{term}}`熵权`。

(data-part)=
## 一节

王董说过 {{cite:t}}`{cited}`。

{figures}

```{{code-cell}} python
print({printed})
```
"""

MORE = """# 更多

(more-part)=
## {section}

{words}见 {{numref}}`fig-first`、{{ref}}`data-part`。

$$ a + b = c $$ ({equation})

{index}
"""

FIGURE = """```{{figure}} /book/screenshot.png
:name: {0}

图 {0}。
```
"""
FIRST, LATER = FIGURE.format("fig-first"), FIGURE.format("fig-later")

GLOSSARY = "# 术语\n\n```{{glossary}}\n{term}\n  一种赋权。\n```\n"
USUAL = {
    "cited": "gan2025synergy",
    "figures": FIRST + "\n" + LATER,
    "printed": "1 + 1",
    "section": "二节",
    "words": "有些词，比如榫卯。",
    "equation": "eq-sum",
    "index": "",
    "term": "熵权",
    "cover": "正文。",
}


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A book of a cover and four pages that show one another's titles, numbers and terms."""
    top = write_book(tmp_path_factory.mktemp("incremental") / "书", root)
    (top / "_toc.yml").write_text(TOC, encoding="utf-8")
    write(top)
    return top


def write(top: Path, **changed: str) -> None:
    """Write the pages with some of their parts changed."""
    parts = USUAL | changed
    head = HEADER + PARAMETERS
    (top / "chapters/paper/data.md").write_text(head + DATA.format(**parts), encoding="utf-8")
    (top / "chapters/paper/more.md").write_text(head + MORE.format(**parts), encoding="utf-8")
    (top / "book/index.md").write_text("# 封面\n\n{cover}\n".format(**parts), encoding="utf-8")
    (top / "book/glossary.md").write_text(GLOSSARY.format(**parts), encoding="utf-8")


def retitle(top: Path) -> None:
    path = top / "chapters/paper/more.md"
    path.write_text(path.read_text(encoding="utf-8").replace("# 更多", "# 别的"), encoding="utf-8")


def rename(top: Path) -> None:
    (top / "chapters/paper/more.md").rename(top / "chapters/paper/other.md")
    (top / "_toc.yml").write_text(TOC.replace("paper/more", "paper/other"), encoding="utf-8")


EDITS: dict[str, Callable[[Path], object]] = {
    "a sentence": lambda top: write(top, words="有些词，比如榫卯。又一句。"),
    "a word for another": lambda top: write(top, words="有些词，比如斗拱 dovetail。"),
    "a title": retitle,
    "a section's title": lambda top: write(top, section="三节"),
    "a citation": lambda top: write(top, cited="ming2026adaptation"),
    "figures change places": lambda top: write(top, figures=LATER + "\n" + FIRST),
    "a figure goes": lambda top: write(top, figures=LATER),
    "an equation's label": lambda top: write(top, equation="eq-other"),
    "a new section": lambda top: write(top, words="## 又一节\n\n话。"),
    "code": lambda top: write(top, printed="1 + 2"),
    "a term": lambda top: write(top, term="熵权法"),
    "an index entry": lambda top: write(top, index="```{index} 榫卯\n```"),
    "a chapter's name": rename,
}


@pytest.fixture
def kept(top: Path, edition: Edition) -> Path:
    """The desk that a build of the usual pages left."""
    (top / "chapters/paper/other.md").unlink(missing_ok=True)
    (top / "_toc.yml").write_text(TOC, encoding="utf-8")
    write(top)
    assert build(edition, top / "out", root=top, pdf=False).warnings == ()
    desk = top / "_build/.cache/desks/nation"
    assert (desk / "note").is_file()
    return desk


def both(top: Path, edition: Edition) -> tuple[dict[str, str], dict[str, str]]:
    """Digests of what an incremental build leaves, and after it a first one."""
    build(edition, top / "incremental", root=top, pdf=False)
    shutil.rmtree(top / "_build/.cache/desks")
    build(edition, top / "first", root=top, pdf=False)
    return digest(top / "incremental"), digest(top / "first")


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_leaves_what_a_first_build_leaves(
    top: Path, kept: Path, edition: Edition, edit: str
) -> None:
    EDITS[edit](top)
    incremental, first = both(top, edition)
    assert incremental == first
    assert first != digest(top / "out")


def test_a_page_read_for_the_paper_is_written_for_the_screen(
    top: Path, kept: Path, edition: Edition
) -> None:
    write(top, section="三节")
    build(edition, top / "paper", root=top, html=False)
    incremental, first = both(top, edition)
    assert incremental == first


CLASH = "见 {ref}`nowhere`。\n\n(data-part)=\n### 撞名的一节\n\n"
AFTER: dict[str, tuple[dict[str, str], bool]] = {
    "a page without fault": ({"words": CLASH, "cover": "别的正文。"}, True),
    "the other side of a clash": ({"words": CLASH, "printed": "1 + 2"}, True),
    "the faulty page": ({"words": f"{CLASH}又一句。"}, True),
    "the fault mended": ({}, False),
    "a fault more": ({"words": CLASH, "figures": f"{FIRST}\n{LATER}\n{{ref}}`none`"}, False),
}


@pytest.mark.parametrize("edit", AFTER)
def test_a_book_that_warns_warns_again_and_is_worked_on_alike(
    top: Path, kept: Path, edition: Edition, edit: str
) -> None:
    parts, alone = AFTER[edit]
    write(top, words=CLASH)
    assert len(build(edition, top / "out", root=top, pdf=False).warnings) >= 2
    untouched = kept / ".doctrees/book/references.doctree"
    before = untouched.stat().st_mtime_ns
    write(top, **parts)
    said = build(edition, top / "incremental", root=top, pdf=False).warnings
    assert (untouched.stat().st_mtime_ns == before) is alone
    shutil.rmtree(kept.parent)
    assert set(said) == set(build(edition, top / "first", root=top, pdf=False).warnings)
    assert digest(top / "incremental") == digest(top / "first")


def test_a_label_given_twice_leads_where_a_first_build_lets_it_lead(
    top: Path, kept: Path, edition: Edition
) -> None:
    write(top, figures=f"{FIRST}\n{LATER}\n(more-part)=\n### 撞名的一节\n\n话。")
    incremental, first = both(top, edition)
    assert incremental == first


@pytest.mark.parametrize(
    "spoilt", ["html/chapters/paper/data.html", ".doctrees/environment.pickle"]
)
def test_damage_to_the_desk_reaches_no_page(
    top: Path, kept: Path, edition: Edition, spoilt: str
) -> None:
    content = (kept / spoilt).read_bytes()
    (kept / spoilt).write_bytes(content[:-100] + bytes(100))
    write(top, words="又一句。")
    incremental, first = both(top, edition)
    assert incremental == first


def test_a_desk_in_use_is_left_alone(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "a.md").write_text("文", encoding="utf-8")
    place, spare = tmp_path / "desks/nation", tmp_path / "spare"
    with desk(place, spare, staged, "key") as first, desk(place, spare, staged, "key") as second:
        assert (first.folder, second.folder) == (place, spare)
    with desk(place, spare, staged, "key") as third:
        assert third.folder == place
        assert FileLock(place.with_name("nation.lock"), timeout=0).lock_file


def test_a_desk_is_kept_for_the_same_and_after_success_alone(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "a.md").write_text("文", encoding="utf-8")

    def finds(key: str, *, fails: bool = False) -> bool:
        try:
            with desk(tmp_path / "place", tmp_path / "spare", staged, key) as at:
                found = (at.folder / "work").exists()
                (at.folder / "work").touch()
                at.said["html"] = []
                if fails:
                    raise RuntimeError
        except RuntimeError:
            pass
        return found

    assert [finds("a"), finds("a"), finds("b"), finds("b")] == [False, True, False, True]
    (staged / "a.md").write_text("别的文", encoding="utf-8")
    assert finds("b"), "a changed text is worked on alone"
    (staged / "style.css").touch()
    assert not finds("b"), "another file"
    assert finds("b", fails=True) and not finds("b")
