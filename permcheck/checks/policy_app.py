"""A policy and an app in, whether they belong together out: by the names of app, maker and signer, by addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from permcheck.checks import search
from permcheck.checks.case import Case
from permcheck.model import AppFacts, Confidence, Location, Policy

Params = Mapping[str, Any]

COMMON = frozenset({
    "com", "net", "org", "app", "apps", "mobile", "android", "ios", "www", "example", "io", "de", "cn", "co", "uk",
    "jp", "fr", "es", "eu", "me", "github", "gitlab", "gmail", "company", "mycompany", "test", "beta", "debug",
    "release", "prod", "official", "global", "client", "smart", "home", "control", "cloud", "device", "devices",
})  # fmt: skip
"""Parts of identifiers that name nobody."""
SUFFIXES = frozenset({
    "ltd", "limited", "inc", "incorporated", "llc", "llp", "plc", "corp", "corporation", "company", "co", "gmbh",
    "mbh", "ag", "se", "kg", "ug", "bv", "nv", "sa", "sas", "sarl", "sl", "srl", "spa", "oy", "ab", "as", "aps",
    "pty", "pte", "kk", "the", "and", "technology", "technologies", "tech", "electronics", "international", "group",
    "holding", "shenzhen", "guangzhou", "hangzhou", "shanghai", "beijing", "dongguan", "ningbo", "hong", "kong",
})  # fmt: skip
"""Words of company names that tell none apart, the cities of their makers among them."""
LEGAL = re.compile(r"(?:股份)?有限(?:责任)?公司|集团|株式会社|合同会社|有限会社|\([^)]*\)|（[^）]*）")
SECOND_LEVEL = frozenset({"co", "com", "net", "org", "ac", "gov", "edu", "ne", "or", "go"})
STATE = re.compile(r"\.(?:gov|gouv|gob|go|europa|bund)(?:\.[a-z]{2})?$")
"""Ends of the hosts of authorities."""
_FORMS = r"Ltd|Limited|Inc|LLC|Corp|GmbH|AG|SAS|SARL|S\.L|Oy|AB"
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
_ACCENT = re.compile("[\u0300-\u036f]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found amiss, and where; ``confidence`` where it is not that of the rule."""

    subject: str
    found: str = ""
    location: Location | None = None
    app: AppFacts | None = None
    confidence: Confidence | None = None


