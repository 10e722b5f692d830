"""How the claims of the three documents fared: shares of verdicts, forecasts side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from synergy.charts import ACCENT, INK, Figure, axis, finish, inline
from synergy.claims.ledger import DOCUMENTS, KINDS, Ledger, Verdict
from synergy.narration import listed
from synergy.narration.ledger_table import PANELS

if TYPE_CHECKING:
    from synergy.claims.auditing import Audit

#: Blue passes, red fails, grey is open, ochre is forced; no hue of a region.
VERDICT_COLOURS: dict[Verdict, str] = {
    Verdict.CONSISTENT: "#56B4E9",
    Verdict.CONFIRMED: "#3B6FA0",
    Verdict.REPRODUCED: "#56B4E9",
    Verdict.BY_CONSTRUCTION: "#B8862F",
    Verdict.NOT_REPRODUCED: "#D9695F",
    Verdict.INCONSISTENT: "#B3261E",
    Verdict.CONTRADICTED: "#E08A80",
    Verdict.NOT_CHECKABLE: "#B4B4B4",
}
DARK = (Verdict.CONFIRMED, Verdict.INCONSISTENT)
EDITIONS = (2020, 2023, 2025)


def document_verdicts(result: Audit) -> Figure:
    """Draw the share of each verdict by document."""
    counts = _named(result.counts("document"), DOCUMENTS)
    return stacked_shares(counts, f"条形图：{_shares(counts)}。")


def kind_verdicts(result: Audit, document: str) -> Figure:
    """Draw the share of each verdict by kind of claim in one document.

    Parameters
    ----------
    result
        Audit of the ledger.
    document
        ``paper``, ``essay`` or ``notes``.
    """
    both = result.counts("document", "kind")
    of_one = both[both.index.get_level_values("document") == document]
    counts = _named(of_one.droplevel("document"), KINDS)
    return stacked_shares(counts, f"条形图，{DOCUMENTS[document]}：{_shares(counts)}。")


def panel_verdicts(result: Audit, nature: str) -> Figure:
    """Draw the share of each verdict on one panel, over the claims that a panel can test.

    Parameters
    ----------
    result
        Audit with the panel.
    nature
        ``real-subset``, ``synthetic`` or ``own``: panels are never added up.
    """
    counts = _named(result.panel_counts()[[nature]].T, PANELS)
    return stacked_shares(counts, f"条形图：{_shares(counts)}。")


def _named(counts: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = [key for key in names if key in counts.index]
    columns = [verdict for verdict in VERDICT_COLOURS if str(verdict) in counts.columns]
    chosen = counts.loc[rows, [str(verdict) for verdict in columns]]
    kept = chosen.loc[:, (chosen > 0).any()]
    return kept.set_axis([names[key] for key in rows])


def _shares(counts: pd.DataFrame) -> str:
    lines, verdicts = [], [Verdict(column) for column in counts.columns]
    for name, numbers in zip(counts.index, counts.to_numpy().tolist(), strict=True):
        parts = [f"{v.zh} {n}" for v, n in zip(verdicts, numbers, strict=True) if n]
        lines.append(f"{name} {sum(numbers)} 条，其中{listed(parts)}")
    return "；".join(lines)


def stacked_shares(counts: pd.DataFrame, description: str) -> Figure:
    """Draw rows of counts as bars of equal length, split by verdict.

    Parameters
    ----------
    counts
        Index: Chinese names; columns: verdict codes in the order of drawing.
    description
        Alt text.
    """
    verdicts = [Verdict(column) for column in counts.columns]
    table = _segments(counts)
    columns = ["name", "verdict", "n", "start", "end", "shown", "ink"]
    rows = alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.2))
    base = alt.Chart(inline(table, columns)).encode(y=rows)
    scale = alt.Scale(domain=[v.zh for v in verdicts], range=[VERDICT_COLOURS[v] for v in verdicts])
    length = alt.X("start:Q", scale=alt.Scale(domain=[0, 1]), axis=axis(format="%", tickCount=5))
    segments = base.mark_bar(height=16, yOffset=8).encode(
        x=length,
        x2="end:Q",
        color=alt.Color("verdict:N", scale=scale, legend=alt.Legend(title=None, columns=3)),
        tooltip=[alt.Tooltip("verdict:N", title="判断"), alt.Tooltip("n:Q", title="条数")],
    )
    middle = base.transform_calculate(at="(datum.start + datum.end) / 2")
    numbers = middle.mark_text(dy=8, fontSize=11).encode(
        x="at:Q", text="shown:N", color=alt.Color("ink:N", scale=None)
    )
    names = base.transform_filter("datum.start === 0").mark_text(align="left", dy=-9, fontSize=12)
    labels = names.encode(x=alt.value(0), text="name:N")
    return finish(segments + numbers + labels, description, height=42 * len(counts))


def _segments(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per segment with its ends, as shares; a number only where it fits."""
    rows = []
    verdicts = [Verdict(column) for column in counts.columns]
    for name, numbers in zip(counts.index, counts.to_numpy().tolist(), strict=True):
        total, start = sum(numbers), 0
        for verdict, n in ((v, n) for v, n in zip(verdicts, numbers, strict=True) if n):
            ink = "#FFFFFF" if verdict in DARK else "#111111"
            shown = str(n) if n / total > 0.05 else ""
            ends = (start / total, (start + n) / total)
            rows.append((f"{name}（{total} 条）", verdict.zh, n, *ends, shown, ink))
            start += n
    return pd.DataFrame(rows, columns=["name", "verdict", "n", "start", "end", "shown", "ink"])


def forecast_editions(ledger: Ledger) -> Figure:
    """Draw the forum's three forecasts of net jobs with the figure that the notes quote."""
    facts = [float(value) for value in ledger["E-WEF-FLIPS"].facts["nets"]]
    quoted = ledger["N-WEF-1200"]
    table = pd.DataFrame(
        {
            "name": [
                f"{year} 年版（看到 {year + ahead} 年）：{net:+.0f}"
                for (year, ahead), net in zip(_HORIZONS.items(), facts, strict=True)
            ],
            "net": facts,
            "quoted": [quoted.value if year == 2023 else None for year in EDITIONS],
        }
    )
    base = alt.Chart(inline(table, ["name", "net", "quoted"])).encode(
        y=alt.Y("name:N", sort=None, axis=None)
    )
    length = alt.X("net:Q", axis=axis("净变化（万个岗位）", format="+,d", tickCount=6, grid=False))
    drawn = base.mark_bar(height=14, yOffset=8, color=ACCENT).encode(
        x=length, tooltip=["name:N", alt.Tooltip("net:Q", title="净变化", format="+,d")]
    )
    mark = base.mark_point(size=90, shape="diamond", filled=True, opacity=1, yOffset=8)
    said = mark.encode(x="quoted:Q", color=alt.value(VERDICT_COLOURS[Verdict.INCONSISTENT]))
    zero = base.transform_calculate(zero="0").mark_tick(
        color=INK, thickness=2, height=22, yOffset=8
    )
    names = base.mark_text(align="left", dy=-9, fontSize=12).encode(x=alt.value(0), text="name:N")
    description = (
        f"条形图：世界经济论坛三期报告的净变化依次为 {_signed(facts)}（万个岗位）；"
        f"菱形是研究笔记归给 2023 年版的 {quoted.value:+.0f}。"
    )
    return finish(drawn + zero.encode(x="zero:Q") + said + names, description, height=138)


_HORIZONS = {2020: 5, 2023: 4, 2025: 5}


def _signed(values: list[float]) -> str:
    return "、".join(f"{value:+.0f}" for value in values)
