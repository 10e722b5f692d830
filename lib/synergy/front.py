"""The front page: what this edition finds, in six numbers with a small picture each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from synergy import pictures
from synergy.arrows import confirmed, least_squares_of, links_tested
from synergy.claims.auditing import audit_evidence
from synergy.claims.counts import count_verdicts
from synergy.claims.ledger import Verdict, load_ledger
from synergy.conclusions import Mark, parts_judged
from synergy.dictionary import NATION, REGIONS, find_place, paper_indicators, units
from synergy.policy.places import theil_decomposition
from synergy.price_base import FALL, PriceBase, price_base_scores, price_base_story
from synergy.standings import standing
from synergy.system import estimate_interaction, published_system

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from pvar import ImpliedSystem
    from synergy.dictionary import Place
    from synergy.evidence import Evidence, Findings

#: Marks of the parts of a conclusion and how a picture shows them.
MARKS = {Mark.SUPPORTED: "yes", Mark.NOT_SUPPORTED: "no", Mark.NOT_TESTABLE: "open"}

#: Verdicts of the rows as the bar counts them: word, verdicts, look.
CHECKS = (
    ("一致", (Verdict.CONSISTENT,), "yes half"),
    ("证实", (Verdict.CONFIRMED,), "yes"),
    ("不符", (Verdict.INCONSISTENT, Verdict.CONTRADICTED), "no"),
    ("存疑", (Verdict.DOUBTFUL,), "weak"),
    ("其余", (Verdict.NOT_CHECKABLE, Verdict.RECORDED), "open hollow"),
)


class Front(NamedTuple):
    """What the front page says whatever the place.

    Attributes
    ----------
    rising : list of bool
        Whether the national index of AI and that of employment quality rose.
    arrows, standing : int
        Starred arrows of table 4, and those that all ways of least squares confirm.
    tested : bool
        Whether least squares can be used on the panel.
    published : ImpliedSystem
        Table 4 as printed.
    price : PriceBase
        What the price base of one series does.
    gaps : DataFrame
        Theil index of employment quality by year; ``between``, ``within``, ``total``.
    marks : Series
        Parts of the paper's conclusions by mark, in the order of `MARKS`.
    rows : list of (str, int, str)
        Rows of the ledger by verdict: word, count, look.
    issues, heavy : int
        Distinct inconsistencies, and those that topple or weaken a statement.
    held, total : int
        Indicators of the panel and of the paper.
    """

    rising: list[bool]
    arrows: int
    standing: int
    tested: bool
    published: ImpliedSystem
    price: PriceBase
    gaps: pd.DataFrame
    marks: pd.Series
    rows: list[tuple[str, int, str]]
    issues: int
    heavy: int
    held: int
    total: int


def front_findings(evidence: Evidence) -> Front:
    """What an edition finds; the evidence's place plays no part."""
    lead, result = evidence.lead, audit_evidence(load_ledger(), evidence)
    nation = find_place(NATION)
    ends = [standing(nation, lead, column) for column in ("U1", "U2")]
    linear = least_squares_of(here := estimate_interaction(lead))
    links = links_tested(here, linear)
    starred = links.query("cross and stars > 0")
    marks = parts_judged(result, lead.nature)["mark"].value_counts().reindex(list(MARKS))
    counts = count_verdicts(outcome.document for outcome in result.outcomes.values())
    issues = result.inconsistencies()
    return Front(
        rising=[bool(end.path.iloc[-1] > end.path.iloc[0]) for end in ends if len(end.path)],
        arrows=len(starred),
        standing=len(confirmed(links, linear)),
        tested=bool(linear) and len(starred) > 0,
        published=published_system(),
        price=price_base_story(),
        gaps=theil_decomposition(lead.frame, "U2"),
        marks=marks.fillna(0).astype(int),
        rows=[(word, sum(counts.get(v.zh, 0) for v in of), look) for word, of, look in CHECKS],
        issues=len(issues),
        heavy=sum(issue.weight == "conclusion" for issue in issues),
        held=sum(lead.coverage.held(system)[0] for system in ("AI", "EQ")),
        total=len(paper_indicators()),
    )


def front_pictures(front: Front) -> Mapping[str, Markup]:
    """The pictures that are the same for all places, by finding."""
    ends = front.gaps.iloc[[0, -1]][["between", "within"]]
    told = "，".join(f"{n} 个{word}" for word, n in front.marks.items())
    checked = "，".join(f"{word} {n} 条" for word, n, _ in front.rows)
    checked += "（未能核对，或只作记录）"
    first, last = FALL
    return {
        "price": pictures.changes(
            _western_changes(front.price), f"西部各省就业质量 {first}—{last} 年的变动，两种价格"
        ),
        "marks": pictures.cells(
            [MARKS[Mark(str(word))] for word, n in front.marks.items() for _ in range(n)],
            f"每格一个分句：{told}",
        ),
        "roots": pictures.roots(front.published, "表 4 的特征值和单位圆；浅带是最大一个的估计误差"),
        "gaps": pictures.parted(
            {
                str(year): list(parts)
                for year, parts in zip(ends.index, ends.to_numpy(), strict=True)
            },
            "泰尔指数，首年与末年，地区之间与地区之内",
        ),
        "checks": pictures.shares(front.rows, f"台账各行的判断：{checked}"),
    }


def paths_picture(place: Place, lead: Findings) -> Markup:
    """D of a place among the regions and the nation."""
    shown = [*map(find_place, REGIONS), find_place(NATION), place]
    wide = pd.DataFrame({each.name: each.path(lead, "D") for each in shown})
    return pictures.paths(wide, place.name, f"{place.label}、全国和四大地区的耦合协调度")


def _western_changes(price: PriceBase) -> dict[str, list[float]]:
    """How the quality of employment moved in each western province, by version of the series."""
    west = units().index[units()["region"] == "西部"]
    first, last = FALL
    found = {}
    for version, words in (("published", "照公布的数"), ("linked", "换算成同一种价格")):
        wide = price_base_scores(price.at["weight"], version).unstack("year").loc[west]
        found[words] = (wide[last] - wide[first]).tolist()
    return found
