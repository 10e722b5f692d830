"""Slides: decks written like chapters, shown as one offline page, printed two to a sheet."""
