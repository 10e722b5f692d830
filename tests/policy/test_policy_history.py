"""Facts of the past are those of the series, counted by hand."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest

from synergy.dictionary import DATA_DIR
from synergy.figures.history import growth_lines, share_lines
from synergy.policy.history import (
    employment_elasticity,
    flow_of_funds,
    labour_history,
    recoveries,
)


def rows(country: str) -> dict[int, dict[str, str]]:
    with (DATA_DIR / "labour_history.csv").open(encoding="utf-8") as lines:
        return {int(r["year"]): r for r in csv.DictReader(lines) if r["country"] == country}


def test_elasticities_are_ratios_of_growth() -> None:
    table, found = rows("中国"), employment_elasticity("中国", [1990, 2000, 2023])
    grown = {
        name: math.log(float(table[2023][name]) / float(table[2000][name]))
        for name in ("output", "employment")
    }
    assert list(found.index) == ["1990—2000", "2000—2023"]
    assert found["2000—2023"] == pytest.approx(grown["employment"] / grown["output"])


def test_recoveries_are_those_a_reader_counts() -> None:
    """2007: 147.3 million at work, output 18.47; above that in 2013, and for good in 2010."""
    table, found = rows("美国"), recoveries("美国")
    jobs = {year: float(row["employment"]) for year, row in table.items()}
    assert list(found.index) == [1974, 1981, 1990, 2000, 2007, 2019]
    assert all(jobs[peak + 1] < jobs[peak] for peak in found.index)
    for peak, row in found.iterrows():
        years = [y for y in sorted(table) if y > peak and jobs[y] >= jobs[peak]]
        assert row["employment"] == years[0] - peak
        output = [float(table[year]["output"]) for year in range(peak, years[0] + 1)]
        held = [n for n in range(1, len(output)) if min(output[n:]) >= output[0]]
        assert row["output"] == held[0]
    assert found.loc[2007].to_dict() == {"output": 3, "employment": 6, "lag": 3}
    assert recoveries("中国").empty, "the fall since 2015 is not made up in the series"


def test_carried_over_shares_are_left_out_and_every_official_one_is_sourced() -> None:
    share = labour_history("中国")["labour_share"]
    assert (
        share.dropna().diff().dropna().ne(0).all() and share[[1990, 1991, 2022, 2023]].isna().all()
    )
    official = flow_of_funds()
    assert official[["source", "url", "looked_up", "quote"]].notna().all(axis=None)
    assert official["labour_share"].between(0.5, 0.6).all()


def test_alt_texts_state_the_ends() -> None:
    past = labour_history("中国")
    text = growth_lines("中国").to_dict()["description"]
    assert f"就业由 100 变为 {100 * past.employment.iloc[-1] / past.employment.iloc[0]:.0f}" in text
    told = share_lines().to_dict()["description"]
    assert f"2019 年 {flow_of_funds().labour_share[2019]:.1%}" in told
    assert np.isfinite(past["output"]).all()
