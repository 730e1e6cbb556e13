"""Made-up county with planted sites, for demonstration, tests and benchmarks."""
