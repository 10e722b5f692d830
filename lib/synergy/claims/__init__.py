"""Claims ledger and audit: what the three documents print, and what the checks say about it.

>>> from synergy import audit, load_ledger
>>> audit(load_ledger())["P-43-LQ-EQ"].document.verdict.zh
'不一致'
"""
