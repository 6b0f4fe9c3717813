"""Settings such as ``app-memory=512`` in, the limits of what opening one input may use out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from permcheck.errors import UsageError
from permcheck.workers import Limit


@dataclass(frozen=True, slots=True)
class Limits:
    """What opening one input may use; what needs more is lost, with a gap that names the limit.

    ``memory`` in MB beyond what a fresh process has, ``cpu`` in seconds of processor time, ``seconds`` of wall clock;
    ``files`` a process may have open. On Windows ``seconds`` alone holds, on macOS all but ``memory``.
    """

    app_memory: int = 2048
    app_cpu: int = 120
    app_seconds: int = 300
    policy_memory: int = 320
    policy_cpu: int = 20
    policy_seconds: int = 60
    files: int = 64

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Limits:
        """Limits from ``app-memory=512`` and the like. Raises `UsageError`."""
        known = {item.name.replace("_", "-"): item.name for item in fields(cls)}
        values = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in known:
                raise UsageError(f"no limit is called {name!r}; known are {', '.join(known)}")
            if not value.isascii() or not value.isdigit() or not 0 < int(value) <= 1 << 20:
                raise UsageError(f"the limit {name} takes a whole number from 1 to {1 << 20}, not {value!r}")
            values[known[name]] = int(value)
        return cls(**values)

    @property
    def app(self) -> Limit:
        """Those for a bundle and what is judged of it."""
        return Limit(self.app_memory, self.app_cpu, self.app_seconds, "app")

    @property
    def policy(self) -> Limit:
        """Those for a policy or a form."""
        return Limit(self.policy_memory, self.policy_cpu, self.policy_seconds, "policy")
