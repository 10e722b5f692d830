"""Fonts for print, and a light one with the usual letters alone.

With it a chart's text is measured in less than half the time, and no width differs.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

FONT_FAMILY = "Noto Sans SC"

# Latin, Greek, punctuation with arrows and signs of formulas, Chinese punctuation, wide forms.
_SIGNS = ((0x20, 0x24F), (0x370, 0x3FF), (0x2000, 0x26FF), (0x3000, 0x303F), (0xFF00, 0xFFEF))

# Rows of GB 2312 with Chinese letters, and the places in a row.
_ROWS, _PLACES = range(0xB0, 0xF8), range(0xA1, 0xFF)


def fonts_directory() -> Path:
    """Return the folder of the Chinese fonts that come as a package."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.sans_path()).parent


@cache
def usual_letters() -> frozenset[str]:
    """Signs that charts hold, and the Chinese letters of GB 2312."""
    signs = (chr(code) for first, last in _SIGNS for code in range(first, last + 1))
    chinese = (bytes([r, p]).decode("gb2312", "ignore") for r in _ROWS for p in _PLACES)
    return frozenset(signs) | frozenset(chinese) - {""}


def light_fonts(kept: Path) -> Path:
    """Return a folder with the light font, made once below `kept`."""
    folder = kept / f"fonts-{version('pylopdf-fonts-zh-cn')}"
    whole = fonts_directory() / "NotoSansSC-Regular.otf"
    light = folder / whole.name
    if not light.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f"{os.getpid()}.part"
        made.write_bytes(_cut(whole))
        made.replace(light)
    return folder


@cache
def _cut(font: Path) -> bytes:
    """Cut a font down to the usual letters; what it says of their widths stays."""
    from io import BytesIO

    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features="*", name_IDs="*", notdef_outline=True)
    whole, stream = TTFont(font, recalcBBoxes=False, recalcTimestamp=False), BytesIO()
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(usual_letters())))
    cutter.subset(whole)
    subset.save_font(whole, stream, options)
    return stream.getvalue()
