"""The figure of the price base: what Vega computes at a setting is what Python computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from synergy.claims.ledger import Verdict
from synergy.dictionary import units
from synergy.figures.prices import NAMES, SIGNS, price_base_figure
from synergy.price_base import (
    PHASES,
    STATEMENTS,
    VERSIONS,
    WEIGHTS,
    price_base_facts,
    price_base_interval,
    price_base_scores,
    price_base_verdicts,
)
from vega_replay import assert_suits_a_page, replay

BOUND = 24_000  # verdicts of five statements at 51 weights in two versions travel with it
GRID = [(version, weight) for version in VERSIONS for weight in WEIGHTS[::5]]
SOME = [("published", 0.105), ("published", 0.22), ("linked", 0.195), ("published", 0.0)]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return price_base_figure().to_dict()


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    return price_base_facts().set_index(["version", "weight"])


def drawn(spec: dict[str, Any], part: int, layer: int, fields: list[str], at: Any) -> pd.DataFrame:
    """Rows that a layer of one part draws at a version and a weight."""
    sheet = spec["layer"][part]
    one = sheet["layer"][layer]
    whole = {**spec, "data": one.get("data") or sheet["data"], "layer": [one]}
    return replay(whole, fields, dict(zip(("version", "w"), at, strict=True)))


def test_it_suits_a_page(spec: dict[str, Any]) -> None:
    assert_suits_a_page("price-base", spec, BOUND)


def test_it_starts_where_exactly_six_fall(spec: dict[str, Any], facts: pd.DataFrame) -> None:
    start = {param["name"]: param["value"] for param in spec["params"]}
    low, high = price_base_interval(6)
    assert start["version"] == "published" and low < start["w"] < high
    assert "下降的有 6 省" in spec["description"]
    assert facts.loc[("published", start["w"]), "falling"] == 6


def test_controls_offer_both_versions_and_every_step(spec: dict[str, Any]) -> None:
    bound = {param["name"]: param["bind"] for param in spec["params"]}
    assert bound["version"]["options"] == list(VERSIONS) == list(NAMES)
    assert (bound["w"]["min"], bound["w"]["max"], bound["w"]["step"]) == (0, 0.25, 0.005)


@pytest.mark.parametrize("at", SOME, ids=str)
def test_vega_computes_the_paths_and_paces(
    spec: dict[str, Any], facts: pd.DataFrame, at: tuple[str, float]
) -> None:
    paths = {name: price_base_scores(at[1], name).groupby("year").mean() for name in NAMES}
    found = drawn(spec, 1, 2, ["year", "quality", "series"], at)
    for version in NAMES:
        one = found[found["series"] == version]
        np.testing.assert_allclose(one["quality"], paths[version][one["year"]], atol=1e-7)
    paces = drawn(spec, 1, 1, ["year", "pace"], at)
    np.testing.assert_allclose(paces["pace"], facts.loc[at, list(PHASES)].astype(float), atol=1e-7)


@pytest.mark.parametrize("at", GRID, ids=str)
def test_vega_computes_every_province_and_both_means(
    spec: dict[str, Any], facts: pd.DataFrame, at: tuple[str, float]
) -> None:
    scores = price_base_scores(at[1], at[0]).unstack("year")
    change = scores[2022] - scores[2019]
    found = drawn(spec, 2, 0, ["name", "change"], at).set_index("name")["change"]
    means = {"西部平均": facts.loc[at, "west"], "中部平均": facts.loc[at, "central"]}
    for name, value in found.items():
        assert value == pytest.approx(means.get(str(name), change.get(name)), abs=1e-7)
    west = units().index[units()["region"] == "西部"]
    assert set(found.index) == {*west, *means}
    assert (found[west] < 0).sum() == facts.loc[at, "falling"]


@pytest.mark.parametrize("at", GRID, ids=str)
def test_statements_light_up_where_the_ledger_says_so(
    spec: dict[str, Any], facts: pd.DataFrame, at: tuple[str, float]
) -> None:
    verdicts = price_base_verdicts().loc[at]
    tiles = pd.concat(
        drawn(spec, 0, 3 * state, ["id", "state", "one", "two", "fallen"], at) for state in range(3)
    ).set_index("id")
    assert set(tiles.index) == set(STATEMENTS)
    for key, tile in tiles.iterrows():
        assert f"{tile['state']:.0f}" == SIGNS[verdicts[key]], (key, at)
    assert (tiles["fallen"] == facts.loc[at, "falling"]).all()
    one, two = tiles["one"], tiles["two"]
    told = facts.loc[at, ["middle", "late", "west", "central", "early"]].astype(float)
    shown = [*one.loc[["P-EQ-PHASES", "P-EQ-FLAT", "P-EQ-W-DIP", "P-EQ-C-RISE"]], two["P-EQ-FLAT"]]
    np.testing.assert_allclose(shown, told, atol=1e-7)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_steps_count_the_falling_at_every_weight(
    spec: dict[str, Any], facts: pd.DataFrame, version: str
) -> None:
    steps = drawn(spec, 3, 0, ["at", "n"], (version, 0.1))
    for weight in WEIGHTS:
        told = steps.loc[steps["at"] <= weight, "n"].max()
        assert told == facts.loc[(version, weight), "falling"], weight


def test_all_of_the_paper_s_account_holds_nowhere_and_linked_never_half() -> None:
    """At the middle of the interval four statements hold and one hangs on its reading."""
    verdicts = price_base_verdicts()[list(STATEMENTS)]
    held = (verdicts == Verdict.REPRODUCED).sum(axis=1)
    assert held.loc["published"].max() == 4 and held.loc["linked"].max() == 2
    best = verdicts.loc[("published", 0.105)]
    assert best["P-EQ-C-RISE"] == Verdict.DOUBTFUL
    assert (best.drop("P-EQ-C-RISE") == Verdict.REPRODUCED).all()
