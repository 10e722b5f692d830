"""Mutation study of the claims ledger: which verdicts notice a misprinted number?

Each mutation misprints one ledger value the way typesetting does: two neighbouring digits swapped,
or one digit missed by one or two. The whole audit is run again and the verdicts that differ are
counted.

    python benchmarks/claims_mutation.py            # 30 random misprints
    python benchmarks/claims_mutation.py --all 6    # six misprints of every number, per test
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from synergy.claims.auditing import Audit, audit
from synergy.claims.ledger import Claim, Ledger, load_ledger
from synergy.evidence import Findings, demo_findings, real_findings

SEED = 20250815


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


def test_of(claim: Claim) -> str:
    """Head of the document test: the function it calls first, or that it compares."""
    called = re.match(r"[a-z_]+(?=\()|undecided", claim.check)
    return called[0] if called else "comparison"


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


def panels() -> list[Findings]:
    """The committed panels."""
    return [real_findings(), demo_findings()]


def sample(ledger: Ledger, count: int, seed: int) -> None:
    """Misprint `count` different rows once each and list what flips."""
    rng = np.random.default_rng(seed)
    views, base = panels(), audit(ledger, panels())
    numbered = [claim for claim in ledger if claim.printed]
    chosen = rng.choice(len(numbered), size=count, replace=False)
    noticed = total = 0
    for claim in (numbered[i] for i in sorted(chosen)):
        value = misprint(claim, rng)
        found = flips(base, audit(ledger.with_value(claim.id, value), views))
        noticed += bool(found)
        total += len(found)
        shown = ", ".join(found) or "-"
        print(f"{claim.id:18} {test_of(claim):22} {claim.printed:>8} -> {value:8} {shown}")
    print(f"\n{count} misprints (seed {seed}): {noticed} noticed, {total} verdicts flipped")


def exhaustive(ledger: Ledger, repeats: int, seed: int) -> None:
    """Misprint every number `repeats` times and count, per test, how often anything flips."""
    rng = np.random.default_rng(seed)
    views, base = panels(), audit(ledger, panels())
    tried: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    silent: dict[str, list[str]] = defaultdict(list)
    for claim in (c for c in ledger if c.printed):
        hits = [_noticed(claim, ledger, base, views, rng) for _ in range(repeats)]
        tried[test_of(claim)] += repeats
        noticed[test_of(claim)] += sum(hits)
        if not any(hits):
            silent[test_of(claim)].append(claim.id)
    _report(ledger, tried, noticed, silent)


def _noticed(
    claim: Claim, ledger: Ledger, base: Audit, views: list[Findings], rng: np.random.Generator
) -> bool:
    changed = ledger.with_value(claim.id, misprint(claim, rng))
    return bool(flips(base, audit(changed, views)))


def _report(
    ledger: Ledger, tried: Counter[str], noticed: Counter[str], silent: dict[str, list[str]]
) -> None:
    print(f"{'test':24}{'tried':>7}{'noticed':>9}  rows that nothing notices")
    for check in sorted(tried, key=lambda name: noticed[name] / tried[name]):
        share = f"{noticed[check] / tried[check]:.0%}"
        print(f"{check:24}{tried[check]:>7}{share:>9}  {' '.join(silent[check])}")
    words = _listed(sorted({test_of(c) for c in ledger} - set(tried)))
    print(f"\nall: {sum(noticed.values())} of {sum(tried.values())} misprints noticed")
    print(f"tests without a number: {words}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30, help="random misprints (default 30)")
    parser.add_argument("--all", type=int, metavar="N", help="N misprints of every number instead")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.all:
        exhaustive(load_ledger(), options.all, options.seed)
    else:
        sample(load_ledger(), options.count, options.seed)


if __name__ == "__main__":
    main()
