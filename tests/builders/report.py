"""One hand-made report with everything that a renderer can meet; invented product, invented policy."""

from __future__ import annotations

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
    Placeholder,
    Policy,
    Report,
    RuleNote,
    Span,
    Waiver,
)

APP_ID = "com.example.haldenhome"
APK = "build/halden-home.apk"
IPA = "build/HaldenHome.ipa"
POLICY = "legal/privacy-policy.txt"
MANIFEST = f"{APK}!/AndroidManifest.xml"
PLIST = f"{IPA}!/Payload/HaldenHome.app/Info.plist"

TEXT = """\
Privacy Policy of Halden Home

1. What the app uses

We use the camera to scan the pairing code of a lamp and to show you who is at
the door. You can turn the camera off in your phone's settings at any time.
We may use information from sensors on your device.
The app finds lamps nearby over Bluetooth.
We never read your contacts.

2. Health

If your product measures the heart rate, keep this paragraph; delete it otherwise: we read
your heart rate to dim the light.

3. Contact

Write to [company e-mail address] for any question.
"""


def document(text: str = TEXT, path: str = POLICY) -> Document:
    """A document whose blocks are the paragraphs of a text, every character led back to its line."""
    blocks, paragraph, heading = [], [], ()
    lines = [*enumerate(text.splitlines(), 1), (0, "")]
    for number, line in lines:
        if line.strip():
            paragraph.append((number, line))
            continue
        if paragraph:
            block = _block(paragraph, heading)
            heading = (block.text,) if block.kind == "heading" else heading
            blocks.append(block)
        paragraph = []
    return Document(path, blocks[0].text if blocks else "", "en", "ab" * 32, tuple(blocks))


def _block(lines: list[tuple[int, str]], heading: tuple[str, ...]) -> Block:
    pieces, origins, offset = [], [], 0
    for number, line in lines:
        origins.append((offset, number, 0, None))
        pieces.append(line)
        offset += len(line) + 1
    text = " ".join(pieces)
    title = len(lines) == 1 and not text.endswith(".")
    kind = "heading" if title else "paragraph"
    return Block(text, tuple(origins), kind, () if title else heading, 1 if title else 0)


def find(doc: Document, words: str) -> Location:
    """Where these words stand in a document."""
    for block in doc.blocks:
        at = block.text.find(words)
        if at >= 0:
            return Location(doc.path, " > ".join(block.heading), block.span(at, at + len(words)))
    raise AssertionError(words)


def says(doc: Document, category: str, stance: str, words: str, **more) -> Disclosure:
    """A disclosure that quotes these words of the document."""
    return Disclosure("policy", category, stance, words, find(doc, words), language=doc.language, **more)


def permission(name: str, **more) -> Fact:
    """A permission of the sample Android app."""
    return Fact("permission", f"android.permission.{name}", "", Location(MANIFEST, f"uses-permission {name}"), **more)


def purpose(key: str, value: str) -> Fact:
    """A purpose string of the sample iOS app."""
    return Fact("purpose-string", key, value, Location(PLIST, key))


CATEGORIES = (
    CategoryNote("location", "Location", "Where the phone is."),
    CategoryNote("camera", "Camera", "Live images or video from the phone's camera."),
    CategoryNote("microphone", "Microphone", "Sound from the phone's microphone."),
    CategoryNote("bluetooth", "Bluetooth", "Finding and talking to devices nearby over Bluetooth."),
    CategoryNote("contacts", "Contacts", "The people in the phone's address book."),
    CategoryNote("health", "Health", "Heart rate and other health data."),
    CategoryNote("motion", "Motion", "Steps, activity and motion sensors."),
    CategoryNote("calendar", "Calendar", "Appointments in the phone's calendar."),
)
STORE_RULE = "https://support.google.com/googleplay/android-developer/answer/10144311"
RULES = (
    RuleNote(
        "PC101",
        "undisclosed-permission",
        "error",
        "A permission that the policy never mentions",
        "People must be told what data an app can reach before it reaches it.",
        "Add a clause that names the access, its purpose and the way to refuse it, or remove the permission.",
        (STORE_RULE, "https://developer.apple.com/app-store/review/guidelines/#5.1.1"),
    ),
    RuleNote(
        "PC102",
        "vague-disclosure",
        "warning",
        "A permission that the policy names only in general terms",
        "General words do not tell people what is reached.",
        "Name the access in plain words.",
        (STORE_RULE,),
    ),
    RuleNote(
        "PC103",
        "contradicted-permission",
        "error",
        "A permission that the policy denies",
        "A false statement in a policy is worse than a missing one.",
        "Correct the sentence or remove the permission.",
        (STORE_RULE,),
    ),
    RuleNote(
        "PC105",
        "stale-claim",
        "note",
        "A claim that no checked app supports",
        "Text left over from a template misleads readers.",
        "Remove the sentence, or check that the right bundle was given.",
    ),
    RuleNote(
        "PC404",
        "bracket-slot",
        "error",
        "An unfilled slot",
        "A slot shows that the text was never finished.",
        "Fill the slot in.",
    ),
    RuleNote(
        "PC901",
        "not-checked",
        "warning",
        "Something could not be read",
        "What was not read was not checked.",
        "Give the missing part.",
    ),
)


