"""Chapters outside the book: in a notebook what they show is plain Markdown, tables and charts.

The book is written in MyST, whose roles and directives no notebook reads. `contents` knows what
texts refer to, `plain` turns a text into what every notebook shows, `display` shows it.
"""
