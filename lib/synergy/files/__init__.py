"""From a file of any kind to grids of cells still as written.

`source` opens a file: it looks at the size first (`limits`), then at what the bytes are, whatever
the name says (`kinds`), and has them read as delimited text (`text`), as a workbook (`workbook`,
with `locks` for the stock password, `sheet_scan` for what the library keeps to itself and `apart`
for what it may break) or as a table of Stata or Parquet (`frames`). Nothing here knows what a
province or a year is.
"""
