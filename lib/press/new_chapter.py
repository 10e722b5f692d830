"""A new chapter in the form that every chapter has, and what its author must still add.

Files that are there are never changed: where a chapter belongs is for its author to say.
"""

from __future__ import annotations

import re
from pathlib import Path

from press.language import label_of
from press.notebooks import source_text
from press.stage import StageError, documents
from synergy.files.saving import is_device, whole_file
from synergy.notebook.contents import contents
from synergy.source import is_checkout

TEMPLATE = Path(__file__).with_suffix(".md")
TITLE, NAME = "⟨标题⟩", "⟨名字⟩"

#: Where a chapter goes whose folder nobody named.
FOLDER = "own"

#: Folders whose pages have another form: of a reader's plan, of places.
OTHERS = {"plan", "regions"}

_PART = re.compile(r"[a-z][a-z0-9_]*")
_MARKUP = re.compile(r"[\n\r`{}<>$#*_\[\]\\]")

STEPS = """还要请您加三处（press 不改动已有的文件）：

1. _toc.yml：在它该在的位置加一行，缩进与邻行相同。

      - file: {name}

2. chapters/guide/english.md：加一节，英文读者看的是它。

({label})=
### Title in English

One or two sentences on what this chapter finds.

3. 卡片和图的话。data/cards.toml 加一节 [{short}]，章首加一格 card("{short}", …)；
   data/captions.toml 加一节 [fig-{dashed}]，再去掉图里的 words="fig-d-regions"。都照邻近的一节写。

加好以后运行 press build，再运行 pytest tests/test_chapters.py tests/test_cards.py。"""


def lay_out(root: Path, name: str, title: str) -> tuple[Path, str]:
    """Write a new chapter below `chapters` of a book.

    Parameters
    ----------
    root : Path
        The book's top folder.
    name : str
        Of the file, without suffix; a folder below `chapters` may stand before it.
    title : str

    Returns
    -------
    path : Path
        The chapter.
    steps : str
        What else there is to do.

    Raises
    ------
    StageError
        A name or a title that the book cannot have, or has already, or a book that came with an
        installation; nothing was written.
    """
    if not is_checkout(root):
        raise StageError(
            f"{root} 是安装时带来的一份，加进去的章会随重装消失；"
            "请在源文件夹里运行，或用 --root 指定。"
        )
    document = _document(root, name)
    short = document.rpartition("/")[2]
    dashed = short.replace("_", "-")
    _require_free(root, title, dashed)
    text = TEMPLATE.read_text(encoding="utf-8").replace(TITLE, title).replace(NAME, dashed)
    path = root / f"{document}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as made:
        made.write_text(text, encoding="utf-8", newline="\n")
    return path, STEPS.format(name=document, label=label_of(document), short=short, dashed=dashed)


def _document(root: Path, name: str) -> str:
    """The document of that name, which the book has not yet."""
    given = name.removeprefix("chapters/").removesuffix(".md")
    folder, _, short = given.rpartition("/")
    parts = [folder or FOLDER, short]
    if folder in OTHERS:
        raise StageError(f"chapters/{folder} 里的各页另有格式；请换一个文件夹。")
    if any(not _PART.fullmatch(part) or is_device(part) for part in parts):
        raise StageError(
            f"“{name}”不能作章节的名字：用小写英文字母开头，只含小写字母、数字和下划线，"
            "前面可以有一个文件夹，如 wages 或 paper/wages；con、nul 等名字 Windows 不许用。"
        )
    taken = {p.stem: p for p in sorted((root / "chapters").rglob("*.md")) if "plan" not in p.parts}
    if short in taken:
        there = taken[short].relative_to(root).as_posix()
        raise StageError(f"书里已有“{short}”（{there}），没有改动它；请换一个名字。")
    return "/".join(["chapters", *parts])


def _require_free(root: Path, title: str, dashed: str) -> None:
    """Refuse what the book says already: a title, the name of a figure or a table."""
    if not title.strip() or _MARKUP.search(title):
        raise StageError(
            f"标题“{title}”不合用：要有一行文字，不含 ` {{ }} < > $ # * _ [ ] \\ 这些排版用的符号。"
        )
    names = [name for name in documents(root / "_toc.yml") if name.startswith("chapters/")]
    book = contents([(n, "") for n in names], {n: source_text(root, n) for n in names})
    there = next((name for name, known in book.titles.items() if known == title), "")
    if there:
        raise StageError(f"书里已有题为“{title}”的一章（{there}）；请换一个标题。")
    for shown in (f"fig-{dashed}", f"tab-{dashed}"):
        if home := book.home(shown):
            raise StageError(f"书里已有图或表叫 {shown}（在 {home}）；请给这一章换一个名字。")
