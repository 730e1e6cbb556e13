"""Made-up county with planted sites, for demonstration, tests and benchmarks."""

from sample_data.manifest import (
    LayerEntry,
    Manifest,
    SiteEntry,
    load_manifest,
    load_truth,
    shipped_county,
    shipped_inputs,
)

__all__ = [
    "LayerEntry",
    "Manifest",
    "SiteEntry",
    "load_manifest",
    "load_truth",
    "shipped_county",
    "shipped_inputs",
]
