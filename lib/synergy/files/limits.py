"""How large a table may be: looked at before it is read, so that no file takes all the memory."""

from __future__ import annotations

from synergy.files.grid import Unreadable

MAX_BYTES = 200_000_000
MAX_CELLS = 5_000_000
MAX_COLUMNS = 2_000

_CURE = "只留下要用的行和列，另存一份"


def check_bytes(size: int, what: str = "") -> None:
    """Refuse a file of too many bytes; `what` says which bytes, such as those of an archive."""
    if size > MAX_BYTES:
        allowed = f"不超过 {MAX_BYTES // 1_000_000} MB"
        raise Unreadable("文件太大", f"{what}{size / 1e6:,.0f} MB", allowed, _CURE)


def check_cells(height: int, width: int, cure: str = _CURE) -> None:
    """Refuse a table of too many cells or columns."""
    if height * width > MAX_CELLS or width > MAX_COLUMNS:
        allowed = f"不超过 {MAX_CELLS // 10_000} 万格、{MAX_COLUMNS} 列"
        size = f"{width} 列" if width > MAX_COLUMNS else f"{height} 行、{width} 列"
        raise Unreadable("表太大", size, allowed, cure)
