"""Panels that the tests simulate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvar import PanelData

LABELS = {"unit": "u", "time": "t"}


def var_panel(
    rng: np.random.Generator, n: int, periods: int, slopes: ArrayLike, effects: float = 1.0
) -> PanelData:
    """A VAR in standard normal shocks with unit effects of the given size."""
    a = np.asarray(slopes)
    m, width = a.shape
    y = np.zeros((n, periods + 30, m))
    alpha = effects * rng.normal(size=(n, m))
    for t in range(width // m, y.shape[1]):
        past = np.concatenate([y[:, t - k] for k in range(1, width // m + 1)], axis=1)
        y[:, t] = alpha + past @ a.T + rng.normal(size=(n, m))
    return PanelData.from_array(y[:, 30:])


def long_frame(values: np.ndarray, times: ArrayLike | None = None) -> pd.DataFrame:
    """An array (units, periods, variables) in long form: columns y1, y2 .., u and t."""
    n, periods, m = values.shape
    frame = pd.DataFrame(values.reshape(-1, m), columns=[f"y{j + 1}" for j in range(m)])
    calendar = np.arange(periods) if times is None else np.asarray(times)
    return frame.assign(u=np.repeat(np.arange(n), periods), t=np.tile(calendar, n))
