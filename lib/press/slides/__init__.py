"""Slides: decks written like chapters, shown as one offline page each and printed two to a sheet."""