def app(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """The app that is not named; with ``other`` the name that stands in its place."""
    if not case.apps or not search.is_whole(policy) or not one_for_all(case, policy):
        return
    text = _text(policy)
    for one in case.apps:
        is_named = _names_any(text, (one.name,), one.name)
        other = "" if is_named or not one.name else _other(params, policy, one)
        known = is_named or _names_any(text, _maker_words(params, one), one.name)
        if params.get("other") and other:
            yield Answer(str(params["subject"]), other, None, one)
        elif one.name and not params.get("other") and not known and not other:
            foreign = bool(CJK.search(one.name)) != bool(CJK.search(text[:2000]))
            yield Answer(str(params["subject"]), "", None, one, "low" if foreign else None)


def one_for_all(case: Case, policy: Policy) -> bool:
    """Whether the app must be named in this policy: not in a second one of the same language."""
    return next(p for p in case.policies if p.document.language == policy.document.language) is policy


def signer(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """Who signed the app, where the policy names nobody of that name."""
    text = _text(policy) if case.apps else ""
    nobody = {str(name).casefold() for name in params["nobody"]}
    for one in case.apps if search.is_whole(policy) and one_for_all(case, policy) else ():
        names = [name for name in one.values("signer") if name.casefold() not in nobody]
        foreign = any(bool(CJK.search(name)) != bool(CJK.search(text[:2000])) for name in names)
        if names and not foreign and not _names_any(text, [word for name in names for word in _distinct(name)], ""):
            yield Answer(str(params["subject"]), ", ".join(names), None, one)


def domain(params: Params, case: Case, policy: Policy) -> Iterator[Answer]:
    """An address for questions whose host has nothing to do with app, maker or policy.

    Not asked where the names are Chinese or Japanese: their hosts spell them in another script.
    """
    free = {str(host) for host in params["free"]}
    if not case.apps:
        return
    found = [(address, place) for address, place in addresses(params, policy) if owner(address) not in free]
    text = _squashed(" ".join(word for word in _text(policy).split() if "@" not in word and "/" not in word))
    if CJK.search(text[:2000]):
        return
    for one in case.apps:
        known = text + _squashed(f"{one.app_id} {one.name} {' '.join(one.values('signer', 'organization'))}")
        own = [_squashed(word) for word in (*_maker_words(params, one), *_distinct(one.name)) if len(word) > 3]
        strange = [pair for pair in found if not _is_tied(owner(pair[0]), known, own)]
        if strange and len(strange) == len(found):
            yield Answer(str(params["subject"]), strange[0][0], strange[0][1], one)


def _is_tied(host: str, known: str, own: Iterable[str]) -> bool:
    pieces = [host, *(piece for piece in re.split(r"[-_]", host) if len(piece) > 3)]
    return any(_squashed(piece) in known for piece in pieces) or any(word in _squashed(host) for word in own)


def addresses(params: Params, policy: Policy) -> Iterator[tuple[str, Location]]:
    """The e-mail addresses beside a word of contact, without those of authorities and those beside ``unless``."""
    for block in search.readable(policy) if search.speaks(params["patterns"], policy) else ():
        if "@" not in block.text or block.kind == "row":
            continue
        wanted, barred = (
            search.pattern(params["patterns"], policy, block),
            search.pattern(params["unless"], policy, block),
        )
        heading = " ".join(block.heading[-1:])
        is_near = wanted and (wanted.search(block.text) or wanted.search(heading))
        for sentence in search.sentences(block) if is_near and not (barred and barred.search(heading)) else ():
            for match in search.ADDRESS.finditer(sentence.text):
                address = match.group().lower().rstrip(".")
                if not STATE.search(address) and not (barred and barred.search(sentence.text)):
                    yield address, sentence.place(policy.document.path, match.start(), match.end())


def owner(address: str) -> str:
    """The name that somebody registered: ``lamps`` of ``privacy@eu.lamps.co.uk``."""
    labels = address.rpartition("@")[2].split(".")
    return labels[-3] if len(labels) > 2 and labels[-2] in SECOND_LEVEL else labels[-2]


def _text(policy: Policy) -> str:
    return "\n".join([policy.document.title, *(block.text for block in search.readable(policy))])


def _maker_words(params: Params, one: AppFacts) -> list[str]:
    """What an identifier, the label and the signature call the maker, the makers of platforms left out."""
    label = one.name.casefold()
    platforms = {name.lower() for names in params.get("makers", ()) for name in str(names).split()}
    platforms = {name for name in platforms if name not in label}
    parts = [part for part in one.app_id.lower().split(".") if part not in COMMON and len(part) > 3]
    brand = [word for word in _WORD.findall(one.name)[:1] if len(word) > 3]
    signers = [word for name in one.values("signer") for word in _distinct(name)]
    words = [word for word in (*parts, *brand, *signers) if word.lower() not in platforms | COMMON]
    return list(dict.fromkeys(words))


def _distinct(name: str) -> list[str]:
    """The words of a company's name that tell it apart; a Chinese or Japanese name as a whole."""
    bare = LEGAL.sub(" ", name)
    if CJK.search(bare):
        return [bare.strip()] if bare.strip() else []
    words = [word for word in re.findall(r"[^\W_]+", bare) if word.casefold() not in SUFFIXES]
    return words[:2] if words and len(words[0]) < 4 else words[:1]


def _names_any(text: str, names: Iterable[str], label: str) -> bool:
    return any(_names(text, name, is_label=name == label) for name in names if name)


def _names(text: str, name: str, *, is_label: bool) -> bool:
    """Whether a text bears a name: in any case, spacing and with or without accents.

    A single Latin word that the text also uses as an ordinary one ("home") must stand capitalised within a sentence.
    """
    for form in (_plain, _spelt):
        wanted, shown = _expression(form(name)), form(text)
        found = list(wanted.finditer(shown)) if wanted else []
        is_word = name.isascii() and not re.search(r"\W", name) and not (is_label and name.islower())
        common = is_word and any(match.group().islower() and not _in_address(shown, match) for match in found)
        if any(not common or _is_proper(shown, match) for match in found):
            return True
    return False


def _is_proper(text: str, match: re.Match[str]) -> bool:
    """Capitalised where no sentence begins, or part of an address."""
    before = text[max(0, match.start() - 3) : match.start()].rstrip(" \"'“”„«(")
    starts = not before or before[-1] in ".!?:;。\n•-|"
    return _in_address(text, match) or (not match.group().islower() and not starts)


def _in_address(text: str, match: re.Match[str]) -> bool:
    """Whether a dot, a slash or an ``@`` ties the match to its neighbour: a host, an address."""
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 2]
    return before in ("@", ".", "/") or (after[:1] == "." and after[1:].isalpha())


@lru_cache(maxsize=256)  # the names of many apps must not add up
def _expression(name: str) -> re.Pattern[str] | None:
    """A name letter by letter with at most two signs between, whole words only."""
    letters = re.findall(r"[^\W_]", name)
    if not letters:
        return None
    body = r"[\W_]{0,2}".join(map(re.escape, letters[:80]))
    return re.compile(rf"(?<![A-Za-z0-9]){body}(?![a-z0-9])" if name.isascii() else body, re.IGNORECASE)


@lru_cache(maxsize=64)
def _plain(text: str) -> str:
    """Without accents. Kept, since each name of an app is looked for in the same text."""
    if text.isascii():
        return text
    split = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENT.sub("", split)).replace("ß", "ss")


