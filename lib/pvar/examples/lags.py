"""How many lags, who drives whom, and whether the system is stable."""

import pandas as pd

import pvar

frame = pd.read_csv("../tests/reference/municipalities.csv")
names = ["grants", "revenues", "expenditures"]
options = {"unit": "id", "time": "year", "time_effects": "demean"}
criteria = pvar.select_lags(frame, names, max_lags=3, depth=4, **options)
print(criteria[["n", "j", "df", "p", "mbic", "maic", "mqic", "modulus"]].round(2).to_string())
results = pvar.panel_var(frame, names, lags=2, **options)
print(results.granger_tests().round(3).to_string())
print(results.serial_correlation_tests().round(3).to_string())
pvar.plot_roots(results).savefig("roots.png", dpi=100)
