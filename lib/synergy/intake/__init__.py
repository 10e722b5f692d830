"""From files as offices publish them to one panel.

`grids` opens a file of any kind as tables of raw cells, `marks` says what a cell is (a year, a
place, a heading with its unit, a note), `layouts` recognises how a table is laid out and reads
it, `mapping` remembers which heading is which indicator, `merging` makes one panel of many files
and accounts for every line, `workbook` writes the panel and the template to fill in.
"""
