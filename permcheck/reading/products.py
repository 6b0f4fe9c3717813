"""Evidence in, the same evidence out, what is told of a vendor's own product marked so: who sells cameras means them.

A bare word such as "camera" names a part of the phone, unless the document calls a product by it again and again; then
only words of the phone tie it to the phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from permcheck.reading.evidence import Evidence
from permcheck.reading.lexicon import Hit
from permcheck.reading.passages import Passage, Words

SIGNS = 2
"""How many sentences must show that the word names a product; one may be chance."""


def of_products(found: Sequence[Evidence], passages: Sequence[Passage]) -> list[Evidence]:
    """Give the scope ``device`` to what is told of a product and of no phone."""
    sold = _sold(passages, {item.category for item in found if item.scope == "app"})
    return [replace(item, scope="device") if item.category in sold and _meant(item) else item for item in found]


def _sold(passages: Sequence[Passage], categories: set[str]) -> set[str]:
    """The categories whose word names a product in this document."""
    signs = dict.fromkeys(categories, 0)
    for passage in passages:
        for category in categories & {hit.term.name for hit in passage.words.named if hit.term.group == "product"}:
            signs[category] += _shows(passage.words, category)
    return {category for category, number in signs.items() if number >= SIGNS}


def _shows(words: Words, category: str) -> bool:
    """Whether a sentence calls a product by the word of a category: "outdoor camera", "your Halden camera"."""
    look_alikes = [hit for hit in words.named if hit.term.group == "veto" and hit.term.name == category]
    around = [*look_alikes, *words.words.get("gadget", ())]
    return any(
        _is_brand(words, hit) or any(other.start <= hit.start and hit.end <= other.end for other in around)
        for hit in _products(words, category)
    )


def _products(words: Words, category: str) -> list[Hit]:
    return [hit for hit in words.named if hit.term.group == "product" and hit.term.name == category]


def _is_brand(words: Words, hit: Hit) -> bool:
    """Whether a name stands before the word: capitalised, not the first of the sentence, and no name of a phone."""
    if hit.start < 2 or not words.text[words.start(hit)].islower():
        return False
    before = words.tokens[hit.start - 1]
    phones = [one for name in ("own_phone", "ios", "android", "app") for one in words.words.get(name, ())]
    named = words.text[before.start].isupper() and before.end - before.start > 1
    return named and not any(one.start < hit.start <= one.end for one in phones)


def _meant(item: Evidence) -> bool:
    """Whether it speaks of the product: by its bare word, with nothing that only a phone has or does."""
    words = item.passage.words
    bare = any(hit.start < item.mention.end <= hit.end for hit in _products(words, item.category))
    tied = words.has("own_phone", "phone_act") or item.passage.heading.has("own_phone", "phone_act")
    return item.scope == "app" and bare and not item.aside and not tied
