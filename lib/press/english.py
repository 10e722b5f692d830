"""An edition in English: what stands around the texts, the cards and the words of figures.

The prose of the chapters stays Chinese. Whatever an edition says besides is looked up in
``book/english.toml``: by page as it leaves the templates, and in the scripts as they are staged.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from press.language import SUMMARY_PAGE, label_of
from synergy import __version__
from synergy.source import source_folder

if TYPE_CHECKING:
    from synergy.evidence import Evidence

ENGLISH = "en"

_HEADING = re.compile(r"(?m)^\((en-[\w-]+)\)=\n#+ (.+)$")
_SCRIPT_TEXT = re.compile(r'"([^"\n]*[\u4e00-\u9fff“”，。：][^"\n]*)"')
_SWITCH = re.compile(r'<form class="place-switch.*?</form>', re.S)
_ARTICLE = re.compile(r"(<article\b.*?</article>)", re.S)


@cache
def declared() -> Mapping[str, Any]:
    """What ``book/english.toml`` says."""
    path = source_folder() / "book" / "english.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def banner(evidence: Evidence) -> str:
    """The sentence at the head of every page: the nature and the coverage of the data."""
    lead = evidence.lead
    (first, last), held = lead.years, lead.coverage
    counts = "{} of {} indicators of AI and {} of {} of employment quality"
    text = "Your data" if evidence.own else "This book's data"
    text += f", {first}–{last}: {counts.format(*held.held('AI'), *held.held('EQ'))}"
    text += "" if held.complete else ", which are not the paper's indices"
    made = "" if evidence.own else " What is called synthetic uses a demonstration panel."
    return f"{text}.{made} The text of chapters is Chinese."


def sphinx_config(
    asked: Mapping[str, Any], fingerprint: str, banner: str, date: datetime
) -> dict[str, Any]:
    """The settings of Sphinx in which an edition in English differs, by what `Edition` holds."""
    version = f"version {__version__}, data fingerprint {fingerprint}"
    told = f"α = {asked['alpha']:g} · {version} · {date:%Y-%m-%d}"
    years = f"years {asked['years'] or 'all'} · "
    place = html.escape(asked["region"])
    footer = f'<p class="imprint"><span class="place-name">{place}</span> · {years}{told}</p>'
    return {
        "language": ENGLISH,
        "html_title": declared()["title"],
        "press_banner": banner,
        "press_version": version,
        "numfig_format": {"figure": "Figure %s", "table": "Table %s", "section": "Section %s"},
        "html_theme_options": {"extra_footer": footer, "search_bar_text": "Search this book"},
    }


# --- what is staged ---------------------------------------------------------------------------


def turn(source: Path, summary: Path) -> None:
    """Turn a staged book: its scripts, and its list of contents with the summary in front.

    Parameters
    ----------
    source : Path
        The staged book.
    summary : Path
        The chapter whose sections are the cards of others.
    """
    for script in (source / "look").glob("*.js"):
        script.write_text(script_in_english(script.read_text(encoding="utf-8")), encoding="utf-8")
    toc = source / "_toc.yml"
    found = yaml.safe_load(toc.read_text(encoding="utf-8"))
    titles = {**declared()["pages"], **dict(_titles(summary))}
    for entry in _entries(found):
        if title := titles.get(entry["file"], titles.get(label_of(entry["file"]))):
            entry["title"] = title
    if "parts" in found:
        found["parts"].sort(key=lambda part: part["caption"] != "English")
    for part in found.get("parts", ()):
        part["caption"] = declared()["parts"].get(part["caption"], part["caption"])
    toc.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


def script_in_english(text: str) -> str:
    """A script whose texts are English."""
    words = declared()["scripts"]
    return _SCRIPT_TEXT.sub(lambda found: f'"{words.get(found[1], found[1])}"', text)


def _titles(summary: Path) -> Iterator[tuple[str, str]]:
    """Label and heading of each section of the summary that is a card."""
    if summary.is_file():
        yield from _HEADING.findall(summary.read_text(encoding="utf-8"))


def _entries(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for inner in (*found.get("parts", ()), *found.get("chapters", ()), *found.get("sections", ())):
        if "file" in inner:
            yield inner
        yield from _entries(inner)


# --- pages ------------------------------------------------------------------------------------


def in_english(page: str) -> str:
    """A page whose words around the text are English; it shows the English card and captions.

    Examples
    --------
    >>> in_english('<a title="专页">约 9 分钟</a>')
    '<a title="Its page">about 9 min (in Chinese)</a>'
    """
    page = page.replace("<html ", '<html class="reading-english" ', 1)
    page = page.replace('<article class="bd-article"', '<article class="bd-article" lang="zh-CN"')
    around, words = _pattern(True), _pattern(False)
    page = _SWITCH.sub(lambda found: _put(found[0], *around), page)
    pieces = _ARTICLE.split(page)
    return "".join(
        _put(piece, *(words if number % 2 else around)) for number, piece in enumerate(pieces)
    )


def _put(text: str, pattern: re.Pattern[str], words: Mapping[str, str]) -> str:
    def english(found: re.Match[str]) -> str:
        number = re.search(r"\d+", found[2])
        key = re.sub(r"\d+", "#", found[2])
        return f"{found[1]}{words[key].replace('#', number[0] if number else '')}"

    return pattern.sub(english, text)


@cache
def _pattern(places: bool) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What finds whole texts of elements and labels, and the words for them."""
    from press.regions import listed

    words: dict[str, str] = dict(declared()["words"])
    if places:
        words |= {place.label: place.name_en for place in listed().values()}
        words |= {place.name: place.name_en for place in listed().values()}
    texts = sorted(words, key=len, reverse=True)
    any_of = "|".join(re.escape(text).replace(r"\#", r"\d+") for text in texts)
    edge = r'>\s*|(?:title|label|aria-label|placeholder|data-bs-title|content)="'
    return re.compile(rf'({edge})({any_of})(?=\s*<|")'), words


def opens_at(config: Mapping[str, Any], names: list[str]) -> str:
    """The document that opens a book of some documents."""
    english = config.get("language") == ENGLISH and SUMMARY_PAGE in names
    return SUMMARY_PAGE if english else names[0]
