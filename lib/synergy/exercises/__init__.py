"""Exercises of the chapters: declared once, answered by the library that the chapters call.

``data/exercises.toml`` holds the words: question, hint, common mistakes, solution, extension, and
which of the given numbers are drawn for a student. `by_hand`, `on_panel`, `on_system` and
`on_policy` turn the given numbers into answers, and into what the common mistakes would give;
they call the library and hold no formula of their own. `posing` joins both to a `Posed`
exercise, with the chapter's own numbers or with a student's; `marking` says of an answer whether
it is right, and which mistake it shows. `block` puts an exercise on a page.

Nothing in this room reads or writes a student's file.
"""
