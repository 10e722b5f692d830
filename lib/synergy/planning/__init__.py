"""A reader's own indicators: a plan of what the columns of a file are, and the file read by it.

`draft` writes a plan with what can be read or guessed (`form` as Excel with menus), `plan_file`
reads it back when it is filled in, `own_panel` reads a data file by it.
"""
