"""From files as offices publish them to one panel.

`synergy.files` opens a file as grids of raw cells; here `marks` says what a cell is (a year, a
place, a heading with its unit, a note), `blocks` and `columns` find the tables and what their
columns are, `layouts` reads them, `one_file` accounts for every line of a file, `mapping` remembers
which heading is which indicator, `merging` makes one panel of many files, `account` tells what was
done, `panel_file` writes it all, `template` a panel to fill in.
"""
