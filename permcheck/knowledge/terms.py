"""One string of the mappings in, what is wrong with it as the term that it stands for out.

A field of the schema that holds more than any text says so in its type: ``Annotated[str, Term(...)]``. The reason that
comes out of a term is the rest of an error line, and its ``pattern`` goes into the JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from permcheck.knowledge.expression import fault_of

OFFICIAL = (
    "developer.android.com", "source.android.com", "android.googlesource.com", "cs.android.com", "support.google.com",
    "play.google.com", "policies.google.com", "developers.google.com", "firebase.google.com", "developer.apple.com",
    "support.apple.com", "csa-iot.org", "eur-lex.europa.eu", "gdpr-info.eu", "edpb.europa.eu", "oag.ca.gov",
    "github.com", "www.ftc.gov", "mas.owasp.org", "www.w3.org",
)  # fmt: skip
"""Hosts whose word counts as the source of a signal or a rule of ours."""
INTERNAL = "internal"
"""What a company writes as the source of a signal or rule that no page tells of."""

SignalKind = Literal[
    "api-call", "background-mode", "bonjour-service", "class", "code-package", "entitlement", "extension-point",
    "feature", "foreground-service", "framework", "host", "implied-permission", "intent", "meta-data", "path",
    "permission", "plist-key", "provider", "purpose-string", "queries", "selector", "special-access", "string",
    "swift-module", "symbol",
]  # fmt: skip
"""What a signal can be: a kind of fact that may belong to a category."""
OtherKind = Literal[
    "anchor-class", "application-attribute", "binary-platform", "build-note", "bundled-policy", "cleartext-domain",
    "embedded-framework", "encrypted", "framework-marker", "identity", "ignored-permission",
    "intent-filter", "library", "localization", "native-library", "objc-class", "policy-link", "privacy-api",
    "privacy-data-type", "privacy-domain", "privacy-manifest", "privacy-manifest-problem", "privacy-tracking",
    "purpose-string-locale", "sdk", "signature", "signer", "tampering",
    "unread-code", "untyped-service",
]  # fmt: skip
"""Kinds of fact of which rules speak and categories do not."""
FACT_KINDS: tuple[str, ...] = (*get_args(SignalKind), *get_args(OtherKind))
DID_YOU_MEAN = "; did you mean '{}'?"
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Names:
    """What the mappings define, for what refers to it; ``ours`` where the shipped files themselves are checked.

    ``deep`` compiles expressions as well, which costs more than everything else.
    """

    categories: Collection[str] = ()
    rules: Collection[str] = ()
    languages: Collection[str] = ()
    checks: Collection[str] = ()
    ours: bool = False
    deep: bool = True


@dataclass(frozen=True, slots=True)
class Term:
    """What a string must be: in words, as an expression for editors, and as a function that returns what is wrong."""

    what: str
    check: Callable[[str, Names], str]
    pattern: str = ""


def near(value: str, known: Collection[str]) -> str:
    """``; did you mean 'camera'?``, or nothing."""
    import difflib  # noqa: PLC0415  (only for an error)

    close = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.6)
    return DID_YOU_MEAN.format(close[0]) if close else ""


def none_of(value: object, known: Collection[str]) -> str:
    """That a value is none of what is allowed, and which of that it may have been meant to be."""
    return f"{value!r} is none of {', '.join(known)}{near(str(value), known)}"


def _known(what: str, name: str) -> Callable[[str, Names], str]:
    def check(value: str, names: Names) -> str:
        known: Collection[str] = getattr(names, name)
        if value in known:
            return ""
        hint = near(value, known) or f"; there are {', '.join(sorted(known)[:60])}"
        return f"no {what} is called {value!r}{hint}"

    return check


def _optional(check: Callable[[str, Names], str]) -> Callable[[str, Names], str]:
    return lambda value, names: check(value, names) if value else ""


def _source(value: str, names: Names) -> str:
    if names.ours and not official(value):
        return f"{value!r} is not an official source: https on {', '.join(OFFICIAL)}"
    if value != INTERNAL and not is_address(value):
        return f'{value!r} is neither an https address nor "{INTERNAL}"'
    return ""


def official(value: str) -> bool:
    """Whether an address is https on a host whose word counts."""
    return is_address(value) and urlsplit(value).hostname in OFFICIAL


def is_address(value: str) -> bool:
    """Whether a text is an https address with a host."""
    try:
        parts = urlsplit(value)
        return parts.scheme == "https" and bool(parts.hostname) and " " not in value
    except ValueError:
        return False


def _address(value: str, names: Names) -> str:  # noqa: ARG001  (one signature for all terms)
    return "" if not value or is_address(value) else f"{value!r} is not an https address"


def _language_table(value: str, names: Names) -> str:  # noqa: ARG001
    fits = value in ("any", "all") or _LANGUAGE.fullmatch(value)
    return "" if fits else f"{value!r} is no language code (two or three small letters) and not any or all"


def _rule_id(value: str, names: Names) -> str:
    wanted = r"PC\d{3}" if names.ours else r"[A-Z]{2,8}\d{3}"
    if re.fullmatch(wanted, value):
        return ""
    return f"{value!r} is no rule id: {'PC' if names.ours else 'two to eight capitals'} and three digits"


def _kebab(value: str, names: Names) -> str:  # noqa: ARG001
    fits = re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value)
    return "" if fits else f"{value!r} is not small letters and digits joined by hyphens"


def _fact_pattern(value: str, names: Names) -> str:  # noqa: ARG001
    for part in value.split("+"):
        kind, colon, key = part.partition(":")
        if not colon or not key:
            return f"{value!r} is not kind:key, kind:prefix* or kind:key=value"
        if kind not in FACT_KINDS:
            return none_of(kind, FACT_KINDS)
    return ""


def _fact_text(value: str, names: Names) -> str:
    kind, colon, _ = value.partition(" [")[0].partition("=")[0].partition(":")
    if colon:
        return "" if kind in FACT_KINDS else none_of(kind, FACT_KINDS)
    return "" if value.strip() and names else "an empty fact"


def _phrase(value: str, names: Names) -> str:
    for part in value.split("&"):
        name = part.strip()
        if name.startswith("@"):
            if wrong := _known("category", "categories")(name[1:], names):
                return wrong
        elif wrong := _words(name):
            return f"the phrase {value!r} {wrong}"
    return ""


def _words(text: str) -> str:
    words = text.split()
    if not any(re.search(r"\w", word) for word in words):
        return "has no words"
    if words[0] == ".." or words[-1] == "..":
        return "begins or ends with .., which stands between words"
    for word in words:
        for one in word.rstrip("?").split("|"):
            if "*" in one.removesuffix("*") or one == "*":
                return "has a * that does not end a word"
    return ""


def _expression(value: str, names: Names) -> str:
    return fault_of(value) if names.deep else ""


def _date(value: str, names: Names) -> str:  # noqa: ARG001
    from datetime import date  # noqa: PLC0415  (start-up is a budget)

    try:
        date.fromisoformat(value or "2000-01-01")
    except ValueError:
        return f"{value!r} is no date (2026-12-31)"
    return ""


def _text(value: str, names: Names) -> str:  # noqa: ARG001
    return "" if value.strip() else "is empty"


_KEBAB = "^[a-z0-9]+(-[a-z0-9]+)*$"
_HTTPS = "^https://"

Text = Annotated[str, Term("text that is not empty", _text, r"\S")]
Id = Annotated[str, Term("small letters, digits and hyphens; the name of the file", _kebab, _KEBAB)]
RuleId = Annotated[str, Term("capitals and three digits; the name of the file", _rule_id, "^[A-Z]{2,8}[0-9]{3}$")]
RuleRef = Annotated[str, Term("the id of a rule", _optional(_known("rule", "rules")))]
CategoryRef = Annotated[str, Term("the id of a category", _optional(_known("category", "categories")))]
CheckName = Annotated[str, Term("the name of a check", _known("check", "checks"))]
LanguageCode = Annotated[str, Term("the code of a language that has a file", _known("language", "languages"))]
LanguageKey = Annotated[str, Term("a language code, `any` or `all`", _language_table)]
Source = Annotated[str, Term('an https address, or "internal"', _source, "^(https://|internal$)")]
Address = Annotated[str, Term("an https address", _address, f"{_HTTPS}|^$")]
Day = Annotated[str, Term("a date", _date)]
FactPattern = Annotated[str, Term("`kind:key`, `kind:prefix*` or `kind:key=value`", _fact_pattern, "^[a-z-]+:.")]
FactText = Annotated[str, Term("`kind:key`, `kind:key=value` or a bare key", _fact_text)]
Phrase = Annotated[str, Term("a phrase", _phrase)]
Expression = Annotated[str, Term("a regular expression without nested unbounded repetition", _optional(_expression))]
