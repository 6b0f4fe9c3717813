"""English clauses are read as a careful lawyer reads them: neither more nor less than they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict

Judge = Callable[[str, str], str]
OPENING = "This policy tells you how our app for lamps and locks deals with your data, and what you can do.\n\n"


@pytest.fixture
def judge(knowledge: Knowledge) -> Judge:
    def find(text: str, category: str) -> str:
        policy = declare(document_from_text(OPENING + text + "\n", "policy.md"), knowledge)
        return verdict(knowledge.categories[category], policy.disclosures, None, knowledge)[0]

    return find


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does the app read your contacts? No, it does not.", "denied"),
        ("Does the app read your contacts? Never.", "denied"),
        ("Does the app read your contacts? Yes, to invite your family.", "disclosed"),
        ("Does the app read your contacts? Ask our support.", "silent"),
        ("## Do you read my contacts?\n\nNo.", "denied"),
        ("## Do you read my contacts?\n\nWe do not.", "denied"),
        ("## Do you read my contacts?\n\nYes, if you invite somebody.", "disclosed"),
    ],
)
def test_a_question_says_what_its_answer_says(judge: Judge, text: str, expected: str) -> None:
    assert judge(text, "contacts") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Calendar\n\nNot accessed.", "denied"),
        ("## Calendar\n\nThis permission is not requested.", "denied"),
        ("## Calendar\n\nThe app needs it to plan the service of your boiler. We do not store it.", "disclosed"),
        ("## Calendar\n\nWe never sell it.", "silent"),
        ("## Data that we do not collect\n\n- Calendar\n- Ringtones", "denied"),
        ("Data that we do not collect\n\n- Calendar\n- Ringtones", "denied"),
        ("## Permissions the app does not request\n\nCalendar and ringtones.", "denied"),
        ("## Data that we collect and do not sell\n\n- Calendar", "disclosed"),
        ("## What we collect\n\n- Calendar entries", "disclosed"),
    ],
)
def test_a_heading_and_the_line_below_it_speak_together(judge: Judge, text: str, expected: str) -> None:
    assert judge(text, "calendar") == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("location", "We are not responsible for the location that other providers collect.", "silent"),
        ("camera", "We cannot control what the camera of another maker records.", "silent"),
        ("local-network", "In our showrooms we log who uses the Wi-Fi.", "silent"),
        ("photos", "Applicants may send us a photo with their letter.", "silent"),
        ("bluetooth", "We sell Bluetooth loudspeakers.", "silent"),
        ("location", "We sell your location to our partners.", "disclosed"),
        ("camera", "The app that scans the code uses the camera.", "disclosed"),
    ],
)
def test_who_does_it_must_be_the_app(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We collect your location. We do not collect your location in the background.", ("disclosed", "denied")),
        ("We do not collect your location in the background.", ("silent", "denied")),
        ("We never collect your location, not even in the background.", ("denied", "denied")),
        ("We collect your location, but never when the app is closed.", ("disclosed", "vague")),
        ("The app reads your location whether or not the app is open.", ("disclosed", "disclosed")),
    ],
)
def test_a_denial_of_one_kind_leaves_the_rest(judge: Judge, text: str, expected: tuple[str, str]) -> None:
    assert (judge(text, "location"), judge(text, "location-background")) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("sms", "We do not read your SMS. The app reads the SMS on your phone.", "contradicted"),
        ("location", "We do not collect your location. We collect your precise location.", "contradicted"),
        ("location", "We do not collect precise location. We collect your location.", "disclosed"),
        ("contacts", "The app shows your contacts. We never use your contacts to send leaflets.", "disclosed"),
        ("contacts", "The app uses your contacts. We do not use your contacts for anything but calls.", "disclosed"),
    ],
)
def test_a_contradiction_denies_the_thing_that_is_told(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("microphone", "The gnome in your garden listens with its built-in microphone.", "vague"),
        ("location", "The satchel sends its location once an hour.", "vague"),
        ("camera", "The app shows what the robot's camera sees.", "vague"),
        ("camera", "The app opens the camera of the doorbell.", "vague"),
        ("health", "The wristband measures your heart rate and shows it in the app.", "vague"),
        ("health", "If you wear the wristband, it measures your heart rate.", "vague"),
        ("location", "The tag hangs on your keys. It records your location.", "vague"),
        ("health", "The wristband records:\n\n- heart rate\n- blood pressure", "vague"),
        ("health", "## Data recorded by the wristband\n\n- heart rate", "vague"),
        ("bluetooth", "The lock uses Bluetooth to talk to your phone.", "disclosed"),
        ("microphone", "The doorbell rings and the app opens the microphone of your phone.", "disclosed"),
        ("location", "When the lock is near, we use your location to open it.", "disclosed"),
        ("health", "We collect your heart rate from your wristband through Health Connect.", "disclosed"),
    ],
)
def test_what_belongs_to_a_device_is_not_the_phones(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("health", "The exercise bench records your heart rate.", "vague"),
        ("location", "Our trail compass for hikers logs your location.", "vague"),
        ("health", "The fitness service records your heart rate.", "disclosed"),
        ("health", "Blood pressure data of the wristband is collected.", "vague"),
        ("camera", "We help you to find your camera and record a test.", "vague"),
        (
            "camera",
            "## On iPhone and iPad\n\n### Permissions\n\nFor iPhone users the app opens the camera.",
            "disclosed",
        ),
    ],
)
def test_a_thing_that_is_no_software_is_a_device(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("contacts", "Your contacts are your own business: we do not read them.", "denied"),
        ("contacts", "Contacts: never", "denied"),
        ("contacts", "Contacts - not requested", "denied"),
        ("contacts", "Contacts permission, mandatory: no", "disclosed"),
        ("contacts", "We do not:\n\n- read your contacts\n- look at your calendar", "denied"),
        ("contacts", "| Data | Collected | Shared |\n|---|---|---|\n| Your contacts | No | No |", "denied"),
        ("contacts", "| Data | Collected | Shared |\n|---|---|---|\n| Your contacts | Yes | No |", "disclosed"),
        ("contacts", "| Data | Requested |\n|---|---|\n| Your contacts | ✗ |", "denied"),
        ("camera", "**Camera.** Needed to scan the code of your lamp. Not stored.", "disclosed"),
        ("camera", "**Camera.** Not used by the app.", "denied"),
        ("bluetooth", "The lamp works without Bluetooth.", "denied"),
        ("bluetooth", "No lamp can be added without Bluetooth.", "disclosed"),
        ("bluetooth", "If Bluetooth is refused, the app cannot find your lamp.", "disclosed"),
    ],
)
def test_what_is_denied_may_stand_before_the_denial(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We do not use your location except for the weather.", "disclosed"),
        ("We do not use your location except to comply with the law.", "denied"),
        ("We do not collect your location more often than the weather changes.", "disclosed"),
        ("We do not collect your location before you switch the scene on.", "disclosed"),
        ("The app uses your location. The website does not use your location.", "disclosed"),
        ("The app uses your location. The hub does not collect your location.", "disclosed"),
        ("The app collects your location. The free version does not collect your location.", "disclosed"),
        ("The app collects your location. We do not collect your location while the app is closed.", "disclosed"),
        ("The app collects your location. We do not collect your location.", "contradicted"),
        ("Other vendors collect your location.", "silent"),
        ("Not all lamps use your location, but the garden lamp does.", "disclosed"),
    ],
)
def test_a_denial_reaches_no_further_than_it_says(judge: Judge, text: str, expected: str) -> None:
    assert judge(text, "location") == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("location", "The ferry's location is recorded on every trip.", "vague"),
        ("location", "Your phone's location is recorded on every trip.", "disclosed"),
        ("location", "Location is not part of what the app asks for.", "denied"),
        ("tracking", "You are not tracked across apps.", "denied"),
        ("location", "You do not have to share your location; the app uses your location if you do.", "disclosed"),
        ("camera", "What the app will never do:\n\n- use your camera\n- use your torch", "denied"),
        ("camera", "## Camera (optional)\n\nUsed to scan codes; not stored.", "disclosed"),
        ("bluetooth", "It is not unusual that the app uses Bluetooth at night.", "disclosed"),
        ("camera", "The app does not, however, use the camera.", "denied"),
        ("location", "There is nothing here that works without your location.", "disclosed"),
        ("location", "The app does not use your location.", "denied"),
        (
            "location",
            "On Android 12 or later we do not use your location. Else the app uses your location.",
            "disclosed",
        ),
        ("local-network", "Guests in the lobby may use the Wi-Fi.", "silent"),
    ],
)
def test_words_around_a_negation_are_heard(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("health", "## What the headband records\n\n- heart rate", "vague"),
        ("health", "## What the app records\n\n- heart rate", "disclosed"),
        ("camera", "Pictures of the stable camera are sent to the vet.", "vague"),
        ("camera", "Pictures of the front camera are sent to the vet.", "disclosed"),
        ("camera", "The app cannot scan codes if the camera is blocked.", "disclosed"),
        ("location", "We do not hide it: the app collects your location.", "disclosed"),
        ("bluetooth", "The lamp does not need Bluetooth.", "silent"),
        ("phone", "## What is not collected\n\nCall logs.", "denied"),
        ("contacts", "Not required: contacts in your address book.", "silent"),
    ],
)
def test_doers_and_needs_are_told_apart(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("notifications", "While your doorbell is set up you may choose to receive push notifications.", "disclosed"),
        ("tracking", "We do not track you across third party websites by the advertising ID.", "denied"),
        ("location", "Each club learns about its members (such as age and location).", "silent"),
        ("location", "As your phone settings allow, depending on the device, location is collected.", "disclosed"),
        ("tracking", "What follows is a sale: we share your advertising ID with partners.", "disclosed"),
    ],
)
def test_the_words_next_to_a_mention_do_not_mislead(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


def test_a_warning_of_fraud_is_no_denial(judge: Judge) -> None:
    text = "We read your SMS to fill in the code. We never ask by telephone to read your SMS."
    assert judge(text, "sms") == "disclosed"


def test_what_a_third_party_handles_does_not_contradict_us(judge: Judge) -> None:
    text = "Your location is processed by a third-party provider. We do not process your location."
    assert judge(text, "location") == "disclosed"


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("microphone", "Halden Glow contains a microphone, which enables it to record claps.", "vague"),
        ("camera", "The camera’s sensors: we collect what several of them record.", "vague"),
        ("microphone", "If you link such toys, we obtain what those devices record, like audio recordings.", "vague"),
        ("location", "Personal data is any information that is about you, such as a name or location data.", "silent"),
        ("camera", "The app works on a phone with a camera and uses the camera to scan codes.", "disclosed"),
    ],
)
def test_hardware_that_a_product_has_is_the_products(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("camera", "## Camera\n\nWe use it to scan the QR code of the lock.", "disclosed"),
        ("biometrics", "We do not receive your fingerprint.", "denied"),
        ("health", "The app is not able to read Apple Health.", "denied"),
        ("speech", "No speech recognition takes place here.", "denied"),
        ("location", "Our partners do not collect your location. The app collects your location.", "disclosed"),
        ("bluetooth", "The mains version does not use Bluetooth. The app uses Bluetooth for the others.", "disclosed"),
        ("location", "Third parties on our website may collect your location.", "vague"),
        ("tv-provider", "We use your TV provider to list channels.", "disclosed"),
        ("notifications", "The app never reads notifications of other apps.", "silent"),
        ("notification-access", "The app never reads notifications of other apps.", "denied"),
        ("contacts", "The app does not look into your contacts.", "denied"),
    ],
)
def test_who_does_what_with_which(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("location", "The app no longer collects your location.", "denied"),
        ("location", "The app has stopped collecting your location.", "denied"),
        ("location", "We ceased to use your location in spring.", "denied"),
        ("contacts", "The app refrains from reading your contacts.", "denied"),
        ("location", "The app collects your location and deletes it once it is no longer needed.", "disclosed"),
        ("location", "The app collects your location. We delete location data that is no longer used.", "disclosed"),
        ("location", "The app reads nothing, not even your location.", "denied"),
        ("contacts", "The app learns and collects nothing about your contacts.", "denied"),
        ("location", "We collect no names and use your location for the map.", "disclosed"),
        ("contacts", "None of the contacts on your phone is read.", "denied"),
        ("contacts", "The app has ceased collecting your location and now collects your contacts.", "disclosed"),
        ("photos", "We collect none of the following: contacts, photos.", "denied"),
    ],
)
def test_what_has_ended_or_is_nothing_is_denied(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("contacts", "We collect everything except your contacts.", "denied"),
        ("contacts", "We collect your name, excluding contacts.", "denied"),
        ("location", "We collect your postcode rather than your location.", "denied"),
        ("contacts", "The app reads a list that you type instead of your contacts.", "denied"),
        ("location", "We collect your location rather than your contacts.", "disclosed"),
        ("location", "Apart from your contacts, we collect your location.", "disclosed"),
        ("location", "We collect your location except when the app is closed.", "disclosed"),
        ("location", "We use your location rather than a random location. We collect your location.", "disclosed"),
        ("camera", "We use the camera instead of asking you to type the code.", "disclosed"),
    ],
)
def test_what_is_left_aside_is_not_told(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("location", "We used to collect your location, but no longer do.", "denied"),
        (
            "contacts",
            "At no point and for no feature does the app or a service of ours gain access to your contacts.",
            "denied",
        ),
        ("photos", "Under no circumstances will your photos be viewed or copied by the app.", "denied"),
        ("location", "Our website uses your location, but the app does not.", "denied"),
        ("location", "We share your location unless you ask us not to.", "disclosed"),
        ("contacts", "Should a future feature require your contacts, we will update this policy.", "silent"),
        ("location", "Instead of collecting your location, we ask you for a postcode.", "silent"),
        ("microphone", "Microphone permission: none requested.", "denied"),
        ("sms", "Malware on your phone may read your text messages.", "silent"),
        ("calendar", "Calendar access has been removed from the app.", "silent"),
        ("health", "未来我们可能会申请访问您的健康数据。", "silent"),
        ("camera", "Third-party apps you connect may use your camera.", "silent"),
        ("camera", "即使您拒绝授权相机，也不影响您使用其他功能。", "vague"),
        ("contacts", "We previously collected your contacts.", "silent"),
        ("contacts", "In the past the app read your contacts; this was removed.", "silent"),
        ("contacts", "Earlier versions of the app read your contacts.", "silent"),
        ("contacts", "We used to collect your name; now the app reads your contacts.", "disclosed"),
        ("location", "Your location is used to collect points for a walk.", "disclosed"),
        ("location", "We use your location history to show where you went in the past.", "disclosed"),
        ("photos", "We use all your photos, including those you took in the past.", "disclosed"),
        ("contacts", "Imagine an app that reads your contacts.", "silent"),
        ("location", "As you can imagine, we collect your location.", "disclosed"),
        ("contacts", "Many apps read your contacts.", "silent"),
        ("location", "If you use many apps, we collect your location for each.", "disclosed"),
        ("camera", "Future versions may use the camera.", "silent"),
        ("camera", "The app will use your camera in a later version.", "silent"),
        ("camera", "Do not grant the app access to your camera.", "silent"),
        ("camera", "Please do not cover the camera, which the app uses to scan codes.", "disclosed"),
    ],
)
def test_what_is_not_done_now_by_the_app_is_not_told(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(text, category) == expected


def test_what_is_only_expected_is_hedged(knowledge: Knowledge) -> None:
    text = OPENING + "The app is supposed to never read your contacts."
    policy = declare(document_from_text(text, "policy.txt"), knowledge)
    assert [item.stance for item in policy.disclosures if item.category == "contacts"] == ["hedged"]
