"""Mechanisms and instruments of the essay and the notes, as small models a reader can move.

`work`, `insurance`, `levers` and `net` hold the models: functions from numbers or arrays to an
array or a named tuple of arrays, with their equations. `population` and `fund` follow people and
pensions to 2060, `foundations` splits the balance, `record` holds the official figures; `outlook`
joins the models, `scenarios` runs them on named assumptions, `sensitivity` asks which assumption
drives an answer, `places` looks at provinces, `studies` lists what others measured, `growth` and
`history` account for the past.

Defaults, ranges and sources stand in ``data/policy_parameters.csv`` and nowhere else: see
`parameters`. What a slider recomputes in a page is the model itself, run on names: see `symbols`.

The models are stylised. They say what follows from an assumption, not what will happen.
"""

from synergy.policy.parameters import defaults, evaluate, parameter_table
from synergy.policy.symbols import Symbol, expression

__all__ = ["Symbol", "defaults", "evaluate", "expression", "parameter_table"]
