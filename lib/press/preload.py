"""What chapters import, imported once in the process that they are forked from."""

import gc
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
import synergy.claims.ledger
import synergy.panel
import synergy.words

for module in pkgutil.walk_packages(synergy.__path__, "synergy."):
    importlib.import_module(module.name)
press.figures.enable_renderer()
press.figures.trust_charts()
# Cached, so that chapters inherit it: the demonstration panel, the ledger, compiled macros.
synergy.panel.demo_panel()
synergy.claims.ledger.load_ledger()
synergy.words.say("")
synergy.words.phrase("")
gc.freeze()  # a chapter's own collections pass over what it inherited, and leave it shared
