"""Mutation study of the claims ledger: what do its checks miss, and where do they cry wolf?

A *clean document* prints what is true: a table 4 drawn at random from a stable system, and means
of a jittered demo panel, rounded as the paper rounds, with labels and lists that fit the exact
values. A check of a statement that is true of the exact values and yet alarms is a *false alarm*.
Then one number that the check reads is misprinted the way typesetting does it: two neighbouring
digits swapped, or one digit missed by one or two. If no check of that kind that reads the number
alarms, the kind has *missed* it.
External figures, references and counts are taken as they stand where their check passes. So a
false alarm here is one that rounding causes; whether a sentence was read rightly is not measured.

    python benchmarks/claims_mutation.py                 # 30 random misprints of the real ledger
    python benchmarks/claims_mutation.py --study 40      # false and missed alarms per kind of check
    python benchmarks/claims_mutation.py --study 40 --write    # ... into data/claims_mutation.csv
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from synergy.claims.auditing import Audit, audit, check_document
from synergy.claims.feasibility import statement_sets
from synergy.claims.ledger import FAILED, PASSED, Claim, Ledger, LedgerError, Verdict, load_ledger
from synergy.claims.significance import (
    EQUATIONS,
    LEVELS,
    REGRESSORS,
    cell_id,
    p_value,
    stars_of,
)
from synergy.coupling import grade
from synergy.dictionary import DATA_DIR, NATION, REGIONS, units
from synergy.evidence import demo_findings, real_findings

SEED = 20250815
RESULT = DATA_DIR / "claims_mutation.csv"
NO_LEVEL = 9.0
ALARM = FAILED | {Verdict.DOUBTFUL}
#: Kinds of check by how their expression begins; the first that fits.
KINDS = {
    "正文与表 4 的数": r"value == v\('P-T4",
    "星号与 t 值": r"stars_match_t|len\(decision_errors",
    "正文的显著性水平": r"prose_level",
    "列出的显著变量与机制": r"significant_set|largest_in_columns|chain_supported",
    "等级、阶段与数值": r"(necessary\()?fits|number\((value|v\('P-51-BJSH'\))\) < b|intervals",
    "汇总数能否并存": r"holds_with_the_rest|gradient|close_to_next|grade_reachable",
    "次序、比例与增幅": r"v\(|growth_word|excess|sign\(|2 \* value",
    "系统的稳定性": r"stable_system",
    "重复的数": r"value == v\('[PE]-(?!T4)",
    "题录": r"sourced\(external_record",
    "外部数字": r"sourced\((?!agrees|set)",
    "计数与清单": r"value == |work in",
}


# ------------------------------------------------------------------ misprints


def misprint(claim: Claim, rng: np.random.Generator) -> str:
    """Swap two neighbouring digits or miss one by one or two; stars stay between 0 and 3."""
    printed = claim.printed
    if claim.quantity == "stars":
        return str(rng.choice([n for n in range(4) if n != int(printed)]))
    places = [i for i, character in enumerate(printed) if character.isdigit()]
    if re.fullmatch(r"(19|20)\d\d", printed):
        places = places[2:]
    while True:
        digits = list(printed)
        spot = int(rng.integers(len(places)))
        if len(places) > 1 and rng.random() < 0.5:
            a, b = places[max(spot - 1, 0)], places[max(spot, 1)]
            digits[a], digits[b] = digits[b], digits[a]
        else:
            near = int(digits[places[spot]]) + int(rng.choice([-2, -1, 1, 2]))
            digits[places[spot]] = str(min(max(near, 0), 9))
        changed = "".join(digits)
        if float(changed) != float(printed):
            return changed


def flips(base: Audit, other: Audit) -> list[str]:
    """Ids, with the panel where there is one, of verdicts that differ."""
    found = []
    for key, outcome in base.outcomes.items():
        new = other.outcomes[key]
        if outcome.document.verdict is not new.document.verdict:
            found.append(key)
        found += [
            f"{key}@{nature}"
            for nature, finding in outcome.panels.items()
            if finding.verdict is not new.panels[nature].verdict
        ]
    return found


def sample(ledger: Ledger, count: int, seed: int) -> None:
    """Misprint `count` different rows once each and list what flips."""
    rng = np.random.default_rng(seed)
    views = [real_findings(), demo_findings()]
    base = audit(ledger, views)
    numbered = [claim for claim in ledger if claim.printed]
    chosen = rng.choice(len(numbered), size=count, replace=False)
    noticed = total = 0
    for claim in (numbered[i] for i in sorted(chosen)):
        value = misprint(claim, rng)
        found = flips(base, audit(ledger.with_value(claim.id, value), views))
        noticed += bool(found)
        total += len(found)
        print(f"{claim.id:18} {claim.printed:>8} -> {value:8} {', '.join(found) or '-'}")
    print(f"\n{count} misprints (seed {seed}): {noticed} noticed, {total} verdicts flipped")


# ------------------------------------------------------------------ clean documents

Exact = dict[str, float]


def table_four(ledger: Ledger, rng: np.random.Generator) -> Exact:
    """Coefficients, t statistics and stars of a stable system with the printed standard errors."""
    size = len(EQUATIONS)
    errors = np.array([[abs(_ratio(ledger, cell_id(e, r))) for r in REGRESSORS] for e in EQUATIONS])
    matrix = rng.normal(0.0, 2.0, (size, size)) * errors
    order = [REGRESSORS.index(name) for name in EQUATIONS]
    radius = max(abs(np.linalg.eigvals(matrix[:, order])))
    t = matrix / errors
    t = np.where(abs(t) < 0.01, np.copysign(0.01, t), t)  # none is printed as 0.00
    matrix *= min(1.0, 0.8 / radius)
    found: Exact = {}
    for i, equation in enumerate(EQUATIONS):
        for j, regressor in enumerate(REGRESSORS):
            found[cell_id(equation, regressor)] = matrix[i, j]
            found[cell_id(equation, regressor, "t")] = t[i, j]
            found[cell_id(equation, regressor, "s")] = stars_of(p_value(t[i, j]))
    return found


def _ratio(ledger: Ledger, key: str) -> float:
    return ledger[key].value / ledger[f"{key}-t"].value


def means(rng: np.random.Generator) -> dict[str, dict[tuple[str, int], float]]:
    """Regional and national means of AI, EQ and D of the demo panel with provinces jittered."""
    frame = demo_findings().frame[["U1", "U2"]]
    names = frame.index.get_level_values("province")
    for column in ("U1", "U2"):
        noise = pd.Series(np.exp(rng.normal(0.0, 0.12, 30)), index=list(units().index))
        frame = frame.assign(**{column: frame[column] * noise.loc[names].to_numpy()})
    frame = (frame / frame.max().max()).assign(D=lambda f: (f["U1"] * f["U2"]) ** 0.25)
    region = units()["region"].loc[names].to_numpy()
    found = {}
    for name, column in {"AI": "U1", "EQ": "U2", "D": "D"}.items():
        part = frame[column].groupby([region, frame.index.get_level_values("year")]).mean()
        whole = frame[column].groupby("year").mean()
        found[name] = {(str(r), int(y)): float(v) for (r, y), v in part.items()}
        found[name] |= {(NATION, int(y)): float(v) for y, v in whole.items()}
    return found


def aggregates(rng: np.random.Generator) -> tuple[Exact, dict[str, str]]:
    """Exact values of the rows that print regional figures, and the labels that fit them."""
    of = means(rng)
    east, central, west, northeast = REGIONS
    ai, eq, d = of["AI"], of["EQ"], of["D"]
    near = max(abs(eq[northeast, y] - eq[NATION, y]) for y in (2010, 2016))
    values = {
        "P-AI-C22": ai[central, 2022],
        "P-AI-W10": ai[west, 2010],
        "P-AI-W22": ai[west, 2022],
        "P-AI-NE10": ai[northeast, 2010],
        "P-AI-NE22": ai[northeast, 2022],
        "P-AI-GROWTH": ai[NATION, 2022] / ai[NATION, 2010] - 1,
        "P-AI-E-GROWTH": _floor(ai[east, 2022] / ai[east, 2010] - 1),
        "P-51-E15": ai[east, 2022] / ai[NATION, 2022],
        "P-EQ-C22": eq[central, 2022],
        "P-EQ-W-GROWTH": eq[west, 2019] / eq[west, 2010] - 1,
        "P-EQ-NE-NEAR": np.ceil(1000 * near) / 1000,
        "P-51-E365": 100 * (eq[east, 2022] / eq[NATION, 2022] - 1),
        "P-D-2010": d[NATION, 2010],
        "P-D-2022": d[NATION, 2022],
        "P-D-GROWTH": _floor(d[NATION, 2022] / d[NATION, 2010] - 1),
    }
    grades = {
        "P-D-LATE": d[NATION, 2022],
        "P-D-NE-START": d[northeast, 2010],
        "P-D-E-NEAR": d[east, 2022],
    }
    return values, {key: str(grade(pd.Series([value])).iloc[0]) for key, value in grades.items()}


def _floor(times: float) -> float:
    """What "over so many times" prints."""
    return float(np.floor(10 * times) / 10)


def unknowns(of: dict[str, dict[tuple[str, int], float]], system: str) -> dict[str, float]:
    """Values of the unknowns of the linear statements."""
    short = dict(zip((*REGIONS, NATION), ("E", "C", "W", "NE", "N"), strict=True))
    return {f"{short[r]}{y % 100:02d}": v for (r, y), v in of[system].items()}


def rewritten(ledger: Ledger, values: Exact, labels: dict[str, str]) -> Ledger:
    """The ledger with exact values, the labels and the lists that go with them."""
    stars = {key.removesuffix("-s"): int(v) for key, v in values.items() if key.endswith("-s")}
    claims = {}
    for claim in ledger:
        facts = {**claim.facts, **({"label": labels[claim.id]} if claim.id in labels else {})}
        changed = replace(claim, facts=facts, check=_listing(claim, stars, values), other="")
        source = _repeated(claim)
        key = source if source in values else claim.id
        if claim.check.startswith("prose_level"):
            cell = re.findall(r"'(P-[\w-]+)'", claim.check)[0]
            level = LEVELS.get(stars[cell], NO_LEVEL)  # a cell without stars is not quoted
            changed = replace(changed, printed=str(level))
        elif key in values:
            changed = replace(changed, printed=repr(float(values[key])), half_width=0.0)
        claims[claim.id] = changed
    return Ledger(MappingProxyType(claims))


def _repeated(claim: Claim) -> str:
    match = re.fullmatch(r"value == v\('([\w-]+)'\)", claim.check)
    return match[1] if match and claim.record != "reading" else ""


def _listing(claim: Claim, stars: dict[str, int], values: Exact) -> str:
    """A sentence that lists what table 4 shows lists what this one shows."""
    if claim.check.startswith("significant_set"):
        equation = re.findall(r"'(\w+)'", claim.check)[0]
        said = [r for r in REGRESSORS if stars[cell_id(equation, r)]]
        return f"significant_set('{equation}', {said})"
    if claim.check.startswith("chain_supported"):
        good = [
            f"{r}>{e}"
            for e in EQUATIONS
            for r in REGRESSORS
            if stars[cell_id(e, r)] and values[cell_id(e, r)] > 0
        ]
        count = claim.check.count(">")
        return f"chain_supported({', '.join(map(repr, good[:count]))})" if good else claim.check
    return claim.check


def rounded(ledger: Ledger, exact: Ledger) -> Ledger:
    """The exact document as the paper would print it."""
    claims = {}
    for claim in exact:
        real = ledger[claim.id]
        if claim.printed != real.printed and not claim.check.startswith("prose_level"):
            digits = len(real.printed.partition(".")[2])
            text = f"{float(claim.printed):.{digits}f}"
            claims[claim.id] = replace(claim, printed=text, half_width=real.half_width)
        else:
            claims[claim.id] = claim
    return Ledger(MappingProxyType(claims))


def without_the_false(exact: Ledger, rng: np.random.Generator) -> set[str]:
    """Rows with a linear statement that is not true of the means behind the document."""
    of, false = means(rng), set()
    for system in ("AI", "EQ"):
        literal, known = statement_sets(exact, system)[0], unknowns(of, system)
        for key, group in literal.statements.items():
            worst = max(
                sum(w * known[n] for n, w in form.coefficients.items()) + form.constant
                for form in group.all
            )
            if worst > 1e-9:
                false.add(key)
    return false


def document(ledger: Ledger, seed: int) -> tuple[Ledger, list[str]]:
    """A clean document and the ids of its true statements."""
    values, labels = aggregates(np.random.default_rng(seed))
    values |= table_four(ledger, np.random.default_rng(seed + 1))
    exact = rewritten(ledger, values, labels)
    false = without_the_false(exact, np.random.default_rng(seed))
    kept = Ledger(MappingProxyType({k: c for k, c in exact.claims.items() if k not in false}))
    true = [c.id for c in kept if kind_of(c) and _holds(c, kept)]
    clean = rounded(ledger, kept)
    return clean, true


def _holds(claim: Claim, ledger: Ledger) -> bool:
    return check_document(claim, ledger).verdict in PASSED | {Verdict.NOT_CHECKABLE}


def kind_of(claim: Claim) -> str:
    """Kind of a row's check; empty for a row that tests nothing, or nothing with a number."""
    unsourced = claim.check.startswith("sourced(") and not claim.source
    if unsourced or claim.record in ("reading", "absent", "printed", "transcript", "count"):
        return ""
    return next((name for name, start in KINDS.items() if re.match(start, claim.check)), "")


