"""A passage and a mention in it in, what hangs on the clause out: purpose, condition, recipients, retention, scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from permcheck.model import Party, Scope
from permcheck.reading import platforms
from permcheck.reading.clauses import subjects, widest
from permcheck.reading.lexicon import FIRST_CJK, Hit
from permcheck.reading.passages import EMPTY, Passage, Words
from permcheck.reading.qualifiers import but_for

CLAUSE_END = re.compile(r"[.;\u3002\uff1b!?\uff01\uff1f]|, (?:which|we|you|and we|but)\b|\uff0c(?:\u6211\u4eec|\u60a8)")
NAMES = re.compile(
    r"\b(?:with|to|through|by|from) (?:the )?((?:[A-Z][\w&\u2019'-]*)(?: (?:[A-Z][\w&\u2019'-]*|services|platform))*)"
)
NOT_NAMES = frozenset(
    {"We", "You", "Our", "Your", "The", "Services", "Service", "Policy", "Privacy", "This", "App", "Apps"}
)
LONGEST = 200
EARLY = 4
GENITIVES = ("'s ", "\u2019s ", "s' ", "s\u2019 ", "' ", "\u2019 ")
ADVERBS = 4
"""How many words may stand between a device and what it does; twice as many where a word is one character."""
FAR = 30
"""How many words what a thing senses may stand from its verb."""
LONGEST_NAME = 5
"""How many words may name a thing between its article and what it does."""
BESIDE = 3
"""How many words from the name of a device a phone may stand to be meant by it."""
DEEDS = ("collect", "access", "use", "share")


def purpose(passage: Passage, mention: Hit) -> str:
    """The stated purpose in the document's words, empty where the sentence gives none."""
    words = passage.words
    starts = [hit for hit in words.words.get("purpose", ()) if not _no_purpose(words, hit)]
    after = [hit for hit in starts if hit.start >= mention.end]
    before = [hit for hit in starts if hit.end <= mention.start]
    for hit in (*after, *before):
        text = _clause(passage, words.start(hit))
        if len(text.split()) > 1 or text[-1:] >= "\u3040":
            return text
    return ""


def condition(passage: Passage) -> str:
    """The words that narrow the practice ("when you enable ..."), empty where nothing does."""
    words = passage.words.words
    hits = words.get("except_use") if but_for(passage.words) else None
    hits = hits or words.get("condition") or words.get("consent_gate")
    return _until_comma(passage, passage.words.start(hits[0])) if hits else ""


def recipients(passage: Passage) -> tuple[str, ...]:
    """Who receives it: names and kinds of third parties in a sentence that speaks of sharing."""
    words = passage.words
    if not words.has("share", "sell"):
        return ()
    first = min(words.start(hit) for name in ("share", "sell") for hit in words.words.get(name, ()))
    named = [match.group(1) for match in NAMES.finditer(passage.words.text, first, passage.end)]
    kinds = [words.text[words.start(hit) : words.end(hit)] for hit in widest(words.words.get("third", []))]
    found = [name for name in named if name.split()[0] not in NOT_NAMES]
    return tuple(dict.fromkeys([*found, *kinds]))


def retention(passage: Passage) -> str:
    """How long it is kept, in the document's words."""
    hits = passage.words.words.get("retention")
    return _until_comma(passage, passage.words.start(hits[0])) if hits else ""


def party(passage: Passage, mention: Hit) -> Party:
    """Who does it: a third party where it is the subject, and nobody says "we" before it."""
    words = passage.words.words
    others = [hit.start for hit in words.get("third_subject", ()) if hit.start < mention.start]
    others += [hit.start for hit in words.get("third_by", ())]
    ours = [hit.start for hit in words.get("we", ()) if hit.end not in others]
    return "third" if others and min(others) < min(ours, default=1 << 30) else "first"


def scope(
    passage: Passage, mention: Hit, others: Sequence[Hit] = (), before: Words = EMPTY, *, website_only: bool
) -> Scope:
    """What the clause is about: the app unless its words or headings narrow it to something else.

    ``before`` is the sentence that "it" may point back to. ``others`` are all mentions of the category in the
    sentence: named by one platform's own words alone ("Face ID"), the clause speaks of that platform.
    """
    platform = platforms.platform(passage)
    if platform is not None:
        return platform
    if _gadget(passage, mention) or _gadget_above(passage, before):
        return "device"
    platform = platforms.named_by(passage.words, others)
    if platform is not None:
        return platform
    if website_only or _website(passage):
        return "website"
    return "app"


