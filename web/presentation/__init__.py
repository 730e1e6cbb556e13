"""A result as the lines of a page: every number printed, every word in one language."""
