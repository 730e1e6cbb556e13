"""The siting check: what was measured, what the rules say, what is printed."""
