"""Results of a plan as a folder: CSV, one workbook, one page. All of it is written, or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from press.output import OutputError, require_ours
from synergy.files.sheets import add_sheet, new_book, rows_of, save_book
from synergy.result_tables import ResultTable, result_tables
from synergy.results import IndexResults

MARKER = ".press-index"
#: Most rows of the panel for which the workbook has all tables as long as it.
MOST_ROWS = 5000

DESCRIBED = {
    "weights": "权重：熵值、系统内和维度内的权重、区间、去掉它的影响、障碍度",
    "scores": "得分：各系统和维度的指数、C、T、D、等级、位次",
    "intervals": "区间：重抽个体得到的上下限",
    "means": "平均：全部和各组，各年",
    "variants": "换做法：每一种赋权和耦合度，与标准做法的差别",
    "software": "与别的软件：为什么和 SPSSAU、Stata 算的不一样",
    "obstacles": "障碍度：每一行的前三位",
    "gini": "基尼系数：各指数、各年，及其按组的分解",
    "faults": "问题：注意事项、可疑的值、插补的格",
}


def require_place(folder: Path) -> None:
    """Refuse a folder with what another program made.

    Raises
    ------
    OutputError
    """
    require_ours(folder, "", MARKER)


def write_results(
    results: IndexResults, folder: Path, *, html: bool = True, excel: bool = True
) -> None:
    """Write a folder of results in place of an earlier one of ours.

    Raises
    ------
    OutputError
        The folder holds something else, or cannot be written.
    """
    require_place(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".press-", dir=folder.parent))
    except OSError as error:
        cure = "请检查权限和磁盘空间，或用 --out 另选一处。"
        raise OutputError(f"{folder} 写不进去。{cure}") from error
    try:
        new = made / "new"
        new.mkdir()
        _fill(results, new, html=html, excel=excel)
        _exchange(new, folder, made / "old")
    except OSError as error:
        raise OutputError(
            f"结果写不进 {folder}。请关闭正打开着其中文件的程序，检查磁盘空间，再运行一次。"
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _exchange(new: Path, folder: Path, old: Path) -> None:
    """Put a folder in the place of another, which stays if the system refuses."""
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _fill(results: IndexResults, folder: Path, *, html: bool, excel: bool) -> None:
    folder.chmod(0o755)
    tables = result_tables(results)
    files = [(f"{table.name}.csv", DESCRIBED[table.name]) for table in tables]
    for table in tables:
        path = folder / f"{table.name}.csv"
        table.frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    if excel:
        _write_workbook(tables, folder / "results.xlsx")
        files.append(("results.xlsx", "以上各表，一张工作表一个"))
    if html:
        from press.result_page import result_page

        (folder / "index.html").write_text(result_page(results, files), encoding="utf-8")
    (folder / MARKER).touch()


def _write_workbook(tables: Sequence[ResultTable], path: Path) -> None:
    """One sheet a table; of a long panel only the scores are as long as it."""
    book = new_book(streamed=True)
    for table in tables:
        if table.by_row and len(table.frame) > MOST_ROWS and table.name != "scores":
            add_sheet(book, table.title, [f"面板太长，这张表只写成 {table.name}.csv。"], [])
        else:
            add_sheet(book, table.title, list(table.frame.columns), rows_of(table.frame))
    save_book(book, path)
