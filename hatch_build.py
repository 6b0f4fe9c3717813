"""Build hook: put a compact index of the mappings into the wheel, so that an installed permcheck parses no TOML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface):  # type: ignore[type-arg]
    """Written for hatchling, which finds it by its place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the index beside the mappings of a standard wheel; an editable install reads the sources."""
        if self.target_name != "wheel" or version != "standard":
            return
        sys.path.insert(0, self.root)
        from permcheck.knowledge import sources  # noqa: PLC0415  (only importable from the root)

        found = sources.read_sources(Path(self.root) / "mappings")
        file = Path(tempfile.mkdtemp()) / sources.INDEX
        file.write_bytes(sources.index_from(sources.parse(Path("mappings"), found)))
        file.chmod(0o644)
        build_data["force_include"][str(file)] = f"permcheck/mappings/{sources.INDEX}"
