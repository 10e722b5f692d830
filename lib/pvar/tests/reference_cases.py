"""Reference answers of R's panelvar and plm, read for the tests."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pvar import PanelVARResults, panel_var

COMMITTED = Path(__file__).parent / "reference"
#: Answers on data that are not ours to carry, where they are at hand; tests skip without them.
SHARED = Path(os.environ.get("PVAR_REFERENCE", COMMITTED / "../../../../../shared/reference/pvar"))
PANELS = {
    "synth30": "synth_N30_T13_K5.csv",
    "unb120": "synth_unbalanced_N120_K5.csv",
}


NAMES = ["y1", "y2", "y3", "y4", "y5"]
KEYS = {"unit": "id", "time": "year"}


@dataclass(frozen=True)
class Case:
    """One call of panelvar and its answers."""

    name: str
    answer: dict[str, Any]

    @property
    def arguments(self) -> dict[str, Any]:
        return self.answer["args"]

    @property
    def two_step(self) -> bool:
        return self.arguments["steps"] == "twostep"

    @property
    def system(self) -> bool:
        return self.arguments["system_instruments"]

    def values(self, key: str) -> np.ndarray:
        return np.array(self.answer[key]["values"], dtype=float)

    @property
    def coefficients(self) -> np.ndarray:
        return self.values("coef_second_step" if self.two_step else "coef_first_step")

    @property
    def standard_errors(self) -> np.ndarray:
        two = self.two_step
        return self.values("se_second_step_windmeijer" if two else "se_first_step_robust")

    @property
    def plain_covariance(self) -> np.ndarray:
        """After two steps, without Windmeijer's correction."""
        return np.array(self.answer["vcov_second_step_uncorrected"])

    @property
    def counts(self) -> dict[str, int]:
        """What panelvar counted, by our names."""
        found = {
            "n_obs": "nof_observations",
            "n_units": "nof_groups",
            "n_instruments": "n_instruments_per_equation",
            "n_moments": "n_moments_total",
        }
        return {ours: self.answer[theirs] for ours, theirs in found.items()}

    def has(self, key: str) -> bool:
        """Whether panelvar gave this answer; with one equation some of its parts fail."""
        return key in self.answer and "error" not in self.answer[key]

    def responses(self, key: str) -> np.ndarray:
        """As (horizon, response, impulse); panelvar lists FEVD by response."""
        m = len(names(self.arguments["dependent_vars"]))
        listed = np.array(list(self.answer[key].values()), dtype=float).reshape(m, -1, m)
        return listed.transpose(1, 0, 2) if key == "fevd" else listed.transpose(1, 2, 0)

    def estimate(self, **changes: Any) -> PanelVARResults:
        """Our estimate of the same model."""
        a = self.arguments
        unit, time = a["panel_identifier"]
        deepest = a["max_instr_dependent_vars"]
        options: dict[str, Any] = {
            "unit": unit,
            "time": time,
            "lags": a["lags"],
            "transform": a["transformation"],
            "depth": "all" if deepest == 99 else deepest - a["min_instr_dependent_vars"] + 1,
            "collapse": a["collapse"],
            "system": a["system_instruments"],
            "predetermined": names(a.get("predet_vars")),
            "exogenous": names(a.get("exog_vars")),
            "steps": "two" if self.two_step else "one",
        }
        return panel_var(self.frame(), names(a["dependent_vars"]), **(options | changes))

    def frame(self) -> pd.DataFrame:
        prefix = self.name.split("_")[0]
        return committed(PANELS[prefix]) if prefix in PANELS else empl_uk()


@cache
def committed(name: str) -> pd.DataFrame:
    """A simulated panel; read once, so not to be changed."""
    return pd.read_csv(COMMITTED / name)


def names(value: str | list[str] | None) -> list[str]:
    """R writes one name as a bare string."""
    return [] if value is None else [value] if isinstance(value, str) else list(value)


@cache
def empl_uk() -> pd.DataFrame:
    """The Arellano-Bond firms in logs."""
    frame = pd.read_csv(SHARED / "EmplUK.csv")
    for name in ("emp", "wage", "capital", "output"):
        frame[f"l{name}"] = np.log(frame[name])
    return frame


def cases() -> list[Case]:
    """All panelvar cases that are present."""
    files = sorted(COMMITTED.glob("*.json"))
    if SHARED.exists():
        files += sorted(SHARED.glob("empl_*.json"))
    found = [Case(f.stem, json.loads(f.read_text(encoding="utf-8"))) for f in files]
    return [case for case in found if "args" in case.answer]


def relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference relative to the largest reference value."""
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))
