"""What the bars of long work look like."""

from __future__ import annotations

BAR = "{desc} {bar:24} {n}/{total} {elapsed}"
