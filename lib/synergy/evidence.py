"""What a chapter stands on: the panel that leads, the demo panel beside it, and the region.

Two built-in panels are never mixed. The committed results of the real subset (2013-2022) lead;
the synthetic demo panel (2010-2022) carries the full set of 31 indicators. A reader's own panel
takes the place of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from synergy.coupling import Alpha, couple_systems, grade, regional_means, stage, system_shares
from synergy.dictionary import Place, find_place, report_plan, units
from synergy.faults import DataError
from synergy.files.address import split_sheet
from synergy.index import CompositeIndex, composite_index, is_constant
from synergy.panel import (
    CALLED,
    Coverage,
    Nature,
    Panel,
    coverage_of,
    demo_panel,
    of_year,
    read_panel,
    within,
)
from synergy.plan import Plan
from synergy.planning.own_panel import Missing, read_own_panel
from synergy.real import HEADLINE, VOLUMES, real_results
from synergy.recipe import apply_recipe, read_recipe, read_series


@dataclass(frozen=True)
class Request:
    """What a reader asks for: the parameters that every chapter knows.

    Attributes
    ----------
    region : str
        The nation, one of four regions or one of 30 provinces: Chinese, English or code.
    data, recipe : str
        The reader's panel and, for raw series, its recipe. Empty: the built-in panels. The
        sheet of a workbook may follow its file: ``book.xlsx|Sheet2``.
    years : str
        `"2013-2022"`; empty for all years. An own panel is cut before its weights are computed;
        the built-in panels keep their full-sample weights and are cut for display.
    alpha : float or sequence of float, optional
        Weight of the first system in T = alpha U1 + (1 - alpha) U2, strictly between 0 and 1; for
        a plan also the shares of all systems, or None for equal ones.
    plan : str
        The reader's plan of indicators; the report's own dictionary if empty.
    missing : {"fill", "drop"}
        What happens to missing cells of a panel that is read by a plan.
    """

    region: str = "全国"
    data: str = ""
    recipe: str = ""
    years: str = ""
    alpha: Alpha = 0.5
    plan: str = ""
    missing: Missing = "fill"


@dataclass(frozen=True, eq=False)
class Findings:
    """One panel taken through index and coupling.

    Attributes
    ----------
    name : str
        Title in Chinese.
    nature : {"synthetic", "real-subset", "own"}
        What kind of data it is.
    weights : DataFrame
        Index `code`; columns `system`, `dimension`, `entropy`, `weight`, `dimension_weight`,
        `weight_in_dimension`.
    frame : DataFrame
        Index (`province`, `year`); columns `region`, the scores of systems and dimensions (`U1`,
        `U2` ...), `C`, `T`, `D`, `grade`, `stage`.
    panel : Panel or None
        The indicators; None for the committed real results, whose series stay outside.
    published : Findings or None
        The same panel with post and telecom in the prices in which it was published, where the
        other findings link them; None where there is one version only.
    plan : Plan
        What is measured, and the words for it.
    index : CompositeIndex or None
        Scaled indicators and weights; None for the committed real results.
    """

    name: str
    nature: Nature
    weights: pd.DataFrame
    frame: pd.DataFrame
    panel: Panel | None
    published: Findings | None = None
    plan: Plan = field(default_factory=report_plan)
    index: CompositeIndex | None = None

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        years = self.frame.index.get_level_values("year")
        return int(years.min()), int(years.max())

    @cached_property
    def regional(self) -> pd.DataFrame:
        """Long: `region` (all units first), `year` and unweighted means over units."""
        return regional_means(self.frame, self.groups, self.plan.whole)

    @cached_property
    def groups(self) -> pd.Series[str]:
        """Region, or any group, of each unit; empty where there are none."""
        if self.plan.roster:
            return units()["region"]
        groups: pd.Series[str] = self.frame["region"].groupby(level=0, sort=False).first()
        return groups[groups != self.plan.whole]

    @property
    def systems(self) -> pd.DataFrame:
        """Indices of the systems alone: ``U1``, ``U2`` and so on."""
        return self.frame[list(self.plan.columns)]

    @property
    def called(self) -> str:
        """What pages call the panel: the book's data, the reader's, or the synthetic one."""
        return CALLED[self.nature]

    @cached_property
    def coverage(self) -> Coverage:
        """Which of the paper's indicators are present."""
        return coverage_of(self.weights.index)

    def at(self, year: int) -> pd.DataFrame:
        """Rows of one year, indexed by `province`."""
        return of_year(self.frame, year)

    @property
    def mixed(self) -> bool:
        """Whether first and last year hold other units, so that means differ by that too."""
        first, last = (set(self.at(year).index) for year in self.years)
        return first != last

    def those_of(self, year: int) -> str:
        """What the units of a year are called: all of them, or how many there are."""
        count = len(self.at(year))
        every = count == self.frame.index.unique(0).size
        return self.plan.whole if every else f"有数的 {count} 个{self.plan.unit}"


