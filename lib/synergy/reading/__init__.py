"""From grids of raw cells to judged values, each with its place in the file.

`schema` knows which headings mean what, `headings` finds where a table begins and what stands
around it, `columns` which of its columns say where, when, what and how much, `cells` what one
cell says; `judging` reads every cell as what it should hold and tells each fault with its cure.
"""