def report() -> Report:
    """Two apps and one policy, with every verdict, a placeholder, a waiver and gaps."""
    doc = document()
    camera = says(
        doc,
        "camera",
        "disclosed",
        "We use the camera to scan the pairing code of a lamp and to show you who is at the door.",
        purpose="scan the pairing code",
        control="You can turn the camera off in your phone's settings at any time.",
        control_span=find(doc, "You can turn the camera off in your phone's settings at any time.").span,
    )
    motion = says(doc, "motion", "vague", "We may use information from sensors on your device.")
    bluetooth = says(doc, "bluetooth", "disclosed", "The app finds lamps nearby over Bluetooth.", purpose="find lamps")
    never = ((3, 13, "deed"), (14, 27, "data"))
    contacts = says(doc, "contacts", "denied", "We never read your contacts.", marks=never)
    health = says(doc, "health", "placeholder", "we read your heart rate to dim the light.")
    slots = (
        _slot(doc, "PC402", "instruction", "keep this paragraph; delete it otherwise", ("health",)),
        _slot(doc, "PC404", "bracket-slot", "[company e-mail address]", ()),
    )
    facts = _facts()
    android = AppFacts(
        APK, "android", APP_ID, "Halden Home", "4.2.0", "12" * 32, facts["android"], api_digest="cd" * 32
    )
    split = Gap(Location(f"{IPA}!/Payload/HaldenHome.app/HaldenHome"), "the binary is encrypted; its code was not read")
    ios = AppFacts(IPA, "ios", APP_ID, "Halden Home", "4.2.0", "34" * 32, facts["ios"], (split,))
    cells = _cells(facts, camera, motion, bluetooth, contacts, health)
    return Report(
        version="0.1.0",
        mappings_digest="0123456789abcdef" * 4,
        apps=(android, ios),
        policies=(Policy(doc, (camera, motion, bluetooth, contacts, health), slots),),
        declarations=_declarations(),
        assessments=cells,
        findings=_findings(cells, slots, split),
        gaps=(Gap(Location("build/watch.ipa"), "not a zip file", fatal=True),),
        categories=CATEGORIES,
        rules=RULES,
        fact_categories=tuple((fact, _CATEGORY_OF.get(fact.key, ())) for fact in (*facts["android"], *facts["ios"])),
    )


def _declarations() -> tuple[Disclosure, ...]:
    """What the stores are told: of location by the privacy manifest, of the camera by the Data safety form."""
    manifest = Location(f"{IPA}!/Payload/HaldenHome.app/PrivacyInfo.xcprivacy", "NSPrivacyCollectedDataTypes.0")
    form = Location("store/data-safety.csv", "PSL_PHOTOS", Span(7, 0, 7, 30))
    return (
        Disclosure("privacy-manifest", "location", "disclosed", "PreciseLocation: AppFunctionality", manifest),
        Disclosure("data-safety", "camera", "disclosed", "PHOTOS: collected", form),
    )


_CATEGORY_OF = {
    "android.permission.ACCESS_FINE_LOCATION": ("location",),
    "android.permission.CAMERA": ("camera",),
    "android.permission.RECORD_AUDIO": ("microphone",),
    "android.permission.BLUETOOTH_SCAN": ("bluetooth", "location"),
    "android.permission.READ_CONTACTS": ("contacts",),
    "android.permission.health.READ_HEART_RATE": ("health",),
    "NSCameraUsageDescription": ("camera",),
    "NSMotionUsageDescription": ("motion",),
    "NSBluetoothAlwaysUsageDescription": ("bluetooth",),
}


