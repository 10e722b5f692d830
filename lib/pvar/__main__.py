"""Command line: `python -m pvar DATA.csv --unit id --time year --variables y1 y2`."""

from __future__ import annotations

import argparse
import gettext
import json
import os
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import numpy as np

from pvar.design import (
    MISSING_INSTRUMENTS,
    TIME_EFFECTS,
    TRANSFORMS,
    Lags,
    Specification,
    split_lag,
)
from pvar.errors import PanelVARError, PanelVARWarning
from pvar.fit import panel_var
from pvar.gmm import COVARIANCES, Clusters, InitialWeight, Steps
from pvar.messages import LOCALE, language, languages, message, use_language
from pvar.reading import one_unit_twice, read_panel
from pvar.results import PanelVARResults


def shapes() -> str:
    """Keys and shapes of the JSON, for the help."""
    return message(
        """\
Keys and shapes of --json (m variables, p the longest lag, K regressors, H horizons):
  variables, regressors  names; regressors are lag1_v1 .. lag1_vm, lag2_v1 .., predetermined,
                         exogenous, const of system GMM (period dummies are not listed)
  coef, se               m x K, rows are equations, columns regressors
  hansen                 {{statistic, df, p}}; just-identified: statistic and df 0, p null;
                         after one step J with the two-step weight; null where there is none
  criterion              g'Wg of the step in use (after one step its size depends on the units
                         of the variables; no test)
  eigenvalue_moduli      mp of them, largest first
  sigma                  m x m, covariance E'E/(n-K) of the transformed residuals
  oirf, girf             m x (H+1) x m: impulse, horizon (from 0), response
  fevd                   m x (H+1) x m: response, horizon (the first row is the impact), impulse
  n_obs, n_units         transformed rows, units
  n_moments              moment conditions (m times the instruments of an equation)
  warnings               list of sentences
"""
    )


