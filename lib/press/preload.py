"""What every chapter imports, imported once in the process that chapters are forked from."""

import altair  # noqa: F401
import ipykernel.kernelapp  # noqa: F401
import numpy  # noqa: F401
import pandas  # noqa: F401
import scipy.stats  # noqa: F401

import press.figures
import synergy.evidence
import synergy.figures.paper
import synergy.panel

press.figures.enable_renderer()
synergy.panel.demo_panel()  # cached: chapters inherit it
