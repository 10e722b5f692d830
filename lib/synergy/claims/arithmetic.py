"""Printed numbers against each other: repeats, orders, growth words, counts."""

from __future__ import annotations

from collections.abc import Callable

from synergy.claims.ledger import Claim, Ledger
from synergy.claims.verdicts import Finding, consistent_if, document_check
from synergy.dictionary import indicators, provinces, published_table

SLACK = 1e-9


def growth(start: float, end: float) -> tuple[float, float]:
    """Growth as a ratio (end / start) and as an increase (end / start - 1)."""
    ratio = end / start
    return ratio, ratio - 1.0


@document_check
def repeats(claim: Claim, ledger: Ledger) -> Finding:
    """The same quantity printed in two places."""
    other = ledger[claim.arguments["of"]]
    width = max(claim.half_width, other.half_width) + SLACK
    detail = f"此处 {claim.printed}，{other.place} {other.printed}"
    return consistent_if(abs(claim.value - other.value) <= width, detail)


@document_check
def growth_word(claim: Claim, ledger: Ledger) -> Finding:
    """A growth figure against its printed endpoints, read literally as an increase.

    Arguments: `start` and `end` (ids). A figure that only holds as a ratio is inconsistent with
    the word used, and the finding says so.
    """
    start, end = ledger[claim.arguments["start"]], ledger[claim.arguments["end"]]
    least = growth(start.interval[1], end.interval[0])
    most = growth(start.interval[0], end.interval[1])
    ratio, increase = growth(start.value, end.value)
    detail = (
        f"{start.printed} 到 {end.printed} 是 {ratio:.3f} 倍，增加 {increase:.3f} 倍"
        f"（舍入内 {least[1]:.3f} 至 {most[1]:.3f}）；印作增幅超 {claim.printed} 倍"
    )
    if least[0] > claim.value >= most[1]:
        detail += "：作为倍数成立，作为增幅不成立"
    return consistent_if(least[1] > claim.value, detail, "作者说明“增幅”指倍数还是增加量")


@document_check
def printed_order(claim: Claim, ledger: Ledger) -> Finding:
    """Printed values in the order claimed, whatever the rounding."""
    larger = [ledger[key] for key in claim.arguments["larger"]]
    smaller = [ledger[key] for key in claim.arguments["smaller"]]
    holds = min(c.interval[0] for c in larger) > max(c.interval[1] for c in smaller)
    detail = f"{_values(larger)} 对 {_values(smaller)}"
    return consistent_if(holds, f"应较大者对应较小者：{detail}")


@document_check
def printed_close(claim: Claim, ledger: Ledger) -> Finding:
    """Pairs of printed values that are called similar; the tolerance is ours and is shown."""
    tolerance = float(claim.arguments["tolerance"])
    gaps = []
    for one, other in claim.arguments["pairs"]:
        a, b = ledger[one].value, ledger[other].value
        gaps.append(abs(a - b) / max(a, b))
    shown = "、".join(f"{gap:.0%}" for gap in gaps)
    detail = f"相对差 {shown}；以 {tolerance:.0%} 以内为“相近”（界线由本书设定）"
    return consistent_if(max(gaps) <= tolerance, detail)


@document_check
def enumerates(claim: Claim, ledger: Ledger) -> Finding:
    """A number of things announced against the things that follow."""
    items = claim.arguments["items"]
    detail = f"称有 {claim.printed} 项，随后列出 {len(items)} 项：{'、'.join(items)}"
    return consistent_if(int(claim.value) == len(items), detail)


@document_check
def counts(claim: Claim, ledger: Ledger) -> Finding:
    """A count against the report's own dictionary; argument `what` names the count."""
    what = str(claim.arguments["what"])
    counted = _COUNTS[what.split(":")[0]](what.rpartition(":")[2])
    detail = f"印出或按表清点为 {claim.printed}，本书字典中为 {counted}"
    return consistent_if(int(claim.value) == counted, detail)