def parser() -> argparse.ArgumentParser:
    """Arguments of the command, in the language spoken."""
    p = argparse.ArgumentParser(
        prog="python -m pvar",
        description=message(
            "Panel vector autoregression by GMM: estimates, tests, impulse responses and variance "
            "decompositions."
        ),
        epilog=shapes(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(p)
    add_model(p)
    add_estimation(p)
    p.add_argument(
        "--horizon", type=int, default=10, help=message("horizons H of responses (default 10)")
    )
    p.add_argument(
        "--order",
        nargs="+",
        help=message("order of orthogonalisation (default that of --variables)"),
    )
    p.add_argument("--json", action="store_true", help=message("print JSON"))
    p.add_argument(
        "--language",
        choices=languages(),
        help=message("language of messages (default PVAR_LANGUAGE, else en)"),
    )
    return p


def add_data(p: argparse.ArgumentParser) -> None:
    """Where the data are."""
    p.add_argument("data", type=Path, help=message("CSV in long form: one row per unit and period"))
    p.add_argument("--unit", required=True, help=message("column of units"))
    p.add_argument(
        "--time",
        required=True,
        help=message("column of time (whole numbers, such as years; lags follow the calendar)"),
    )
    p.add_argument(
        "--variables",
        nargs="+",
        required=True,
        help=message("dependent variables, in the default order of orthogonalisation"),
    )


def add_model(p: argparse.ArgumentParser) -> None:
    """What the model is."""
    p.add_argument(
        "--lags",
        nargs="+",
        default=["1"],
        help=message("2 for lags 1 and 2 (default 1); 1 4 for these two; y1=1,4 y2=2 by variable"),
    )
    p.add_argument(
        "--transform", choices=TRANSFORMS, default="fod", help=message("transform (default fod)")
    )
    p.add_argument(
        "--depth",
        type=depth,
        help=message(
            "lag distances used as instruments per variable: a number, all, or just (as many as "
            "lags, just-identified); fd starts at y(t-2), fod at y(t-1); by default two "
            "more than lags"
        ),
    )
    layout = p.add_mutually_exclusive_group()
    layout.add_argument(
        "--collapse", action="store_true", help=message("one instrument column per distance")
    )
    layout.add_argument(
        "--per-period",
        action="store_true",
        help=message(
            "one column per distance and period (the default for a given depth above the number "
            "of lags)"
        ),
    )
    p.add_argument("--system", action="store_true", help=message("system GMM"))
    p.add_argument(
        "--predetermined",
        nargs="*",
        default=[],
        help=message("predetermined regressors; L1.x is x one period back"),
    )
    p.add_argument(
        "--exogenous", nargs="*", default=[], help=message("strictly exogenous regressors")
    )
    p.add_argument(
        "--time-effects", choices=TIME_EFFECTS, default="none", help=message("time effects")
    )
    p.add_argument(
        "--missing-instruments",
        choices=MISSING_INSTRUMENTS,
        default="zero",
        help=message("an instrument that does not exist is zero (default) or drops its row"),
    )


def add_estimation(p: argparse.ArgumentParser) -> None:
    """How it is estimated."""
    p.add_argument(
        "--steps",
        choices=get_args(Steps),
        help=message("one or two steps (default two where over-identified)"),
    )
    p.add_argument(
        "--weight",
        choices=get_args(Clusters),
        default="unit",
        help=message("what the two-step weight takes as independent (default unit)"),
    )
    p.add_argument(
        "--initial-weight",
        choices=get_args(InitialWeight),
        default="model",
        help=message("first-step weight; identity is the habit of Stata's pvar (default model)"),
    )
    p.add_argument(
        "--covariance",
        choices=COVARIANCES,
        help=message(
            "standard errors: clustered by unit (default after one step), windmeijer corrected "
            "(default after two), robust by row"
        ),
    )
    p.add_argument("--cluster", help=message("column of clusters of units"))
    p.add_argument(
        "--use-t", action="store_true", help=message("t distribution with clusters - 1 degrees")
    )


def depth(text: str) -> int | str:
    """A number of lag distances, all of them, or as many as lags."""
    if text not in ("all", "just") and not text.isdecimal():
        raise argparse.ArgumentTypeError(
            message("must be a number, all or just; read {value}", value=repr(text))
        )
    return int(text) if text.isdecimal() else text


def lags_of(words: Sequence[str]) -> Lags:
    """Lags from words: 2, or 1 4, or y1=1,4 y2=2."""
    try:
        if all("=" in word for word in words):
            pairs = (word.rsplit("=", 1) for word in words)
            return {name: one_or_several(text.split(",")) for name, text in pairs}
        return one_or_several(words)
    except ValueError as fault:
        raise PanelVARError(
            message(
                "--lags must be a number, several, or y1=1,4 y2=2; read {value}.",
                value=" ".join(words),
            )
        ) from fault


def one_or_several(words: Sequence[str]) -> int | list[int]:
    """One number or a list of them."""
    numbers = [int(word) for word in words]
    return numbers if len(numbers) > 1 else numbers[0]


def estimate(options: argparse.Namespace) -> PanelVARResults:
    """The estimate that the options ask for; a depth above the lags is by period unless told."""
    presentation = ("json", "horizon", "order", "language")
    model = {k: v for k, v in vars(options).items() if k not in presentation}
    path, variables, per_period = (model.pop(k) for k in ("data", "variables", "per_period"))
    lags = lags_of(options.lags)
    least = max(map(len, Specification(variables, lags).lag_sets))
    model["collapse"] |= options.depth in (None, "just", least) and not per_period
    model["lags"] = lags
    named = [*variables, *model["predetermined"], *model["exogenous"]]
    columns = [split_lag(name)[0] for name in named]
    frame = read_panel(path, options.unit, options.time, columns)
    if {options.unit, options.time} <= set(frame.columns):
        for doubt in one_unit_twice(frame, options.unit, options.time):
            print(message("Warning: {doubt}", doubt=doubt), file=sys.stderr)
    return panel_var(frame, variables, **model)


def as_json(results: PanelVARResults, horizon: int, order: Sequence[str] | None) -> dict[str, Any]:
    """Everything the command promises, as plain lists; see `shapes`."""
    frame = results.to_frame()
    shown = frame.loc[results.variables[0]].index
    shape = (len(results.variables), len(shown))
    responses = {
        kind: results.responses(kind, horizon=horizon, order=order).values
        for kind in ("orthogonal", "generalised", "fevd")
    }
    weak = results.weak_identification
    return {
        "variables": list(results.variables),
        "regressors": list(shown),
        "coef": frame["coefficient"].to_numpy().reshape(shape).tolist(),
        "se": frame["std_error"].to_numpy().reshape(shape).tolist(),
        "hansen": {k: None if np.isnan(v) else v for k, v in vars(results.hansen).items()},
        "criterion": results.estimate.criterion,
        "eigenvalue_moduli": results.eigenvalue_moduli.tolist(),
        "sigma": results.sigma.tolist(),
        "oirf": responses["orthogonal"].transpose(2, 0, 1).tolist(),
        "girf": responses["generalised"].transpose(2, 0, 1).tolist(),
        "fevd": responses["fevd"].transpose(1, 0, 2).tolist(),
        "n_obs": results.n_obs,
        "n_units": results.n_units,
        "n_moments": results.n_moments,
        "n_instruments": results.n_instruments,
        "weak_identification": asdict(weak) if weak else None,
        "warnings": list(results.warnings),
    }


def spoken(arguments: Sequence[str] | None) -> str | None:
    """The language asked for, which the help must speak already."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language", choices=languages())
    found: str | None = early.parse_known_args(arguments)[0].language
    return found


def speak(code: str) -> None:
    """Speak a language, argparse's own words included."""
    use_language(code)
    os.environ["LANGUAGE"] = code
    gettext.bindtextdomain("messages", str(LOCALE))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 2 means that the data or options cannot be used."""
    speak(spoken(arguments) or language())
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PanelVARWarning)
            results = estimate(options)
        if options.json:
            print(json.dumps(as_json(results, options.horizon, options.order), ensure_ascii=False))
        else:
            print(results.summary())
    except PanelVARError as error:
        print(message("Error: {fault}", fault=error), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
