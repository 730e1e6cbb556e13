"""Batch check of many sites: chunks, workers, resume, one table."""
