"""Pictures that stand for a page where its link is shared: drawn by Typst, in Chinese fonts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from press.fonts import FONT_FAMILY, fonts_directory
from press.typesetting import PdfError, colours_of_paper


@dataclass(frozen=True)
class SocialCard:
    """Words on a picture: the page's title, what it says, and under it where it is from."""

    title: str
    text: str
    book: str
    imprint: str


def draw_cards(cards: Sequence[SocialCard], template: Path) -> list[bytes]:
    """Draw cards as PNG by a Typst template, all in one run.

    Raises
    ------
    PdfError
        With Typst's message.
    """
    import typst

    words = json.dumps([asdict(card) for card in cards], ensure_ascii=False)
    try:
        drawn = typst.compile(
            template,
            format="png",
            ppi=72.0,
            font_paths=[fonts_directory()],
            ignore_system_fonts=True,
            sys_inputs={"cards": words, "font": FONT_FAMILY, "palette": colours_of_paper()},
        )
    except RuntimeError as error:
        raise PdfError(f"分享图画不出来：{error}") from error
    return [drawn] if isinstance(drawn, bytes) else list(drawn)
