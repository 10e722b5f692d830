"""The bookmaker of the living report: stage, execute, publish."""
