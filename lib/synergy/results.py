"""What a panel gives by a plan: weights, scores, how sure they are, why other programs differ."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from synergy.coupling import COUPLING_VARIANTS, Alpha
from synergy.evidence import Findings, findings_of, plan_shares
from synergy.faults import DataError
from synergy.index import WEIGHT_VARIANTS, out_of_range
from synergy.inequality import gini_by_year
from synergy.obstacles import obstacle_degrees
from synergy.panel import Panel
from synergy.plan import Plan
from synergy.robustness import (
    VariantComparison,
    compare_couplings,
    compare_software,
    compare_weights,
    leave_one_out,
)
from synergy.uncertainty import ClusterBootstrap, cluster_bootstrap

DRAWS = 500
#: Fewest units whose redrawing says anything.
LEAST_UNITS = 5


@dataclass(frozen=True, eq=False)
class IndexResults:
    """Everything that `press index` writes.

    Attributes
    ----------
    findings : Findings
        Weights and scores by the methods asked for.
    weights, coupling : str
        Those methods, named variants.
    shares : tuple of float
        Of the systems in T.
    bootstrap : ClusterBootstrap or None
        None where it says nothing; `cautions` say why.
    couplings, weightings, software : VariantComparison
        Other formulas, other weights, other programs, against the standard of each.
    left_out : DataFrame
        Each indicator left out in turn.
    obstacles : DataFrame
        Share of each indicator in what a row lacks.
    gini : dict of str to DataFrame
        Gini ratio of every year with its parts, by column of scores.
    cautions : tuple of str
        What a reader must know before using a number, in Chinese.
    """

    findings: Findings
    weights: str
    coupling: str
    shares: tuple[float, ...]
    bootstrap: ClusterBootstrap | None
    couplings: VariantComparison
    weightings: VariantComparison
    software: VariantComparison
    left_out: pd.DataFrame
    obstacles: pd.DataFrame
    gini: dict[str, pd.DataFrame]
    cautions: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """What was measured."""
        return self.findings.plan

    @property
    def scores(self) -> pd.DataFrame:
        """Indices of the systems, C, T, D and grade in the plan's words, by unit and year."""
        frame, plan = self.findings.frame, self.plan
        named = {column: plan.scores[column] for column in plan.columns} | {"grade": "等级"}
        shown = frame[[*plan.columns, "C", "T", "D", "grade"]].rename(columns=named)
        shown = shown.rename_axis(index=[plan.unit, "年份"])
        return shown if any(self.panel.years) else shown.droplevel("年份")

    @property
    def panel(self) -> Panel:
        """The data."""
        assert self.findings.panel is not None
        return self.findings.panel


def index_results(
    panel: Panel,
    *,
    weights: str = "standard",
    coupling: str = "standard",
    alpha: Alpha = None,
    draws: int = DRAWS,
) -> IndexResults:
    """Take a panel through weights, indices and coupling, and see how far the results hold.

    Parameters
    ----------
    panel : Panel
        As :func:`synergy.planning.own_panel.read_own_panel` reads it.
    weights, coupling : str
        Named variants, see :data:`synergy.index.WEIGHT_VARIANTS` and
        :data:`synergy.coupling.COUPLING_VARIANTS`.
    alpha : float or sequence of float, optional
        Shares of the systems in T; equal by default.
    draws : int
        Of the bootstrap over units.

    Raises
    ------
    DataError
        An indicator is constant, a method is unknown, the shares do not fit the systems, or the
        method gives indices outside [0, 1]; Chinese, for the reader.

    Examples
    --------
    >>> from synergy.dictionary import DATA_DIR
    >>> from synergy.planning.own_panel import read_own_panel
    >>> islands = DATA_DIR / "islands"
    >>> panel = read_own_panel(islands / "panel.csv", islands / "plan.csv")
    >>> found = index_results(panel, draws=50)
    >>> found.scores.loc[("灯塔岛", 2021)].drop("等级").astype(float).round(3).to_dict()
    {'旅游指数': 0.065, '礁海指数': 0.72, '岛民指数': 0.385, 'C': 0.673, 'T': 0.39, 'D': 0.513}
    """
    shares = plan_shares(alpha, panel.plan)
    for name, among, option in (
        (weights, WEIGHT_VARIANTS, "--weights"),
        (coupling, COUPLING_VARIANTS, "--coupling"),
    ):
        if name not in among:
            raise DataError(f"{option} 没有“{name}”这种做法。可用：{'、'.join(among)}。")
    findings = _findings(panel, shares, weights, coupling)
    values, described, groups = panel.values, panel.plan.indicators, findings.groups
    index = findings.index
    assert index is not None
    bootstrap, cautions = _bootstrap(findings, shares, weights, coupling, draws)
    columns = [*panel.plan.columns, "D"]
    return IndexResults(
        findings,
        weights,
        coupling,
        shares,
        bootstrap,
        compare_couplings(findings.systems, alpha=shares),
        compare_weights(values, described, alpha=shares),
        compare_software(values, described, alpha=shares),
        leave_one_out(values, described, alpha=shares),
        obstacle_degrees(index, alpha=shares),
        {column: gini_by_year(findings.frame[column], groups) for column in columns},
        (*_method_cautions(findings, weights), *cautions),
    )


def _findings(panel: Panel, shares: Alpha, weights: str, coupling: str) -> Findings:
    try:
        return findings_of(panel, shares, weights=weights, coupling=coupling, strict=False)
    except DataError:
        raise
    except ValueError as fault:
        title, how = WEIGHT_VARIANTS[weights].title_zh, COUPLING_VARIANTS[coupling].title_zh
        raise DataError(
            f"{panel.source}：按“{title}”和“{how}”算不出 0 到 1 之间的指数。"
            f"请换一种做法，或去掉引起它的指标。原因：{fault}"
        ) from None


def _method_cautions(findings: Findings, weights: str) -> list[str]:
    wrong = out_of_range(findings.weights["entropy"])
    if not wrong:
        return []
    names = "、".join(findings.plan.indicators["name_zh"][wrong[:3]])
    more = f"等 {len(wrong)} 项指标" if len(wrong) > 3 else ""
    title = WEIGHT_VARIANTS[weights].title_zh
    return [
        f"“{title}”使{names}{more}的熵越出 0 与 1，权重次序颠倒：这些数只可用来对照，不能当作结果。"
    ]


def _bootstrap(
    findings: Findings, shares: Alpha, weights: str, coupling: str, draws: int
) -> tuple[ClusterBootstrap | None, list[str]]:
    """Redrawn units, or why there are none."""
    plan, panel = findings.plan, findings.panel
    assert panel is not None
    count = panel.values.index.unique(0).size
    if count < LEAST_UNITS:
        return None, [f"只有 {count} 个{plan.unit}，换掉几个重算没有意义，所以没有区间。"]
    if COUPLING_VARIANTS[coupling].rescaled:
        title = COUPLING_VARIANTS[coupling].title_zh
        why = f"“{title}”用整个样本的极值拉伸指数，换掉几个{plan.unit}就换了尺子，所以没有区间。"
        return None, [why]
    try:
        return (
            cluster_bootstrap(
                panel.values,
                plan.indicators,
                findings.groups,
                draws=draws,
                alpha=shares,
                whole=plan.whole,
                weighting=weights,
                coupling=coupling,
            ),
            [],
        )
    except ValueError:
        return None, [
            f"按这种做法和这份数据，换掉一些{plan.unit}重算时有的抽样算不出指数，所以没有区间。"
        ]
