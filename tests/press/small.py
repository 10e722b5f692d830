"""The text of a small book, for tests of the bookmaker."""

from __future__ import annotations

from pathlib import Path

HEADER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""

PARAMETERS = """```{code-cell} python
:tags: [parameters, hide-input]
region = "全国"
alpha = 0.5
draws = 10
```

"""

CHAPTER = """# 小章

区域 {glue:text}`where`，就业 employment。

```{code-cell} python
:tags: [hide-input]
from myst_nb import glue
glue("where", region, display=False)
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


def write_chapter(root: Path, text: str) -> None:
    """Replace the small book's only chapter."""
    (root / "chapters/paper/data.md").write_text(text, encoding="utf-8")