# ------------------------------------------------------------------ the study


def reads(claim: Claim, ledger: Ledger) -> list[str]:
    """Ids of the numbers that a check looks at."""
    named = re.findall(r"'((?:P|E|N)-[\w-]+)'", claim.check)
    keys = [claim.id, *named]
    codes = re.findall(r"'([A-Z]{2})'", claim.check)
    if claim.check.startswith("prose_level"):
        keys += [f"{named[0]}{part}" for part in ("-s", "-t")]
    if claim.check.startswith("stars_match_t"):
        keys.append(cell_id(codes[0], codes[1], "t"))
    if claim.check.startswith(("significant_set", "largest_in_columns")):
        keys += [cell_id(e, r, "s") for e in codes[:1] for r in REGRESSORS if e in EQUATIONS]
    if claim.check.startswith("chain_supported"):
        links = re.findall(r"'(\w+)>(\w+)'", claim.check)
        keys += [cell_id(e, r, part) for r, e in links for part in ("", "s")]
    if claim.check.startswith(("stable_system", "len(decision_errors")):
        part = "" if claim.check.startswith("stable") else "t"
        keys += [cell_id(e, r, part) for e in EQUATIONS for r in REGRESSORS]
    if claim.facts.get("system"):
        keys += [c.id for c in ledger if c.facts.get("system") == claim.facts["system"]]
    numbers = list(dict.fromkeys(k for k in keys if k in ledger and ledger[k].printed))
    return [k for k in numbers if k != named[0]] if claim.check.startswith("prose_l") else numbers


