"""File geodatabases as one dataset of many files."""
