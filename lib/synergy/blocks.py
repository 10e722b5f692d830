"""How the blocks of a figure's words begin, for who writes them and for who reads them.

`synergy.page` writes a figure as one block of MyST Markdown, the press reads it (`press.captions`);
what is not the caption says so.
"""

ENGLISH, NATURE, NOTE = "English: ", "Nature: ", "Note: "
