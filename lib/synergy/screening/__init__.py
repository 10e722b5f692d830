"""What in a panel does not look like a measurement: found, counted, shown, never altered.

`doubts` looks at single values of every panel that is read. `press data check` asks for all:
`findings` says what a finding is, `jumps` looks along the years, `shares` at what cannot be and at
what is missing, `patterns` at what looks copied or computed; `screen` asks them, doubts included.
"""
