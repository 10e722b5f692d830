"""Least squares with its correction for short panels, and a table for Word."""

import pandas as pd

import pvar

frame = pd.read_csv("../tests/reference/municipalities.csv")
names = ["grants", "revenues", "expenditures"]
options = {"unit": "id", "time": "year", "time_effects": "demean"}
plain = pvar.least_squares(frame, names, **options)
corrected = pvar.least_squares(frame, names, correction="half-panel-jackknife", **options)
table = pvar.compare({"Least squares": plain, "Jackknife": corrected})
print(table)
table.to_docx("corrected.docx")
