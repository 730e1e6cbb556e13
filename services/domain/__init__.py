"""The words of the trade as types: layers, projects, facts, verdicts."""
