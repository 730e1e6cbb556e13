"""The command line: the outermost module of services, thin over the use cases."""

from services.cli.main import main

__all__ = ["main"]
