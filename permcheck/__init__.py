"""permcheck tells where a phone app's permissions and its privacy policy disagree.

What `__all__` names is the contract; everything else may change. Nothing here prints, exits, logs or uses the network.
Every failure that a caller can act on is a `PermcheckError`; an input that cannot be read is an `InputError`, or a
fatal `Gap` of the report where other inputs of the same call can go on. Importing this package loads nothing heavy:
a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from permcheck.codec import dump_facts, dump_policy, load_facts, load_policy
    from permcheck.errors import (
        BundleError,
        DeclarationError,
        DocumentError,
        InputError,
        MappingError,
        PermcheckError,
        UsageError,
    )
    from permcheck.limits import Limits
    from permcheck.model import (
        AppFacts,
        Assessment,
        Block,
        CategoryNote,
        Disclosure,
        Document,
        Fact,
        Finding,
        Gap,
        Location,
        Obeyed,
        Placeholder,
        Policy,
        Report,
        RuleNote,
        Span,
        Waiver,
    )
    from permcheck.reports import load_report, render
    from permcheck.session import Session, check

_PLACES = {
    "permcheck.codec": ("dump_facts", "dump_policy", "load_facts", "load_policy"),
    "permcheck.errors": (
        "BundleError",
        "DeclarationError",
        "DocumentError",
        "InputError",
        "MappingError",
        "PermcheckError",
        "UsageError",
    ),
    "permcheck.limits": ("Limits",),
    "permcheck.model": (
        "AppFacts",
        "Assessment",
        "Block",
        "CategoryNote",
        "Disclosure",
        "Document",
        "Fact",
        "Finding",
        "Gap",
        "Location",
        "Obeyed",
        "Placeholder",
        "Policy",
        "Report",
        "RuleNote",
        "Span",
        "Waiver",
    ),
    "permcheck.reports": ("load_report", "render"),
    "permcheck.session": ("Session", "check"),
}
_PLACE = {name: module for module, names in _PLACES.items() for name in names}

__all__ = [
    "AppFacts",
    "Assessment",
    "Block",
    "BundleError",
    "CategoryNote",
    "DeclarationError",
    "Disclosure",
    "Document",
    "DocumentError",
    "Fact",
    "Finding",
    "Gap",
    "InputError",
    "Limits",
    "Location",
    "MappingError",
    "Obeyed",
    "PermcheckError",
    "Placeholder",
    "Policy",
    "Report",
    "RuleNote",
    "Session",
    "Span",
    "UsageError",
    "Waiver",
    "__version__",
    "check",
    "dump_facts",
    "dump_policy",
    "load_facts",
    "load_policy",
    "load_report",
    "render",
]


def __getattr__(name: str) -> Any:
    """Load a name of the contract when it is first used."""
    if name not in _PLACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PLACE[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
