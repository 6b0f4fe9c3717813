"""The command line as the console script runs it, for pages that are rendered."""

from tests.cli.conftest import permcheck

__all__ = ["permcheck"]
