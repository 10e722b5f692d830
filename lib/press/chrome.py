"""What the theme says in English, in Chinese: labels of buttons, of lists of links, of anchors.

A Sphinx extension. The theme writes most of them out in its templates, where no catalogue of
translations reaches; they are put into Chinese as each page leaves the templates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from press.english import ENGLISH, in_english

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
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    (re.compile(r'<summary>(?=<span class="toctree-toggle")'), '<summary aria-label="展开或收起">'),
    (
        re.compile(r'(<div class="sidebar-primary-items__start[^"]*")'),
        r'\1 role="region" aria-label="书名与搜索"',
    ),
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
    return _LABEL.sub(lambda found: f'{found[1]}{LABELS[found[2]]}"', page)


def _mended(page: str) -> str:
    for wrong, right in MENDED:
        page = wrong.sub(right, page)
    return page


def speak(app: Sphinx) -> None:
    """Let the templates hand over their pages in the language of the book."""
    templates = getattr(app.builder, "templates", None)
    if templates is not None:
        render = templates.render
        spoken = in_english if app.config.language == ENGLISH else in_chinese

        def rendered(template: str, context: dict[str, Any]) -> str:
            return spoken(_mended(render(template, context)))

        templates.render = rendered


def name_pages(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Call a page, and those before and behind it, as the list of contents does."""
    names = getattr(app.env, "external_site_map", {})
    near = getattr(app.builder, "relations", {}).get(pagename, (None, None, None))
    for key, document in zip(("prev", "next"), near[1:], strict=True):
        if context.get(key) and document in names and names[document].title:
            context[key]["title"] = names[document].title
    if pagename in names and names[pagename].title:
        context["title"] = names[pagename].title


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", speak)
    app.connect("html-page-context", name_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