@dataclass(frozen=True)
class Evidence:
    """The edition's findings.

    Attributes
    ----------
    place : Place
        What the chapters highlight.
    alpha : float or tuple of float
        Weight of the first system in the coordination index T; with a plan the shares of all.
    lead : Findings
        The real subset, or the reader's own panel.
    demo : Findings or None
        The synthetic panel; None when the reader's own panel leads.
    """

    place: Place
    alpha: Alpha
    lead: Findings
    demo: Findings | None

    @property
    def own(self) -> bool:
        """Whether the reader's own panel leads."""
        return self.demo is None


def load_evidence(request: Request | None = None) -> Evidence:
    """Load what an edition stands on.

    Parameters
    ----------
    request : Request, optional
        Without one, the nation on the built-in panels.

    Raises
    ------
    DataError
        The region, years, weight or data cannot be used; the message is for the reader.
    """
    asked = request or Request()
    if asked.plan:
        return _planned_evidence(asked)
    where = find_place(asked.region)
    span = parse_years(asked.years)
    if not isinstance(asked.alpha, float | int) or not 0 < asked.alpha < 1:
        raise DataError(f"权重 alpha={asked.alpha} 不可用：应大于 0 且小于 1（论文取 0.5）。")
    if asked.data:
        panel = _own_panel(asked.data, asked.recipe)
        panel = panel.restrict(span) if span else panel
        return Evidence(where, asked.alpha, findings_of(panel, asked.alpha), None)
    if asked.recipe:
        raise DataError("给出了 --recipe 却没有 --data：配方需要一份原始序列文件。")
    demo = demo_findings(asked.alpha)
    _require_within(span, demo)
    lead = _cut(real_findings(asked.alpha), span)
    return Evidence(where, asked.alpha, lead, _cut(demo, span))


def _planned_evidence(asked: Request) -> Evidence:
    """What an edition of a reader's plan stands on: all units together, one panel."""
    if not asked.data:
        raise DataError("给出了 --plan 却没有 --data：方案说的是一份数据文件的各列。")
    if asked.recipe or asked.region not in ("", Request.region):
        raise DataError("--plan 不能与 --recipe、--region 同用：配方和地区只属于本书自己的指标。")
    file, sheet = split_sheet(asked.data)
    panel = read_own_panel(file, asked.plan, sheet, missing=asked.missing)
    span = parse_years(asked.years)
    panel = panel.restrict(span) if span else panel
    shares = plan_shares(asked.alpha, panel.plan)
    whole = Place(panel.plan.whole, "", panel.plan.whole, "", "all", "nation", "")
    return Evidence(whole, shares, findings_of(panel, shares), None)


def plan_shares(alpha: Alpha, plan: Plan) -> tuple[float, ...]:
    """Shares of the systems of a plan in T.

    Raises
    ------
    DataError
        They do not fit the systems; Chinese, for the reader.
    """
    try:
        return tuple(system_shares(alpha, len(plan.systems)).tolist())
    except ValueError:
        systems = "、".join(plan.systems.values())
        many = "一个 0 到 1 之间的数，或" if len(plan.systems) == 2 else ""
        raise DataError(
            f"权重 {alpha} 不可用：应是{many}用逗号隔开的 {len(plan.systems)} 个数，"
            f"依次属于{systems}，都不小于 0，合计为 1。"
        ) from None


def _own_panel(data: str, recipe: str) -> Panel:
    file, sheet = split_sheet(data)
    if recipe:
        return apply_recipe(read_series(file, sheet), read_recipe(recipe))
    return read_panel(file, sheet)


