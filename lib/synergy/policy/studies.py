"""What studies found about AI, robots and work: one row per result, with where it was read.

``data/evidence.csv`` holds the results. A study may have several; `sign` says which way the
measured quantity moved, and is missing where the result is a share or a date. ``read`` says how
close the reading came to the study: its text (`FULL`), its abstract (`ABSTRACT`), or somebody
else's account of it (`RETOLD`). Counts of rows are a table of contents, not a weighing: studies
differ in size and design, and were chosen, not drawn.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from synergy.dictionary import DATA_DIR
from synergy.words import Said

FULL, ABSTRACT, RETOLD = READ = ("正文", "摘要", "转述")

RISE, FALL, LEVEL = SIGNS = ("升", "降", "平")

#: What is measured, in the order of the table: from what AI could touch to what happened.
OUTCOMES = ("暴露度", "任务表现", "招聘与接单", "就业", "工资", "总产出")

GENERATIVE, EARLIER_AI, ROBOTS = TECHNOLOGIES = ("生成式人工智能", "人工智能", "机器人")

#: Place of a sample that is not chosen by country.
ANYWHERE = "不限国别"

_SHOWN = {sign: f"**{sign}**，" for sign in SIGNS}


class SignCounts(NamedTuple):
    """How many results rise, fall, or are small or not to be told from zero."""

    up: int
    down: int
    level: int

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self)


@cache
def study_table() -> pd.DataFrame:
    """Results of the studies.

    Returns
    -------
    pandas.DataFrame
        Columns ``study`` (key of the bibliography), ``measure``, ``place``, ``sample``,
        ``method``, ``technology``, ``outcome``, ``sign``, ``size``, ``not_shown``, ``doi``,
        ``url``, ``looked_up``, ``quote``, ``read``; ordered by outcome.
    """
    found = pd.read_csv(DATA_DIR / "evidence.csv", dtype=str)
    order = found["outcome"].map(OUTCOMES.index)
    return found.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def sign_counts(**values: str | tuple[str, ...]) -> SignCounts:
    """Count the results that have a sign.

    Parameters
    ----------
    **values
        Column of `study_table` to a value or several; all results when left out.

    Raises
    ------
    KeyError
        A name is no column.
    ValueError
        Nothing in a column has a value that was asked for.
    """
    found = study_table()
    for column, wanted in values.items():
        asked = {wanted} if isinstance(wanted, str) else set(wanted)
        if unknown := asked - set(study_table()[column]):
            raise ValueError(f"no result has {column} {sorted(unknown)[0]!r}")
        found = found[found[column].isin(asked)]
    return SignCounts(*(int((found["sign"] == sign).sum()) for sign in SIGNS))


def study_list() -> Said:
    """List the results as a Markdown table with citations and links.

    Returns
    -------
    Said
        Study with where it was read, sample and method; result; what it does not show. A row
        with nothing but a heading precedes the results of each outcome.
    """
    lines = ["| 研究、对象与方法 | 结果 | 没有说明什么 |", "|---|---|---|"]
    for outcome, group in study_table().groupby("outcome", sort=False):
        lines.append(f"| **{outcome}** | | |")
        lines += [f"| {_study(r)} | {_result(r)} | {r.not_shown} |" for r in group.itertuples()]
    return Said("\n".join(lines))


def _study(row: Any) -> str:
    cited = f"{{cite:t}}`{row.study}`（[{row.read}]({row.url})）"
    said = [
        *([] if row.technology == GENERATIVE else [row.technology]),
        *([] if row.place == ANYWHERE else [row.place]),
    ]
    return f"{cited}：{'，'.join([*said, row.sample, row.method])}"


def _result(row: Any) -> str:
    return f"{row.measure}：{_SHOWN.get(row.sign, '')}{row.size}"