@document_check
def units_named(claim: Claim, ledger: Ledger) -> Finding:
    """The sample described as certain kinds of province-level units against their number."""
    endings = tuple(claim.arguments["endings"])
    names = provinces()["name_full"].astype(str)
    named = int(names.str.endswith(endings).sum())
    left = names[~names.str.endswith(endings)]
    detail = f"称 {claim.printed} 个{'与'.join(endings)}；样本中此类单位只有 {named} 个" + (
        f"，其余为{'、'.join(left)}" if len(left) else ""
    )
    return consistent_if(int(claim.value) == named, detail, "样本名单")


@document_check
def year_span(claim: Claim, ledger: Ledger) -> Finding:
    """Number of years from a first to a last year, as printed elsewhere."""
    last = ledger[claim.arguments["last"]].value
    first = ledger[claim.arguments["first"]].value
    span = last - first + 1
    detail = f"{first:.0f} 至 {last:.0f} 年共 {span:.0f} 年"
    return consistent_if(int(claim.value) == int(span), detail)


@document_check
def equal_weights(claim: Claim, ledger: Ledger) -> Finding:
    """Equal weights over a number of systems sum to one."""
    systems = int(claim.arguments["systems"])
    total = systems * claim.value
    return consistent_if(
        abs(total - 1.0) < SLACK, f"{systems} 个系统各 {claim.printed}，合计 {total:g}"
    )


@document_check
def between(claim: Claim, ledger: Ledger) -> Finding:
    """A printed number inside the range where it can have a meaning."""
    low, high = claim.arguments["low"], claim.arguments["high"]
    detail = f"{claim.text} 应在 {low:g} 与 {high:g} 之间"
    return consistent_if(low < claim.value <= high, detail)


@document_check
def path_shape(claim: Claim, ledger: Ledger) -> Finding:
    """A letter used as a shape against the slopes the same sentence describes.

    `slopes` and `shape` are signs per phase: an L falls and then stays flat.
    """
    slopes, shape = claim.arguments["slopes"], claim.arguments["shape"]
    words = {1: "上升", 0: "走平", -1: "下降"}
    detail = (
        f"“{claim.arguments['letter']}”形指{'、'.join(words[s] for s in shape)}；"
        f"同句描述的路径是{'、'.join(words[s] for s in slopes)}"
    )
    return consistent_if(_compressed(slopes) == _compressed(shape), detail)


@document_check
def aaron_condition(claim: Claim, ledger: Ledger) -> Finding:
    """Pay-as-you-go beats saving when n + g > r: the exact return against the printed sum.

    A generation pays a share of its wage and receives the same share of the next generation's
    wage bill, so each unit returns (1 + n)(1 + g) (Aaron 1966).
    """
    n, g, r = (float(claim.arguments[key]) for key in ("n", "g", "r"))
    exact = (1 + n) * (1 + g) - 1
    detail = f"n={n:.1%}、g={g:.1%}：n+g={n + g:.2%}，精确回报 {exact:.2%}，r={r:.1%}"
    return consistent_if((n + g > r) == (exact > r), detail)


def _values(claims: list[Claim]) -> str:
    return "、".join(claim.printed for claim in claims)


def _compressed(signs: list[int]) -> list[int]:
    return [s for i, s in enumerate(signs) if i == 0 or s != signs[i - 1]]


def _in_system(system: str) -> int:
    return int((indicators()["system"] == system).sum())


def _dimensions(system: str) -> int:
    table = indicators()
    return int(table.loc[table["system"] == system, "dimension"].nunique())


_COUNTS: dict[str, Callable[[str], int]] = {
    "provinces": lambda _: len(provinces()),
    "indicators": _in_system,
    "dimensions": _dimensions,
    "dimension": lambda name: int((indicators()["dimension"] == name).sum()),
    "grades": lambda _: int(published_table(3)["grade"].nunique()),
    "stages": lambda _: int(published_table(3)["stage"].nunique()),
    "equations": lambda _: int(published_table(4)["equation"].nunique()),
    "regressors": lambda _: int(published_table(4)["regressor"].nunique()),
}
