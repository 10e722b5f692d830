"""Mechanisms and instruments of the essay and the notes, as small models a reader can move.

One module per subject. Every model is a pure function from keyword arguments (numbers or
arrays that broadcast) to a frozen result; its equations stand in the docstring. Default values,
ranges and sources are in ``data/policy_parameters.csv`` and nowhere else: see
`synergy.policy.parameters`. A module's ``EXPRESSIONS`` repeat its closed forms in the Vega
expression language, so that a slider in a page recomputes what the function computes.

The models are stylised. They say what follows from an assumption, not what will happen.
"""

from synergy.policy.expressions import vega_expression
from synergy.policy.parameters import defaults, evaluate, parameter_table

__all__ = ["defaults", "evaluate", "parameter_table", "vega_expression"]
