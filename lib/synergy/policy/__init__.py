"""Mechanisms and instruments of the essay and the notes, as small models a reader can move.

`work`, `growth`, `insurance`, `levers`, `direction` and `net` hold the models: functions from
numbers or arrays to an array or a named tuple of arrays, with their equations. `public_money`,
`support` and `assessment` ask whose money it is, what a lost job brings, and what an employment
impact assessment has to ask; `official`, `record` and `history` have the figures of statistics
that models are compared with, `studies` lists what others measured. `population` and `fund` follow
people and pensions to 2060, `foundations` splits the balance; `outlook` joins the models,
`scenarios` runs them on named assumptions, `sensitivity` asks which assumption drives an answer,
`thresholds` where a claim turns, `places` looks at provinces.

Defaults, ranges and sources stand in ``data/policy_parameters.csv`` and nowhere else: see
`parameters`; how readers write their units, in ``data/policy_units.csv``: see `units`. What a
slider recomputes in a page is the model itself, run on names: see `symbols`.

The models are stylised. They say what follows from an assumption, not what will happen.
"""

from synergy.policy.parameters import defaults, evaluate, parameter_table, settled
from synergy.policy.symbols import Symbol, expression

__all__ = ["Symbol", "defaults", "evaluate", "expression", "parameter_table", "settled"]
