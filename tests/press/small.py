"""A small book of a cover and one chapter, with the real look, for tests of the bookmaker."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from press.regions import code_of

#: Pages about places are one document with other values: one of each level stands for all.
PLACES = ("44", "W")

HEADER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""

PARAMETERS = """```{code-cell} python
:tags: [parameters]
region = "全国"
alpha = 0.5
draws = 10
```

"""

CHAPTER = """# 小章

```{code-cell} python
:tags: [teach]
from synergy.words import say
say("区域 {{ where }}，就业 employment。", where=region)
```

+++ {"tags": ["builtin"]}

只在内置面板出现。

+++ {"tags": ["own"]}

只在自有数据出现。
"""

TOC = """format: jb-book
root: book/index
chapters:
  - file: chapters/paper/data
"""


#: What the real book keeps of work that its text has no part in, by name of the function.
KEPT = ("vendor/subset", "figures/javascript_bundle", "uses/imports_of")


def write_book(top: Path, root: Path, text: str = HEADER + PARAMETERS + CHAPTER) -> Path:
    """Write the book to `top`, with the look of the real one at `root`, and return `top`."""
    shutil.copytree(root / "book", top / "book")
    _bring(root / "_build/.cache", top / "_build/.cache")
    (top / "book/index.md").write_text("# 封面\n\n正文。\n", encoding="utf-8")
    (top / "chapters/paper").mkdir(parents=True)
    shutil.copyfile(root / "_config.yml", top / "_config.yml")
    (top / "_toc.yml").write_text(TOC, encoding="utf-8")
    write_chapter(top, text)
    return top


def _bring(cache: Path, target: Path) -> None:
    """Copy what is kept: fonts and the program of charts are most of the work of a small book."""
    if (cache / "versions").is_file():
        unfinished = shutil.ignore_patterns(
            "*.pkl.*", "*.json.*"
        )  # written by a test beside this one
        for folder in (f"joblib/press/{name}" for name in KEPT):
            if (cache / folder).is_dir():
                shutil.copytree(cache / folder, target / folder, ignore=unfinished)
        shutil.copyfile(cache / "versions", target / "versions")


def write_chapter(top: Path, text: str) -> None:
    """Replace the only chapter."""
    (top / "chapters/paper/data.md").write_text(text, encoding="utf-8")


def different(names: Iterable[str]) -> list[str]:
    """Documents without those that are like one of the others."""
    return [name for name in names if code_of(name) in ("", *PLACES)]
