"""Least squares and its correction for short panels, with two standard errors, in one table."""

import pandas as pd

import pvar

frame = pd.read_csv("../tests/reference/municipalities.csv")
names = ["grants", "revenues", "expenditures"]
options = {"unit": "id", "time": "year", "time_effects": "demean"}
plain = pvar.least_squares(frame, names, **options)
options["correction"] = "half-panel-jackknife"
jackknife = pvar.least_squares(frame, names, **options)
by_period = pvar.least_squares(frame, names, covariance="driscoll-kraay", **options)
table = pvar.compare({"Plain": plain, "Jackknife": jackknife, "Driscoll-Kraay": by_period})
table.to_docx("corrected.docx")
