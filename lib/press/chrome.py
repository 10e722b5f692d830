"""What the theme says in English, in Chinese: labels of buttons, of lists of links, of anchors.

A Sphinx extension. The theme writes most of them out in its templates, where no catalogue of
translations reaches; they are put into Chinese as each page leaves the templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: English label -> Chinese.
LABELS = {
    "Color mode": "深色或浅色",
    "System Settings": "随系统",
    "Light": "浅色",
    "Dark": "深色",
    "Toggle primary sidebar": "全书目录",
    "Toggle secondary sidebar": "本页目录",
    "Main": "全书目录",
    "Page": "本页目录",
    "Search": "搜索",
    "Link to this heading": "本节的链接",
    "Link to this image": "本图的链接",
    "Link to this table": "本表的链接",
    "Link to this equation": "本式的链接",
    "Link to this definition": "本条的链接",
    "Link to this term": "本条的链接",
    "Link to this code": "本段代码的链接",
    "previous page": "上一页",
    "next page": "下一页",
    "Breadcrumb": "位置",
    "Home": "首页",
}
#: What the theme leaves without a name, or names otherwise than it reads: found, put in its place.
MENDED = (
    (re.compile(r'<summary>(?=<span class="toctree-toggle")'), '<summary aria-label="展开或收起">'),
    (re.compile(r'(<button class="[^"]*search-button-field[^>]*?) aria-label="[^"]*"'), r"\1"),
)
_LABEL = re.compile(rf'((?:title|aria-label|data-bs-title)=")({"|".join(map(re.escape, LABELS))})"')


def in_chinese(page: str) -> str:
    """A page whose labels are Chinese.

    Examples
    --------
    >>> in_chinese('<button title="Color mode">')
    '<button title="深色或浅色">'
    """
    for wrong, right in MENDED:
        page = wrong.sub(right, page)
    return _LABEL.sub(lambda found: f'{found[1]}{LABELS[found[2]]}"', page)


def speak_chinese(app: Sphinx) -> None:
    """Let the templates hand over their pages in Chinese."""
    templates = getattr(app.builder, "templates", None)
    if templates is not None:
        render = templates.render

        def rendered(template: str, context: dict[str, Any]) -> str:
            return in_chinese(render(template, context))

        templates.render = rendered


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", speak_chinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