def trials(ledger: Ledger, documents: int, seed: int) -> Iterator[tuple[str, bool, bool | None]]:
    """Kind of check, whether it alarms on a clean document, whether it misses a misprint."""
    for number in range(documents):
        clean, true = document(ledger, seed + 2 * number)
        rng = np.random.default_rng([seed, number])
        looked_at = {key: reads(clean[key], clean) for key in true}
        for key in true:
            claim = clean[key]
            alarm = check_document(claim, clean).verdict in ALARM
            peers = [k for k in true if kind_of(clean[k]) == kind_of(claim)]
            spot = str(rng.choice(looked_at[key])) if looked_at[key] else ""
            readers = [k for k in peers if spot in looked_at[k]]
            yield kind_of(claim), alarm, _missed(spot, readers, clean, rng)


def _missed(spot: str, readers: list[str], clean: Ledger, rng: np.random.Generator) -> bool | None:
    """Whether none of the checks that read a number notices a misprint of it."""
    if not spot:
        return None
    wrong = clean.with_value(spot, misprint(clean[spot], rng))
    try:
        return all(check_document(wrong[key], wrong).verdict not in ALARM for key in readers)
    except LedgerError:  # a t statistic of 0.00 beside a coefficient cannot be
        return False


def study(ledger: Ledger, documents: int, seed: int) -> pd.DataFrame:
    """False and missed alarms by kind of check."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in KINDS}
    for kind, alarm, missed in trials(ledger, documents, seed):
        found: dict[str, Any] = {"clean": 1, "false": int(alarm)}
        if missed is not None:
            found |= {"planted": 1, "missed": int(missed)}
        counts[kind].update(found)
    rows = Counter(kind_of(claim) for claim in ledger)
    table = pd.DataFrame.from_dict(counts, orient="index").reindex(
        columns=["clean", "false", "planted", "missed"]
    )
    table = table.fillna(0).astype(int)
    table.insert(0, "rows", [rows[name] for name in table.index])
    return table[table["clean"] > 0].rename_axis("check")


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30, help="random misprints (default 30)")
    parser.add_argument("--study", type=int, metavar="N", help="so many clean documents instead")
    parser.add_argument("--write", action="store_true", help="write the study into data/")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if not options.study:
        sample(load_ledger(), options.count, options.seed)
        return
    table = study(load_ledger(), options.study, options.seed)
    print(table.to_string())
    if options.write:
        table.to_csv(RESULT, lineterminator="\n")


if __name__ == "__main__":
    main()
