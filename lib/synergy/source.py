"""Where the book's source lies: in a checkout, or in the copy that an installed wheel carries."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
SHARE = "_share"


def source_folder(package: Path = PACKAGE) -> Path:
    """Return the folder that holds `data`, `chapters`, `book`, `_config.yml` and `_toc.yml`.

    Parameters
    ----------
    package : Path
        The folder of `synergy`: a wheel puts its copy in there, a checkout has it at `lib/synergy`.

    Raises
    ------
    FileNotFoundError
        The library was taken out of both.
    """
    copy, checkout = package / SHARE, package.parents[1]
    for folder in (copy, checkout):
        if (folder / "_toc.yml").is_file() and (folder / "data").is_dir():
            return folder
    raise FileNotFoundError(
        f"找不到书的数据与章节：{copy} 和 {checkout} 都没有 data 文件夹和 _toc.yml。"
        "请在完整的源文件夹里用 pip install -e . 安装，或者安装由它生成的 wheel。"
    )


def is_checkout(folder: Path, package: Path = PACKAGE) -> bool:
    """Whether a source folder is a reader's own to write into, not an installed copy."""
    return folder != package / SHARE
