"""What went wrong, as one Chinese sentence with its cure, and the exit code."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_CURES = {
    errno.ENOSPC: "磁盘已满，{place}写不下了；请清出空间，或用 --out 换一个磁盘，再运行一次。",
    errno.EDQUOT: "磁盘配额已用完，{place}写不下了；请清出空间，或用 --out 换一处，再运行一次。",
    errno.EROFS: "{place}在只读的磁盘上，不能写；请用 --out 指定一个能写的文件夹。",
    errno.EACCES: "没有权限读写{place}；请改权限，或用 --out 指定一个能写的文件夹。",
    errno.EPERM: "没有权限读写{place}；请改权限，或用 --out 指定一个能写的文件夹。",
    errno.ENAMETOOLONG: "路径太长：{place}；请换一个短些的文件夹名。",
    errno.ENOTDIR: "{place}里有一段是文件而不是文件夹；请用 --out 指定一个文件夹。",
    errno.EISDIR: "{place}是文件夹，这里要的是文件。",
    errno.EADDRINUSE: "这个端口已被别的程序占用；请用 --port 换一个，0 为任意空闲端口。",
    errno.EMFILE: "同时打开的文件太多；请用 ulimit -n 放宽限制，再运行一次。",
    errno.ENOMEM: "内存不够；请关闭别的程序，再运行一次。",
}


def told(error: BaseException) -> tuple[str, int | None]:
    """Return the sentence for an error and its exit code; None where the error is a bug.

    What the system refused is told as such, however deep below other errors it lies.
    """
    for cause in _chain(error):
        if isinstance(cause, OSError) and cause.errno in _CURES:
            place = f"“{cause.filename}”" if cause.filename else "这里"
            return _CURES[cause.errno].format(place=place), 2
    if isinstance(error, FileNotFoundError):
        missing = f"找不到“{error.filename}”。" if error.filename else str(error)
        return missing, 2
    return str(error), getattr(error, "exit_code", None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
