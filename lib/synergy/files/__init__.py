"""Files of any kind: opened as grids of cells still as written, written whole or not at all.

`source` opens a file: it looks at the size first (`limits`), then at what the bytes are, whatever
the name says (`kinds`), and has them read as delimited text (`text`), as a workbook (`workbook`,
with `locks` for the stock password and `sheet_scan` for what the library keeps to itself) or as a
table of Stata or Parquet (`frames`); what comes out is a `grid`. `sheets` and `saving` write;
`address` tells a file from the sheet that may follow its name. Nothing here knows what a province
or a year is.
"""
