"""Chapters outside the book: in a notebook what they show is plain Markdown, tables and charts.

The book is written in MyST, whose roles and directives no notebook reads. `contents` knows what
texts refer to, `plain` turns a text into plain Markdown, `bundles` into what a notebook shows,
`display` shows it. `press.notebooks` writes the same into files.
"""

#: Pixels of a chart that fills its page, in a notebook as on a desk.
WIDTH = 757
