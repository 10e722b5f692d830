"""How many lags, who drives whom, and whether the system is stable."""

import pandas as pd

import pvar

frame = pd.read_csv("../tests/reference/municipalities.csv")
names = ["grants", "revenues", "expenditures"]
options = {"unit": "id", "time": "year", "time_effects": "demean"}
print(pvar.select_lags(frame, names, max_lags=3, depth=4, **options).round(2))

results = pvar.panel_var(frame, names, lags=2, **options)
print(results.granger_tests().round(3))
print(results.serial_correlation_tests().round(3))
pvar.plot_roots(results).savefig("roots.png", dpi=100)