def findings_of(
    panel: Panel,
    alpha: Alpha,
    *,
    weights: str = "standard",
    coupling: str = "standard",
    strict: bool = True,
) -> Findings:
    """Take a panel of indicators through entropy weights, indices and coupling.

    Parameters
    ----------
    panel : Panel
    alpha : float or sequence of float, optional
        Shares of the systems in T, see `synergy.coupling.system_shares`.
    weights, coupling : str
        Named variants of `synergy.index` and `synergy.coupling`.
    strict : bool
        Refuse weights whose entropy leaves [0, 1].

    Raises
    ------
    DataError
        An indicator is constant, so it has no scale and no information.
    """
    _require_varying(panel)
    index = composite_index(panel.values, panel.plan.indicators, variant=weights, strict=strict)
    frame = _coupled(index.scores, alpha, panel.plan, panel.groups, coupling)
    known = (panel.title, panel.nature, index.weights, frame, panel)
    return Findings(*known, plan=_named(panel.plan, panel.indicators), index=index)


def demo_findings(alpha: Alpha = Request.alpha) -> Findings:
    """The synthetic demo panel, all years."""
    return findings_of(demo_panel(), alpha)


def real_findings(alpha: Alpha = Request.alpha, run: str = HEADLINE) -> Findings:
    """Committed results of the real subset, by default the headline, with T and D at `alpha`."""
    real = real_results(run)
    frame = _coupled(real.scores, alpha, report_plan(), units()["region"])
    other = real_findings(alpha, VOLUMES["published"]) if run == HEADLINE else None
    plan = _named(report_plan(), real.weights.index)
    name = CALLED["real-subset"]
    return Findings(name, "real-subset", real.weights, frame, None, other, plan)


def _named(plan: Plan, codes: Iterable[str]) -> Plan:
    """The report's plan with the name that its index of AI has on some of the indicators."""
    if not plan.roster:  # a reader's own
        return plan
    coverage = coverage_of(codes)
    return replace(plan, called={column: coverage.named(column) for column in ("AI", "U1")})


def parse_years(text: str) -> tuple[int, int] | None:
    """Parse `"2013-2022"` (also with an en dash or 至); an empty text means all years."""
    if not text:
        return None
    match = re.fullmatch(r"\s*(\d{4})\s*(?:[-–—~至]\s*(\d{4}))?\s*", text)
    if match is None:
        raise DataError(f"年份 {text!r} 看不懂：请写成 2013-2022 这样的形式。")
    first, last = int(match[1]), int(match[2] or match[1])
    if last - first < 1:
        raise DataError(f"年份 {text!r} 不可用：终年应晚于始年，至少两年才能看变化。")
    return first, last


def _coupled(
    scores: pd.DataFrame,
    alpha: Alpha,
    plan: Plan,
    groups: pd.Series[str],
    coupling: str = "standard",
) -> pd.DataFrame:
    """Scores with the region in front, and with C, T, D, grade and stage at this `alpha`."""
    frame = scores.drop(columns=["C", "T", "D"], errors="ignore")
    frame = frame.join(couple_systems(frame[list(plan.columns)], alpha=alpha, variant=coupling))
    region = groups.reindex(frame.index.get_level_values(0)).fillna(plan.whole)
    frame.insert(0, "region", region.to_numpy())
    return frame.assign(grade=grade(frame["D"]), stage=stage(frame["D"]))


def _require_varying(panel: Panel) -> None:
    values = panel.values
    flat = values.columns[is_constant(values.to_numpy(float))]
    if len(flat):
        code = str(flat[0])
        name, value = panel.plan.indicators["name_zh"][code], values[code].to_numpy(float)[0]
        when, cure = ("各年", "，或换一段年份") if any(panel.years) else ("", "")
        raise DataError(
            f"{panel.source}：“{code}”（{name}）在各{panel.plan.unit}{when}都等于 {value:g}"
            f"（或只差舍入误差），无法标准化；请去掉这一列{cure}。"
        )


def _require_within(span: tuple[int, int] | None, findings: Findings) -> None:
    start, end = findings.years
    if span and not start <= span[0] < span[1] <= end:
        raise DataError(f"年份 {span[0]}-{span[1]} 不可用：内置面板覆盖 {start}-{end}。")


def _cut(findings: Findings, span: tuple[int, int] | None) -> Findings:
    """Keep the years of `span` that the findings have; their weights stay full-sample."""
    if span is None:
        return findings
    start, end = findings.years
    first, last = max(span[0], start), min(span[1], end)
    if first >= last:
        raise DataError(
            f"年份 {span[0]}-{span[1]} 不可用：“{findings.name}”覆盖 {start}-{end}，"
            "请至少留下其中两年。"
        )
    frame = within(findings.frame, (first, last))
    panel = findings.panel.restrict((first, last)) if findings.panel else None
    other = _cut(findings.published, span) if findings.published else None
    return replace(findings, frame=frame, panel=panel, published=other)