def is_control(passage: Passage) -> bool:
    """Whether the sentence tells how to switch something off rather than what is done."""
    controls = passage.words.words.get("control")
    if not controls or passage.words.has("control_not"):
        return False
    first = min(hit.start for hit in controls)
    before = passage.words.text[passage.start : passage.words.start(min(controls))]
    if "|" in before or "(" in before or "\uff08" in before:
        return False
    early = EARLY * (3 if passage.words.tokens[first].text[0] >= FIRST_CJK else 2)
    if passage.words.within("reader_may", 0, early) and not passage.words.within("we", 0, first):
        return True  # "you can ... withdraw", where the verb may stand last
    verbs = [hit.start for name in ("collect", "access", "use", "share") for hit in passage.words.words.get(name, ())]
    return first <= early and first < min([start for start in verbs if not _in(controls, start)], default=1 << 30)


def _in(hits: list[Hit], at: int) -> bool:
    return any(hit.start <= at < hit.end for hit in hits)


def _gadget(passage: Passage, mention: Hit) -> bool:
    """Whether a smart device does it by itself, or it is about one: no word of the app or the phone stands by."""
    words = passage.words
    phones = [hit for hit in words.words.get("own_phone", ()) if not _kept_from(words, hit)]
    if any(_names(words, hit, mention) or _owned(words, hit, mention) for hit in words.words.get("gadget", ())):
        return True
    tied = [hit for hit in phones if _same_clause(words, hit, mention) and not _only_shown(words, hit, mention)]
    if tied or passage.heading.has("own_phone"):
        return False
    if _of_a_thing(words, mention) or _unknown_doer(words, mention):
        return True
    if any(hit.start < mention.end and mention.start < hit.end for hit in words.words.get("phone_only", ())):
        return False
    gadgets = [hit for hit in words.words.get("gadget", ()) if not hit.start < mention.start < hit.end < mention.end]
    return any(_same_clause(words, hit, mention) and _owns(words, hit, mention) for hit in gadgets)


def _of_a_thing(words: Words, mention: Hit) -> bool:
    """Whether the words right before a mention give it to a thing: "its own", "the van's", "the nursery camera"."""
    its = any(hit.end == mention.start for hit in words.words.get("its_own", ()))
    if its and _hard(words, mention.start, mention.start + 1):
        return True
    return _possessed(words, mention) or _kind_of_camera(words, mention)


def _possessed(words: Words, mention: Hit) -> bool:
    """Whether a thing that is neither software nor a person has it ("the van's location")."""
    owner = mention.start - 2
    if owner < 0 or not words.text[words.tokens[owner].end :].startswith(GENITIVES[:2]):
        return False
    return _hard(words, owner, mention.start) and not words.text[words.tokens[owner].start].isupper()


def _kind_of_camera(words: Words, mention: Hit) -> bool:
    """Whether it is the camera of another thing or place than a phone: "the nursery camera", "contains a camera"."""
    if not any(hit[:2] == mention[:2] for hit in words.words.get("part", ())):
        return False
    if any(hit.end == mention.start for hit in words.words.get("houses", ())):
        return True
    named = any(hit.end == mention.start - 1 for hit in words.words.get("determiner", ()))
    return named and _hard(words, mention.start - 1, mention.start)


def _unknown_doer(words: Words, mention: Hit) -> bool:
    """Whether a thing that is no software and nobody senses it ("the treadmill records your heart rate")."""
    for verb in words.words.get("senses", ()):
        near = verb.start < mention.end or mention.end < verb.start <= mention.end + LONGEST_NAME
        if near and abs(verb.start - mention.start) <= FAR and _subject_of(words, verb, mention):
            return True
    return False


def _subject_of(words: Words, verb: Hit, mention: Hit) -> bool:
    """Whether the doer of a verb is a thing: what is mentioned is in its name, or follows with no other doer before."""
    for article in words.words.get("determiner", ()):
        if not article.end < verb.start <= article.end + LONGEST_NAME:
            continue
        inside = article.end <= mention.start and mention.end < verb.start
        if (inside or verb.start < mention.end) and _opens_clause(words, article.start):
            others = (hit.start for hit in words.words.get("we_subject", ()))
            return _hard(words, article.end, verb.start) and not any(verb.end <= at < mention.start for at in others)
    return False


