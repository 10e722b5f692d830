"""A panel VAR of Swedish municipalities, and impulse responses with bands."""

import pandas as pd

import pvar

frame = pd.read_csv("../tests/reference/municipalities.csv")
names = ["grants", "revenues", "expenditures"]
frame[names] *= 1000  # from million to thousand SEK per head
panel = {"unit": "id", "time": "year"}
results = pvar.panel_var(frame, names, lags=2, time_effects="demean", **panel)
print(results.summary())
bands = results.bootstrap(500, seed=1).bands("orthogonal", horizon=8, method="sup-t")
pvar.plot_irf(bands).savefig("responses.png", dpi=100)
