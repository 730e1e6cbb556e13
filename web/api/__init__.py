"""The interface for programs: the JSON documents of the contract."""

from web.api.check import api

__all__ = ["api"]
