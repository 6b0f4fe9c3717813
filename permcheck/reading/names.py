"""A document in, the names that it calls itself out: who acts by one of them acts for the app or its company."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from permcheck.model import Document
from permcheck.reading.segment import Passage

OURSELVES = re.compile(
    "([^\\W\\d_][\\w&.' -]{1,60}?),? ?\\((?:[^()]{0,60}\\W)?[\"\u201c\u201d\u201e\u00ab'\u2018 ]*"
    "(?:we|us|our|wir|nous|nosotros|the app|the application|the service|die app)\\b",
    re.IGNORECASE,
)
MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)*([\w-]+)\.[a-z]{2,}")
CALLED = re.compile(r"\b([A-Z][\w&]+(?: [A-Z][\w&]+){0,2}) (?:[Mm]obile )?(?:[Aa]pp|[Aa]pplication|APP)s?\b")
CAPITALISED = re.compile(r"\b[A-Z][\w&-]+")
USUAL = 3
"""How often a document must use a name for it to be taken as its own."""
MARKS = "\"'\u201c\u201d\u2018\u2019*_.,()"


@dataclass(frozen=True)
class Names:
    """The names of a document's app and company, read when first asked for."""

    document: Document
    passages: Sequence[Passage]

    def holds(self, words: str) -> bool:
        """Whether some words name the app or its company."""
        return any(word.strip(MARKS).casefold() in self._own for word in words.split())

    @cached_property
    def _own(self) -> set[str]:
        """Words of the title, of "X (we)", of the name before "app", of mail addresses, and the name most used."""
        blocks = self.document.blocks
        texts = [block.text for block in blocks]
        runs = [
            self.document.title,
            *(blocks[0].heading[:1] if blocks else ()),
            *(SENTENCE_END.split(text)[0] for text in texts[:1]),
        ]
        called = Counter[str]()
        for text in texts:
            runs += (match.group(1) for match in OURSELVES.finditer(text))
            runs += (match.group(1) for match in MAIL.finditer(text))
            called.update(match.group(1) for match in CALLED.finditer(text))
        runs += [name for name, often in called.items() if often > 1 or len(called) == 1]
        runs += [name for name, often in self._capitals.most_common(1) if often >= USUAL]
        words = {word.strip(MARKS).casefold() for run in runs for word in CAPITALISED.findall(run) or run.split()[:0]}
        words |= {match.group(1).casefold() for text in texts for match in MAIL.finditer(text)}
        return {word for word in words if len(word) > 1 and word not in ORDINARY}

    @cached_property
    def _capitals(self) -> Counter[str]:
        texts = (block.text for block in self.document.blocks)
        found = Counter(word for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Z][\w&-]{1,30}", text))
        return Counter({word: often for word, often in found.items() if word.casefold() not in ORDINARY})


SENTENCE_END = re.compile(r"[.!?]\s|[。！？]")
"""Where the first sentence of a document ends, which may name the app as its title does."""
ORDINARY = frozenset(
    {"privacy", "policy", "the", "this", "our", "your", "we", "you", "app", "apps", "data", "notice", "statement",
     "and", "of", "for", "to", "in", "google", "apple", "android", "ios", "play", "store", "personal", "information",
     "terms", "last", "updated", "effective", "date", "services", "service", "datenschutzerklärung", "die", "der",
     "das", "wir", "sie", "politique", "política", "privacidad", "confidentialité"}
)  # fmt: skip
"""Words with a capital that name nobody."""
