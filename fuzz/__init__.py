"""Fuzzing of the readers: `make fuzz`, and the kept corpus that the tests replay."""
