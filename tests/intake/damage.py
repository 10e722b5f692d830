"""Damage files at random, and read them: whatever comes out must be a table or a Chinese refusal.

``python tests/intake/damage.py 2000`` reads that many damaged files per kind and reports time,
memory and outcomes; the tests read a few.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import made
from synergy.faults import DataError
from synergy.files.locks import STOCK_PASSWORD
from synergy.intake.account import account
from synergy.intake.mapping import WHOLE_FILE, Mapping, Row
from synergy.intake.merging import merge
from synergy.intake.one_file import read_file
from synergy.intake.panel_file import write_panel

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "export_samples"

#: What text files suffer: quotes, separators, breaks, odd spaces, numbers without end, nothing.
SPLINTERS = tuple(
    text.encode()
    for text in (
        *('"', "'", ",", ",,,,", "\t", ";", "\n", "\r", "\r\n\r\n", "\0", "\u200b", "\ufeff"),
        *("2019年", "地区", "注：", "广东", "1e999", "-inf", "nan", "9" * 400, "=1+1", "２０１９"),
        *("\u3000", "指标：", "单位：", "<script>", "年", "(%)", "\x1b[31m", "%s%n", "…", "—"),
    )
)


def kinds(folder: Path) -> dict[str, bytes]:
    """A sound file of every kind, by name."""
    book = made.as_excel(("封面", [["毕业论文"]]), ("数据", made.yearbook()))
    made.as_stata(folder / "whole.dta")
    made.as_frame().to_parquet(folder / "whole.parquet")
    files = {f"{name}.csv": made.as_csv(rows()) for name, rows in made.LAYOUTS.items()}
    files |= {
        "nameless.csv": made.as_csv(made.nameless(), "utf-8-sig", tabs=True),
        "book.xlsx": book,
        "locked.xlsx": made.locked(book, STOCK_PASSWORD),
        "whole.dta": (folder / "whole.dta").read_bytes(),
        "whole.parquet": (folder / "whole.parquet").read_bytes(),
    }
    for name in ("nbs_easyquery.xls", "yearbook_hightech_operation_2019_encrypted.xls"):
        if (SAMPLES / name).is_file():
            files[name] = (SAMPLES / name).read_bytes()
    return files


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """The file with one to eight blows; the parts of an archive are damaged inside it as well."""
    if content.startswith(b"PK") and rng.random() < 0.7:
        return _damaged_inside(content, rng)
    made_of = bytearray(content)
    for _ in range(rng.integers(1, 9)):
        _strike(made_of, rng)
    return bytes(made_of)


def _strike(content: bytearray, rng: np.random.Generator) -> None:
    if not content:
        return
    at = int(rng.integers(len(content)))
    length = int(rng.integers(1, 1 + min(2000, len(content))))
    match rng.integers(7):
        case 0:
            content[at] = int(rng.integers(256))
        case 1:
            content[at : at + 4] = rng.bytes(4)
        case 2:
            del content[at : at + length]
        case 3:
            content[at:at] = content[at : at + length]
        case 4:
            content[at:at] = SPLINTERS[rng.integers(len(SPLINTERS))]
        case 5:
            del content[at:]
        case _:
            content[at : at + 4] = b"\xff\xff\xff\x7f"


def _damaged_inside(content: bytes, rng: np.random.Generator) -> bytes:
    """The archive whole, one of its parts damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    hit = list(parts)[rng.integers(len(parts))]
    text = bytearray(parts[hit])
    for _ in range(rng.integers(1, 5)):
        if rng.random() < 0.5:
            _strike(text, rng)
        else:
            _misplace(text, rng)
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, bytes(text) if name == hit else part)
    return again.getvalue()


def _misplace(text: bytearray, rng: np.random.Generator) -> None:
    """Send a cell to the far end of the sheet, or elsewhere."""
    at = text.find(b' r="', int(rng.integers(max(1, len(text)))))
    if at >= 0:
        end = text.find(b'"', at + 4)
        far = (b"XFD1048576", b"A1048576", b"XFD1", b"ZZZZ9", b"A0", b"A99999999999")
        text[at + 4 : end] = far[rng.integers(len(far))]


def outcomes(name: str, content: bytes, count: int, folder: Path, seed: int) -> Iterator[str]:
    """What each of so many damaged copies gives: ``read`` or ``refused``."""
    rng = np.random.default_rng(seed)
    path = folder / name
    answer = Row(name, WHOLE_FILE, "亿元", "财政收入", place="广东", year="2019")
    for _ in range(count):
        path.write_bytes(damaged(content, rng))
        try:
            report = read_file(path)
            assert report.seen == report.imported + report.set_aside.total()
            imported = merge([report], Mapping([answer]))
            account(imported)
            write_panel(imported, folder / "panel.xlsx")
            yield "read"
        except DataError as refusal:
            assert any("\u4e00" <= char <= "\u9fff" for char in str(refusal)), refusal
            yield "refused"


def main(count: int) -> None:
    """Damage every kind and report."""
    import resource

    with TemporaryDirectory() as where:
        folder = Path(where)
        for name, content in kinds(folder).items():
            start, slowest, told = time.perf_counter(), 0.0, Counter[str]()
            for outcome in outcomes(name, content, count, folder, seed=1):
                now = time.perf_counter()
                slowest, start = max(slowest, now - start), now
                told[outcome] += 1
            whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            here, child = (resource.getrusage(who).ru_maxrss / 1024 for who in whose)
            print(f"{name:50} {dict(told)} slowest {slowest:.1f} s, {here:.0f} + {child:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