@lru_cache(maxsize=64)
def _spelt(text: str) -> str:
    """With umlauts written out."""
    return _plain(unicodedata.normalize("NFC", text).translate(_UMLAUTS))


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", _plain(text)).casefold()


def _other(params: Params, policy: Policy, one: AppFacts) -> str:
    """The name that the policy gives the app in the title or where it says what it is about."""
    own = {word.casefold() for word in (*_maker_words(params, one), *_WORD.findall(one.name)) if len(word) > 2}
    for name in (_titled(params, policy), *_named(params, policy)):
        words = {word.casefold() for word in re.findall(r"[^\W_]+", name)} | {_squashed(name)}
        if name and not words & own and not any(word in _squashed(name) for word in own if len(word) > 3):
            return name
    return ""


def _titled(params: Params, policy: Policy) -> str:
    """What a title such as "Privacy Policy of Lamp Home" is about, once the words of every policy are gone.

    The title of a file may be the heading of its first section, which names nothing: it must be a policy's.
    """
    if not re.search(params["about"], policy.document.title, re.IGNORECASE):
        return ""
    listed = search.compiled(tuple(str(word) for word in params["titles"]))
    rest = listed.sub(" ", policy.document.title) if listed else ""
    words = [word for word in re.split(r"[\s|:·《》“”„\"()\u2013\u2014/,-]+", rest) if word]
    if not words or len(words) > 4 or any(char.isdigit() for char in rest):
        return ""
    is_name = all(word[:1].isupper() or CJK.match(word) for word in words)
    name = " ".join(words)
    return name if is_name and (len(name) > 2 or CJK.search(name)) and not _is_company(name, policy) else ""


def _is_company(name: str, policy: Policy) -> bool:
    """Whether a name is a company's and never an app's: it stands before a legal form, and never before "app"."""
    text, escaped = _text(policy), re.escape(name)
    forms = rf"{escaped}[\w ,&.]{{0,30}}\b(?:{_FORMS})\b|{escaped}\S{{0,12}}公司"
    return bool(re.search(forms, text)) and not re.search(
        rf"(?i){escaped}[”\"」]? ?(?:mobile )?app(?:lication)?s?\b", text
    )


def _named(params: Params, policy: Policy) -> Iterator[str]:
    for _, match in search.find(params["named"], policy):
        yield next((group for group in match.groups() if group), "").strip()