def _facts() -> dict[str, tuple[Fact, ...]]:
    android = (
        permission("ACCESS_FINE_LOCATION"),
        permission("BLUETOOTH_SCAN", condition=("neverForLocation",)),
        permission("CAMERA"),
        permission("READ_CONTACTS", origin="Ferrow Share SDK"),
        permission("RECORD_AUDIO"),
        permission("health.READ_HEART_RATE"),
        Fact("permission", "com.example.haldenhome.permission.C2D", "", Location(MANIFEST, "uses-permission C2D")),
    )
    ios = (
        purpose("NSCameraUsageDescription", "Halden Home scans the pairing code of your lamp."),
        purpose("NSBluetoothAlwaysUsageDescription", "Halden Home finds lamps nearby."),
        purpose("NSMotionUsageDescription", ""),
    )
    return {"android": android, "ios": ios}


def _slot(doc: Document, rule: str, kind: str, words: str, governs: tuple[str, ...]) -> Placeholder:
    where = find(doc, words)
    governed = (find(doc, "we read your heart rate to dim the light.").span,) if governs else ()
    return Placeholder(rule, kind, words, where, "error", governs, governed)


def _cells(
    facts: dict[str, tuple[Fact, ...]],
    camera: Disclosure,
    motion: Disclosure,
    bluetooth: Disclosure,
    contacts: Disclosure,
    health: Disclosure,
) -> tuple[Assessment, ...]:
    fine, scan, cam, people, audio, heart, _ = facts["android"]
    cam_text, blue_text, motion_text = facts["ios"]
    calendar = Disclosure("policy", "calendar", "disclosed", "We never read your contacts.", contacts.location)
    return (
        Assessment("location", APK, "silent", "high", "no sentence mentions it", (fine,)),
        Assessment("camera", APK, "disclosed", "high", "", (cam,), (camera,)),
        Assessment("camera", IPA, "disclosed", "high", "", (cam_text,), (camera,)),
        Assessment("microphone", APK, "silent", "high", "no sentence mentions it", (audio,)),
        Assessment("bluetooth", APK, "disclosed", "high", "", (scan,), (bluetooth,)),
        Assessment("bluetooth", IPA, "disclosed", "high", "", (blue_text,), (bluetooth,)),
        Assessment("contacts", APK, "contradicted", "high", "the policy denies it", (people,), (contacts,)),
        Assessment("health", APK, "placeholder-only", "medium", "only unfinished text", (heart,), (health,)),
        Assessment("motion", IPA, "vague", "medium", "only 'sensors'", (motion_text,), (motion,)),
        Assessment("calendar", APK, "unsupported", "low", "no given app asks for it", (), (calendar,)),
    )


_VERDICT_RULE = {"silent": RULES[0], "vague": RULES[1], "contradicted": RULES[2], "unsupported": RULES[3]}
_WORDS = {
    "silent": "The app can reach {0}, but the policy never mentions it.",
    "vague": "The app can reach {0}, but the policy names it only in general terms.",
    "contradicted": "The app can reach {0}, but the policy says that it does not.",
    "unsupported": "The policy claims {0}, but no checked app can reach it.",
}


def _findings(cells: tuple[Assessment, ...], slots: tuple[Placeholder, ...], gap: Gap) -> tuple[Finding, ...]:
    titles = {note.id: note.title for note in CATEGORIES}
    found = [_about(cell, titles[cell.category]) for cell in cells if cell.verdict in _VERDICT_RULE]
    unfilled = [
        Finding(
            "PC404",
            "bracket-slot",
            "error",
            "high",
            slot.text,
            f"Unfilled passage: {slot.text}",
            "Fill the slot in.",
            document=POLICY,
            location=slot.location,
        )
        for slot in slots
    ]
    unread = Finding(
        "PC901",
        "not-checked",
        "warning",
        "high",
        f"com.example.haldenhome/{gap.reason}",
        f"{gap.location.path}: {gap.reason}",
        "Give the missing part.",
        app=IPA,
        location=gap.location,
    )
    return (*found, *unfilled, unread)


WAIVER = Waiver("Voice control ships in 4.3; the clause is agreed.", "r.holm@example.com", "2027-03-31")


def _about(cell: Assessment, title: str) -> Finding:
    rule = _VERDICT_RULE[cell.verdict]
    quote = cell.disclosures[0] if cell.disclosures else None
    return Finding(
        rule.id,
        rule.name,
        rule.severity,
        cell.confidence,
        f"com.example.haldenhome/{cell.category}",
        _WORDS[cell.verdict].format(title),
        rule.fix,
        cell.app,
        POLICY,
        quote.location if quote else None,
        cell.category,
        cell.facts,
        cell.disclosures,
        f"We use {title.lower()} for [purpose]." if cell.verdict == "silent" else "",
        WAIVER if cell.category == "microphone" else None,
    )
