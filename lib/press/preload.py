"""What chapters import, imported once in the process that they are forked from."""

import importlib
import pkgutil

import altair  # noqa: F401
import ipykernel.kernelapp  # noqa: F401
import numpy  # noqa: F401
import pandas  # noqa: F401
import scipy.stats  # noqa: F401

import press.elsewhere
import press.figures
import synergy
import synergy.panel

for module in pkgutil.walk_packages(synergy.__path__, "synergy."):
    importlib.import_module(module.name)
press.figures.enable_renderer()
press.figures.trust_charts()
synergy.panel.demo_panel()  # cached: chapters inherit it