def _hard(words: Words, start: int, end: int) -> bool:
    """Whether no word between names software, people or a company, so that it names a thing."""
    soft = (hit.start for name in ("soft", "we_subject") for hit in words.words.get(name, ()))
    return not any(start <= at < end for at in soft)


def _opens_clause(words: Words, at: int) -> bool:
    """Whether a word begins the sentence, or follows a comma, colon or "when"."""
    if at == 0 or any(hit.end == at for hit in words.words.get("relative", ())):
        return True
    return bool(set(",;:") & set(words.text[words.tokens[at - 1].end : words.tokens[at].start]))


def _only_shown(words: Words, phone: Hit, mention: Hit) -> bool:
    """Whether the phone only gets or shows what was told before ("weighs you and shows the weight in the app")."""
    if any(hit.start < mention.end and mention.start < hit.end for hit in words.words.get("phone_side", ())):
        return False
    toward = [hit for hit in words.words.get("toward", ()) if hit.start >= mention.end + 1]
    return any(phone.start in (hit.start, hit.end) for hit in toward)


def _owned(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether it is said to be the device's own: "the robot's camera", "the microphone of the doorbell"."""
    if gadget.end < mention.start <= gadget.end + BESIDE:
        between = words.text[words.tokens[gadget.end - 1].end : words.start(mention)]
        return between.startswith(GENITIVES)
    if _is_deed(words, mention) or any(
        mention.start <= hit.start < mention.end for hit in words.words.get("printed", ())
    ):
        return False
    of = [hit for hit in words.words.get("gadget_of", ()) if hit.end == gadget.start]
    data = {mention.end, *(hit.end for hit in words.words.get("anything", ()) if hit.start == mention.end)}
    return any(hit.start in data for hit in of)


def _is_deed(words: Words, mention: Hit) -> bool:
    """Whether the mention is something done ("scan the code") rather than a thing that can belong to a device."""
    verbs = [hit for name in (*DEEDS, "enable") for hit in words.words.get(name, ()) if hit.start == mention.start]
    inner = [hit for hit in words.named if hit.term == mention.term and mention.start < hit.start < mention.end]
    return bool(verbs) and not inner


def _gadget_above(passage: Passage, before: Words) -> bool:
    """Whether a device does what is told and is named only above: by the list's header, the heading, or before "it"."""
    words = passage.words
    if words.has("own_phone"):
        return False
    if any(hit.start == 0 for hit in words.words.get("anaphor", ())) and before.has("gadget"):
        return not before.has("own_phone")
    if passage.listed and _of_gadget(passage.header):
        return True
    return _of_gadget(passage.heading) and not words.has("we_subject")


def _of_gadget(words: Words) -> bool:
    """Whether a heading or header says that what follows is what a device records."""
    gadgets = [] if words.has("own_phone") else words.words.get("gadget", [])
    from_it = {hit.end for name in ("gadget_after", "gadget_from") for hit in words.words.get(name, ())}
    if any(hit.start in from_it or _acts(words, hit.end) for hit in gadgets):
        return True
    articles = [hit.end for hit in words.words.get("determiner", ()) if _opens_clause(words, hit.start)]
    verbs = [hit.start for hit in words.words.get("senses", ())]
    return any(0 < verb - at <= LONGEST_NAME and _hard(words, at, verb) for verb in verbs for at in articles)


def _acts(words: Words, at: int, adverbs: int = ADVERBS) -> bool:
    """Whether a verb follows what ends at a word, with no comma and few words between."""
    far = adverbs * (2 if words.tokens[at - 1].text[0] >= FIRST_CJK else 1)
    acts = [hit.start for name in (*DEEDS, "gadget_has") for hit in words.words.get(name, ())]
    return any(0 <= start - at <= far and not _comma(words, at, start) for start in acts)


def _kept_from(words: Words, phone: Hit) -> bool:
    """Whether it is denied that anything reaches the phone ("stays in the lock, is not sent to your phone")."""
    before = [hit for hit in words.words.get("negation", ()) if hit.end <= phone.start]
    return any(not _comma(words, hit.end, phone.start) for hit in before)


def _names(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether the mention is but a part of the device's name, and no phone stands right beside it."""
    inside = gadget.start <= mention.start and mention.end <= gadget.end and mention[:2] != gadget[:2]
    phones = words.words.get("own_phone", ())
    return inside and not any(hit.start - gadget.end <= BESIDE and gadget.start - hit.end <= BESIDE for hit in phones)


def _same_clause(words: Words, one: Hit, other: Hit) -> bool:
    first, last = sorted((words.start(one), words.start(other)))
    return not any(mark in words.text[first:last] for mark in ";\uff1b")


def _owns(words: Words, gadget: Hit, mention: Hit) -> bool:
    if gadget.start <= mention.start and mention.end <= gadget.end:
        return True
    if gadget.start >= mention.end:
        behind = any(hit.end == gadget.start for hit in words.words.get("gadget_after", ()))
        return behind or _owned(words, gadget, mention) or _from(words, gadget, mention)
    if any(hit.end == gadget.start for hit in words.words.get("gadget_before", ())) or _part(words, gadget, mention):
        return True
    if _in_between(words, gadget, mention):
        return False
    if mention.start - gadget.end <= 1:
        return True
    meant = [hit.end for hit in words.words.get("anaphor", ()) if gadget.end <= hit.start < mention.start]
    near = _acts(words, gadget.end) or any(_acts(words, at, 1) for at in meant)
    late = [hit for hit in words.words.get("gadget_acts", ()) if gadget.end <= hit.start and hit.end <= mention.start]
    acting = late and not _comma(words, gadget.end, late[0].start) and not _overlaps(words, "phone_side", mention)
    return bool(near or acting) and _leads(words, gadget)


def _part(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether it is one of several parts of the device ("the doorbell's camera and microphone")."""
    if not any(hit.start == gadget.end for hit in words.words.get("gadget_own", ())):
        return False
    deeds = [hit.start for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not _comma(words, gadget.end, mention.start) and not any(gadget.end <= at < mention.start for at in deeds)


def _leads(words: Words, gadget: Hit) -> bool:
    """Whether the device may be the subject of its clause, no deed before it ("when adding a doorbell")."""
    before = words.text[words.tokens[0].start : words.start(gadget)]
    clause = max(before.rfind(sign) for sign in ",;:\uff0c\uff1b\uff1a") + 1 + words.tokens[0].start
    opened = max((at for at in words.ends("relative") if at <= gadget.start), default=0)
    busy = [hit for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not any(clause <= words.start(hit) < words.start(gadget) and hit.start >= opened for hit in busy)


def _overlaps(words: Words, name: str, mention: Hit) -> bool:
    return any(hit.start < mention.end and mention.start < hit.end for hit in words.words.get(name, ()))


def _comma(words: Words, start: int, end: int) -> bool:
    """Whether a comma stands before the word at ``end`` and behind the one before ``start``."""
    return bool({",", "\uff0c"} & set(words.text[words.tokens[start - 1].end : words.tokens[end].start]))


def _from(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether the data comes out of the device ("your weight from the scale"), but for what a phone does with one."""
    if not any(hit.end == gadget.start for hit in words.words.get("gadget_from", ())):
        return False
    if _overlaps(words, "phone_side", mention):
        return False
    deeds = [hit.start for name in (*DEEDS, "enable") for hit in words.words.get(name, ())]
    return not any(mention.end <= start < gadget.start for start in deeds)


def _in_between(words: Words, gadget: Hit, mention: Hit) -> bool:
    """Whether somebody else begins to act before the mention; a pronoun right behind a verb is only its object."""
    verbs = {hit.end for name in DEEDS for hit in words.words.get(name, ()) if hit.start >= gadget.end}
    meant = {hit.start for hit in words.words.get("anaphor", ())}
    return any(gadget.end <= start < mention.end and start not in verbs | meant for start in subjects(words))


def _website(passage: Passage) -> bool:
    words = passage.words.words
    own = [
        hit for hit in words.get("website", ()) if not any(_within(hit, other) for other in words.get("other_site", ()))
    ]
    headed = passage.heading.has("website") and not passage.heading.has("app")
    if passage.words.has("app", "own_phone") or not (own or headed):
        return False
    return not any(heading.has("app") for heading in passage.headings)


def _within(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.end <= other.end


def _no_purpose(words: Words, hit: Hit) -> bool:
    return any(other.start == hit.start and other.end > hit.end for other in words.words.get("purpose_not", ()))


def _clause(passage: Passage, start: int) -> str:
    stop = CLAUSE_END.search(passage.words.text, start + 3, passage.end)
    text = passage.words.text[start : stop.start() if stop else passage.end].strip(" ,\uff0c")
    return text[:LONGEST]


def _until_comma(passage: Passage, start: int) -> str:
    text = passage.words.text[start : passage.end]
    return re.split(r"[,;.\uff0c\u3002\uff1b]", text, maxsplit=1)[0].strip()[:LONGEST]
