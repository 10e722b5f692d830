"""Marks of blocks of MyST Markdown, for who writes them and for who reads them.

`synergy.page` writes a figure or a table as one block, the press reads it (`press.captions`,
`press.by_place`).
"""

#: How those words of a figure begin that are not its caption.
ENGLISH, NATURE, NOTE = "English: ", "Nature: ", "Note: "

#: Around a table: its cells may hold fences of their own.
BARS = "`" * 10
