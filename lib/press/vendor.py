"""What pages load besides their own text: from installed packages, cut down to what is used.

All of it goes into one folder that Sphinx copies over the theme's: the bundle that draws charts,
two fonts for readers who have none, and the theme's icons and style sheet without the icons that
no page shows. Nothing needs a CDN.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from press.figures import javascript_bundle
from press.fonts import fonts_directory
from press.kept import remembered
from press.stills import colours
from synergy.glossary import GLOSSARY

# Names of the icons on the pages; the theme writes them into its templates.
ICONS = (
    "angle-left",
    "angle-right",
    "arrow-up",
    "bars",
    "chevron-down",
    "circle-half-stroke",
    "list",
    "magnifying-glass",
    "moon",
    "sun",
    "xmark",
)

# What `math_core` may write: letters upright and slanted, operators, accents, braces.
_LETTERS = ((0x20, 0x7E), (0x391, 0x3C9), (0x1D434, 0x1D467), (0x1D6E2, 0x1D71B))
_SIGNS = "\u00a0±·×¯˙˜ˆϕϖϵϑϱϰ′‖…←→⇒∀∂∃∅∇∈∉∏∑−∗√∝∞∣∧∨∩∪∫≈≠≡≤≥⊂⊆⋅⋯⌈⌉⌊⌋⏞⏟⟨⟩ℎℓ"

# Tables of a font for lines that run down a page, which none of ours do.
_VERTICAL = ["BASE", "VORG", "vhea", "vmtx"]

_HERE = Path(__file__).parent
_TEXT_SUFFIXES = {".md", ".ipynb", ".yml", ".bib", ".js", ".html"}
_STYLES = "styles/pydata-sphinx-theme.css"
_ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
_ICON_RULE = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\([0-9a-f]+)"\}')
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_ICON = re.compile(r"[\ue000-\uf8ff]|\\[ef][0-9a-f]{3}")


def write_vendor(source: Path, folder: Path, cache: Path, modules: Iterable[str]) -> None:
    """Fill `folder` for the staged book at `source`; some modules write words on its pages."""
    theme = _package("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static"
    book = _package("sphinx_book_theme") / "theme/sphinx_book_theme/static"
    math = _package("ziamath") / "fonts/STIXTwoMath-Regular.ttf"
    han, letters = fonts_directory() / "NotoSansSC-Regular.otf", wide_letters(source, modules)
    styles = without_icons((theme / _STYLES).read_text(encoding="utf-8"))
    also = (book / "styles/sphinx-book-theme.css").read_text(encoding="utf-8")
    cut = remembered(subset, cache)
    made: dict[str, bytes] = {
        "vega/bundle.js": remembered(javascript_bundle, cache)().encode(),
        "book-han.woff2": cut(han, letters),
        "book-math.woff2": cut(math, math_letters()),
        _ICON_FONT: cut(theme / _ICON_FONT, icon_letters(styles + also)),
        _STYLES: styles.encode(),
        "palette.css": colours().encode(),
    }
    for name, content in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def wide_letters(source: Path, modules: Iterable[str]) -> str:
    """Return the Chinese letters and signs of a staged book, each once, in order.

    They occur in its files, in modules of this package that write on pages, or in the glossary.
    """
    paths = [path for path in source.rglob("*") if path.suffix in _TEXT_SUFFIXES]
    press = [name for name in modules if name.startswith(f"{_HERE.name}.")]
    ours = [_HERE.parent / f"{name.replace('.', '/')}.py" for name in press]
    paths += [*filter(Path.is_file, ours), GLOSSARY]
    letters = set().union(*map(set, map(_words, paths)))
    return "".join(sorted(char for char in letters if ord(char) > 0x2000))


def _words(path: Path) -> str:
    """Text of a file; of a notebook, what a page may show of it."""
    text = path.read_text(encoding="utf-8")
    return "".join(_shown(json.loads(text))) if path.suffix == ".ipynb" else text


def _shown(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Sources of cells, and what these gave; plain text only where they gave nothing else."""
    for cell in notebook["cells"]:
        yield "".join(cell["source"])
        for output in cell.get("outputs", ()):
            data = output.get("data", {"text/plain": "".join(output.get("text", ""))})
            rich = {kind: told for kind, told in data.items() if kind != "text/plain"}
            yield json.dumps(rich or data, ensure_ascii=False)


def math_letters() -> str:
    """Return every character that a formula may hold."""
    ranges = (range(first, last + 1) for first, last in _LETTERS)
    return "".join(chr(code) for codes in ranges for code in codes) + _SIGNS


def icon_letters(styles: str) -> str:
    """Return the characters that style sheets print from the icon font, each once, in order."""
    found = (text if len(text) == 1 else chr(int(text[1:], 16)) for text in _ICON.findall(styles))
    return "".join(sorted(set(found)))


def without_icons(styles: str) -> str:
    """Return the theme's style sheet without the rules of other icons and of their fonts."""

    def kept(rule: re.Match[str]) -> str:
        return rule[0] if set(re.findall(r"\.fa-([\w-]+):", rule[1])) & set(ICONS) else ""

    slim = _ICON_RULE.sub(kept, styles)
    solid = Path(_ICON_FONT).name
    slim = _FONT_FACE.sub(lambda face: face[0] if solid in face[0] else "", slim)
    return re.sub(r",url\([^)]*\.ttf\) format\(\"truetype\"\)", "", slim)


def subset(font: Path, letters: str) -> bytes:
    """Return a WOFF2 font of the given letters; its copyright and licence stay in it."""
    from fontTools import subset as cutter
    from fontTools.ttLib import TTFont

    options = cutter.Options(
        flavor="woff2",
        hinting=False,
        desubroutinize=True,  # compresses better
        layout_features=[],
        name_IDs=[0, 1, 2, 13, 14],
        notdef_outline=True,
    )
    options.drop_tables += _VERTICAL
    whole = TTFont(font, recalcBBoxes=False, recalcTimestamp=False)
    tool = cutter.Subsetter(options)
    tool.populate(text=letters)
    tool.subset(whole)
    stream = io.BytesIO()
    cutter.save_font(whole, stream, options)
    return stream.getvalue()


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"缺少 {name}：请重新安装 requirements.lock 里的依赖。")
    return Path(spec.origin).parent
