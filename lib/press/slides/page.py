"""A deck as one HTML file: slides, look, scripts and fonts are in it, and nothing is asked for.

Its policy names each script by what it holds (its SHA-256), so that no other runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from press.draw import Job, drawer
from press.figures import figure_html, javascript_bundle, script_json
from press.fonts import FONT_FAMILY, fonts_directory
from press.inlined import font_source, hash_source
from press.kept import remembered
from press.slides.deck import Slide
from press.slides.prose import line_to_html
from press.slides.shown import Shown, SlideError
from press.slides.sized import BESIDE, CONTROLS, WHOLE, Room, moved_by, sized
from press.stills import dark_values, picture
from press.vendor import math_letters, subset

#: Letters of numbers that a script writes; its words stand in the page, which holds the scripts.
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "　–−—…"

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:;"
    " font-src data:; base-uri 'none'; form-action 'none'"
)
_LOOK = '<style id="look"></style>'
_FONT = '@font-face{{font-family:"{name}";src:{source}}}'


@dataclass(frozen=True)
class Look:
    """What all decks of a book are made with.

    Attributes
    ----------
    folder : Path
        Of template, style and script (`book/slides`).
    scripts : Path
        Of the scripts that draw figures and their controls (`book/look`).
    cache : Path
        Where drawn charts and cut fonts are kept.
    """

    folder: Path
    scripts: Path
    cache: Path


def jobs(slides: Iterable[Slide]) -> Iterator[Job]:
    """Yield what must be drawn for the pictures of a deck."""
    for slide in slides:
        if slide.figure:
            yield script_json(_spec(slide)), _room(slide).width


def page(slides: Sequence[Slide], look: Look, banner: str, imprint: str = "") -> str:
    """Return a deck as an HTML page.

    Parameters
    ----------
    slides : sequence of Slide
        In order; the first opens the deck.
    look : Look
    banner, imprint : str
        What the edition says of its data, and of itself; both stand on the first slide.

    Raises
    ------
    ChartError
        With the message of Vega.
    SlideError
        A slide shows a figure of which another slide of the deck is made.
    """
    _require_once(slides)
    _require_room(slides)
    draw = drawer(look.cache)
    shown = [_set(slide, number, draw, banner) for number, slide in enumerate(slides)]
    template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    text = (look.folder / "deck.html").read_text(encoding="utf-8")
    scripts = list(_scripts(look))
    words = template.from_string(text).render(
        imprint=imprint,
        title=Markup(slides[0].title).striptags(),
        slides=shown,
        scripts=map(Markup, scripts),
        policy=_POLICY.format(scripts=" ".join(map(hash_source, scripts))),
    )
    return words.replace(_LOOK, _LOOK.replace("><", f">{_style(look, words)}<"), 1)


def _require_once(slides: Iterable[Slide]) -> None:
    labels = [slide.figure.label for slide in slides if slide.figure]
    if twice := {label for label in labels if labels.count(label) > 1}:
        raise SlideError(f"一份幻灯片里，{'、'.join(sorted(twice))} 只能用在一张上；请删去一处。")


def _require_room(slides: Iterable[Slide]) -> None:
    for figure in (slide.figure for slide in slides if slide.figure):
        if (many := moved_by(figure.spec or {})) > CONTROLS:
            raise SlideError(
                f"{figure.label} 有 {many} 个滑块，一张放不下；请换一张至多 {CONTROLS} 个的图。"
            )


def _set(slide: Slide, number: int, draw: Callable[[str, int], str], banner: str) -> dict[str, Any]:
    """What the template writes of a slide."""
    first = slide.shown[0] if slide.shown else None
    kind, _, nature = first.nature.partition(" ") if first else ("", "", "")
    return {
        "opens": slide.opens,
        "title": Markup(slide.title),
        "minutes": slide.minutes,
        "step": slide.step,
        "made": any(shown.synthetic for shown in slide.shown),
        "measure": Markup(line_to_html(slide.figure.measure)) if slide.figure else "",
        "layout": _layout(slide),
        "shown": Markup("".join(_html(slide, shown, number, draw) for shown in slide.shown)),
        "text": Markup(slide.text),
        "kind": kind,
        "nature": nature,
        "source": Markup(_source(first)) if first else banner if slide.opens else "",
        "notes": Markup(slide.notes),
    }


def _source(shown: Shown) -> str:
    return "　".join(filter(None, (shown.source, f"书中：{line_to_html(shown.chapter)}")))


def _layout(slide: Slide) -> str:
    if not slide.figure:
        return "below"
    return "whole" if _room(slide) == WHOLE else "beside"


def _room(slide: Slide) -> Room:
    spec = slide.figure.spec if slide.figure else None
    return BESIDE if slide.text or (spec and moved_by(spec)) else WHOLE


def _spec(slide: Slide) -> dict[str, Any]:
    assert slide.figure is not None and slide.figure.spec is not None
    return sized(slide.figure.spec, _room(slide))


def _html(slide: Slide, shown: Shown, number: int, draw: Callable[[str, int], str]) -> str:
    if not shown.spec:
        return shown.body
    spec = _spec(slide)
    still = picture(draw(script_json(spec), _room(slide).width), "wide", f"still{number}")
    living = figure_html(spec)["text/html"].removesuffix("</div>")
    return (
        f'<figure id="{shown.label}">{living}<div class="vega-still">{still}</div></div></figure>'
    )


def _scripts(look: Look) -> Iterator[str]:
    """Scripts in the order in which they run, fit to stand in a page."""
    reveal = _reveal() / "reveal.js"
    yield _inline(reveal.read_text(encoding="utf-8"))
    yield _inline(remembered(javascript_bundle, look.cache)())
    for path in (
        look.scripts / "controls.js",
        look.scripts / "figures.js",
        look.folder / "deck.js",
    ):
        yield _inline(path.read_text(encoding="utf-8"))


def _inline(script: str) -> str:
    """A script that neither ends nor hides the element around it."""
    return script.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _reveal() -> Path:
    spec = find_spec("sphinx_revealjs")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("缺少 sphinx-revealjs：请重新安装 requirements.lock 里的依赖。")
    return Path(spec.origin).parent / "_static" / "revealjs" / "dist"


def _style(look: Look, words: str) -> str:
    """The style sheet with the fonts of the letters that a page holds."""
    cut = remembered(subset, look.cache)
    letters = "".join(sorted({*words, *_ALWAYS} - {"\n"}))
    fonts = {FONT_FAMILY: cut(fonts_directory() / "NotoSansSC-Regular.otf", letters)}
    if "<math" in words:
        fonts["Deck Math"] = cut(_math_font(), math_letters())
    sheets = [(_reveal() / "reveal.css").read_text(encoding="utf-8")]
    sheets.append((look.folder / "deck.css").read_text(encoding="utf-8"))
    sheets.append(f'html[data-theme="dark"]{{{dark_values()}}}')
    return "\n".join([*map(_face, fonts.items()), *sheets])


def _face(font: tuple[str, bytes]) -> str:
    return _FONT.format(name=font[0], source=font_source(font[1]))


def _math_font() -> Path:
    spec = find_spec("ziamath")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
