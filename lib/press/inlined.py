"""What stands in a page itself: scripts and styles named by its policy, fonts in its style."""

from __future__ import annotations

import base64
import hashlib


def hash_source(text: str) -> str:
    """How a page's policy names a script or a style that stands in it: by its SHA-256."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def font_source(font: bytes) -> str:
    """A WOFF2 font that stands in a style sheet, as the value of ``src``."""
    held = base64.b64encode(font).decode()
    return f'url(data:font/woff2;base64,{held}) format("woff2")'
