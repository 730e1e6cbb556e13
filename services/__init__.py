"""Use cases of plotwise: what is decided from the numbers of `geo`."""
