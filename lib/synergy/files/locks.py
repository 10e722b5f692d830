"""Workbooks that are locked only in name: Excel opens them with a stock password, unasked."""

from __future__ import annotations

import io
import re

from synergy.files.grid import Unreadable

#: Yearbooks on disc are locked with it, against changes rather than readers.
STOCK_PASSWORD = "VelvetSweatshop"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Rounds of hashing that a password takes; a damaged number would take years.
_ROUNDS = re.compile(rb'spinCount="(\d+)"')
_MOST_ROUNDS = 1_000_000


def unlocked(content: bytes) -> bytes:
    """The workbook inside, where the stock password opens it; anything else as it is.

    Raises
    ------
    Unreadable
        It is locked with a password of its own.
    """
    if not content.startswith(_OLE):
        return content
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError

    opened = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        rounds = max(map(int, _ROUNDS.findall(content)), default=0)
        if not office.is_encrypted() or rounds > _MOST_ROUNDS:
            return content
        office.load_key(password=STOCK_PASSWORD)
        office.decrypt(opened)
    except InvalidKeyError:
        raise locked() from None
    except Exception:  # no container that it knows: the reader will say what it is
        return content
    return opened.getvalue()


def locked() -> Unreadable:
    """What to say about a file with a password."""
    return Unreadable("文件有密码", cure="用 Excel 打开，去掉密码后另存一份")
