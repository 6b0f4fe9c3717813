"""A policy is read clause by clause: what is told, of what, by whom, for what, and the way out."""

from collections.abc import Callable

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.model import Disclosure, Platform, Policy
from permcheck.policy import declare, verdict

Read = Callable[[str], Policy]
Judge = Callable[..., str]


@pytest.fixture
def read(knowledge: Knowledge) -> Read:
    return lambda text: declare(document_from_text(text, "policy.txt"), knowledge)


@pytest.fixture
def judge(read: Read, knowledge: Knowledge) -> Judge:
    def find(text: str, category: str, platform: Platform | None = None) -> str:
        return verdict(knowledge.categories[category], read(text).disclosures, platform, knowledge)[0]

    return find


def of(policy: Policy, category: str) -> list[Disclosure]:
    return [item for item in policy.disclosures if item.category == category]


LANGUAGES = ("en", "zh")
FURTHER = ("de", "es", "fr", "ja")


def test_every_category_has_the_examples_that_make_it_trustworthy(knowledge: Knowledge) -> None:
    judged = [category for category in knowledge.categories.values() if category.judged]
    for category in judged:
        for language in LANGUAGES:
            stances = [example.stance for example in category.examples.get(language, ())]
            assert stances.count("disclosed") >= 2, (category.id, language)
            assert "silent" in stances, (category.id, language)
            assert "denied" in stances, (category.id, language)
        for language in FURTHER:
            stances = [example.stance for example in category.examples.get(language, ())]
            assert "disclosed" in stances, (category.id, language)
            assert "denied" in stances, (category.id, language)


def test_a_quote_leads_back_to_its_lines(read: Read) -> None:
    policy = read(
        "About us\n\nWe make lamps. When you scan a code, we use the camera\nof your phone to pair the lamp.\n"
    )
    (found,) = of(policy, "camera")
    assert found.quote == "When you scan a code, we use the camera of your phone to pair the lamp."
    span = found.location.span
    assert span is not None
    assert (span.line, span.column, span.end_line) == (3, 15, 4)


def test_purpose_condition_control_and_recipients(read: Read) -> None:
    policy = read(
        "Location\n\nWhen you turn on location access, we collect your location in order to show lamps near you "
        "and share it with Map Works Services.\n\nYou can turn off location access under My - Settings - Privacy.\n"
    )
    found = of(policy, "location")[0]
    assert found.purpose == "in order to show lamps near you and share it with Map Works Services"
    assert found.condition == "When you turn on location access"
    assert "My - Settings - Privacy" in found.control
    assert found.control_span is not None
    assert found.control_span.line == 5
    assert found.recipients == ("Map Works Services",)


def test_a_list_header_governs_its_items(judge: Judge) -> None:
    denied = "We do not collect the following:\n\n- your location\n- your contacts\n"
    told = "We collect the following:\n\n- your location\n- your contacts\n"
    assert [judge(denied, "location"), judge(denied, "contacts")] == ["denied", "denied"]
    assert [judge(told, "location"), judge(told, "contacts")] == ["disclosed", "disclosed"]


def test_a_table_that_says_no_denies(judge: Judge) -> None:
    text = (
        "This table shows for each category whether we have collected it in the past twelve months.\n\n"
        "Category | Examples | Collected\nGeolocation data | Precise location | NO\n"
        "Biometric data | Fingerprints | YES\n"
    )
    assert [judge(text, "location"), judge(text, "biometrics")] == ["denied", "disclosed"]
    other = "Permission | Purpose | Can be refused\nLocation | To find devices near you | No\n"
    assert judge(other, "location") == "disclosed"


def test_a_heading_speaks_through_the_text_under_it(judge: Judge) -> None:
    text = "3) Services based on the overlay permission:\n\nYou may let the app show the picture of the door at once.\n"
    assert judge(text, "overlay") == "disclosed"


def test_a_sentence_with_a_thing_of_its_own_does_not_speak_for_the_heading(judge: Judge) -> None:
    text = "Contacts\n\nWe use the camera of your phone to scan the code of a lamp.\n"
    assert [judge(text, "contacts"), judge(text, "camera")] == ["silent", "disclosed"]


@pytest.mark.parametrize(
    "text",
    [
        "We use your location only while you use the app; we do not use it in the background.",
        "我们仅在您使用应用时获取您的位置信息，不会在后台获取。",
        "Wir nutzen Ihren Standort nur, während Sie die App nutzen; im Hintergrund nutzen wir ihn nicht.",
        "Usamos su ubicación solo mientras usa la aplicación; no la usamos en segundo plano.",
    ],
)
def test_what_is_told_in_one_clause_and_denied_for_the_background_in_the_next(judge: Judge, text: str) -> None:
    assert [judge(text, "location"), judge(text, "location-background")] == ["disclosed", "denied"]


def test_a_definition_is_no_disclosure(judge: Judge) -> None:
    text = (
        "Definitions\n\nSensitive data includes fingerprints and precise location.\n\nWhat we collect\n\n"
        "We collect your e-mail address.\n"
    )
    assert judge(text, "biometrics") == "silent"
    assert judge(text, "location") == "silent"


def test_a_denial_of_all_sensitive_data_denies_what_is_listed_under_it(read: Read, judge: Judge) -> None:
    text = (
        "We do not normally collect sensitive data. The term “sensitive data” refers to health data and fingerprints.\n"
    )
    assert judge(text, "health") == "denied"
    assert {item.stance for item in of(read(text), "health")} == {"hedged"}


def test_text_that_hangs_on_a_slot_is_no_evidence(judge: Judge) -> None:
    text = "We run an app for lamps.\n\n[Please describe here whether the app uses the microphone.]\n"
    assert judge(text, "microphone") == "placeholder-only"


@pytest.mark.parametrize(("platform", "expected"), [("ios", "disclosed"), ("android", "silent"), (None, "disclosed")])
def test_a_clause_for_one_platform_covers_that_platform(judge: Judge, platform: Platform | None, expected: str) -> None:
    assert judge("On iOS, we read your weight from HealthKit.\n", "health", platform) == expected


@pytest.mark.parametrize(
    ("text", "ios", "android"),
    [
        ("You can unlock the app with Face ID.", "disclosed", "silent"),
        ("You can unlock the app with Face ID or your fingerprint.", "disclosed", "disclosed"),
        ("The app reads your weight from Health Connect.", "disclosed", "disclosed"),
        ("The app reads records from Health Connect.", "silent", "disclosed"),
    ],
)
def test_a_name_of_one_platform_alone_speaks_of_that_platform(judge: Judge, text: str, ios: str, android: str) -> None:
    category = "biometrics" if "unlock" in text else "health"
    assert [judge(text, category, "ios"), judge(text, category, "android")] == [ios, android]


def test_website_text_does_not_cover_the_app(judge: Judge) -> None:
    assert judge("When you visit our website, we collect your precise location.\n", "location") == "vague"
    assert judge("When you use our app, we collect your precise location.\n", "location") == "disclosed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The camera of the doorbell records who rings.", "vague"),
        ("Our smart cameras record video in your home.", "vague"),
        ("With the app on your phone you can use the camera to scan the doorbell.", "disclosed"),
    ],
)
def test_what_the_device_records_is_not_what_the_phone_reaches(judge: Judge, text: str, expected: str) -> None:
    assert judge(f"{text}\n", "camera") == expected


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("storage", "Our doorbell records the yard and saves it on the memory card.", "vague"),
        ("storage", "Our doorbell records visitors with its lens and keeps them on its SD card.", "vague"),
        ("camera", "摄像头设备会把画面上传到云端。", "vague"),
        ("camera", "您可以使用手机摄像头扫描摄像头设备上的二维码。", "disclosed"),
        ("health", "We collect health data such as your weight from the scale.", "vague"),
        ("health", "手环会测量您的心率。", "vague"),
        ("camera", "Cameras let you see who comes home.", "vague"),
        ("camera", "Show the backyard camera on your television.", "vague"),
        ("camera", "The app uses the cameras of your phone for a live picture.", "disclosed"),
        ("microphone", "When our connected devices include microphones, we show it on the box.", "vague"),
        ("health", "Die Waage misst Ihr Körpergewicht.", "vague"),
        ("health", "La balance mesure votre poids.", "vague"),
        ("health", "La báscula mide su peso.", "vague"),
        ("health", "体組成計が体重を測定します。", "vague"),
        ("biometrics", "智能门锁会在本地存储您的指纹。", "vague"),
        ("microphone", "The baby monitor has a microphone which records the room.", "vague"),
        ("health", "We collect your heart rate from your smart watch through Health Connect.", "disclosed"),
        ("bluetooth", "We use Bluetooth to receive readings from the scale.", "disclosed"),
        ("notifications", "You receive push notifications from the doorbell.", "disclosed"),
        ("location", "When you use a smart device, we collect your location.", "disclosed"),
        ("location", "当您添加音箱时，需要获取您的位置信息。", "disclosed"),
        ("camera", "To add a lock you scan its QR code.", "disclosed"),
        ("local-network", "We collect the serial number of your robot vacuum; Wi-Fi network name.", "disclosed"),
    ],
)
def test_a_device_acts_for_itself_until_somebody_else_does(
    judge: Judge, category: str, text: str, expected: str
) -> None:
    assert judge(f"{text}\n", category) == expected


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("home", "The Halden Home app controls your lights."),
        ("home", "Die Halden Home App steuert Ihre Lampen."),
        ("home", "La app Casa Halden controla sus lámparas."),
        ("home", "L’app Maison Halden contrôle vos lampes."),
        ("home", "ハルデンホームアプリは照明を操作します。"),
        ("home", "海登家庭App可以控制您的灯。"),
        ("notifications", "We may send you notifications by e-mail when this policy changes."),
        ("notifications", "Wir senden Ihnen Benachrichtigungen per E-Mail."),
        ("notifications", "Nous pouvons vous envoyer des notifications par e-mail."),
        ("notifications", "Podemos enviarle notificaciones por correo electrónico."),
        ("notifications", "我们会通过电子邮件向您发送通知。"),
        ("notifications", "当社はメールで通知を送信します。"),
        ("camera", "The product photo in our store shows the camera."),
        ("camera", "We publish this text as a QR code on the box."),
        ("photos", "The store photo shows a lamp."),
        ("camera", "The app shows nearby IP cameras in your network."),
        ("phone", "如需联系我们，请拨打电话。"),
        ("device-id", "We use the advertising identifier of your device to measure ads."),
    ],
)
def test_what_only_sounds_like_a_permission_is_none(judge: Judge, category: str, text: str) -> None:
    assert judge(f"{text}\n", category) == "silent"


@pytest.mark.parametrize(
    ("category", "text", "expected"),
    [
        ("health", "The app collects neither health data nor fingerprints.", "denied"),
        ("biometrics", "The app collects neither health data nor fingerprints.", "denied"),
        ("health", "We collect no health data.", "denied"),
        ("location", "We collect information at no cost, including your location.", "disclosed"),
        ("tracking", "We do not track you across other companies' apps.", "denied"),
        ("location", "We ignore Do Not Track signals and collect your location.", "disclosed"),
        ("sms", "您的短信不会被读取。", "denied"),
        ("location", "您的位置不会被我们收集。", "denied"),
        ("photos", "我们收集您的位置，您的照片不会上传。", "silent"),
        ("location", "Location: required to find hubs nearby (not used for tracking).", "disclosed"),
        ("location", "Location: required to find hubs nearby (NOT used for location tracking).", "disclosed"),
        ("location", "Your location (GPS) is not collected.", "denied"),
        ("local-network", "Halden Wi-Fi routers do not record which pages you visit.", "silent"),
        ("bluetooth", "We keep no data from Bluetooth lamps. The app requests the Bluetooth permission.", "disclosed"),
        ("financial-data", "Erasure does not cancel our requirement to keep financial data.", "silent"),
    ],
)
def test_where_a_negation_stands_does_not_matter(judge: Judge, category: str, text: str, expected: str) -> None:
    assert judge(f"{text}\n", category) == expected


def test_background_location_needs_its_own_words(judge: Judge) -> None:
    assert judge("We collect your location to show the weather.\n", "location-background") == "vague"
    assert judge("We collect your location even when the app is closed.\n", "location-background") == "disclosed"


def test_precise_location_tells_the_approximate(judge: Judge) -> None:
    assert judge("Our app collects your precise location.\n", "location-approximate", "android") == "disclosed"
    assert judge("Our app collects your approximate location.\n", "location", "android") == "silent"


def test_one_sentence_against_another_is_a_contradiction(judge: Judge) -> None:
    text = "We do not collect your contacts.\n\nWe collect your contacts so that you can invite friends.\n"
    assert judge(text, "contacts") == "contradicted"


@pytest.mark.parametrize(
    ("text", "category", "words"),
    [
        (
            "We do not collect your contacts.\n\nWe import your contacts so that you can invite friends.\n",
            "contacts",
            (
                "line 3 says that the app does it (“import”, “contacts”), "
                "line 1 denies collection (“not collect”, “contacts”): is that the same thing?"
            ),
        ),
        (
            "Your location is never collected.\n\nThe app collects your location to find lamps.\n",
            "location",
            (
                "line 3 says that the app does it (“collects”, “location”), "
                "line 1 denies collection (“never collected”, “location”): is that the same thing?"
            ),
        ),
        (
            "我们不会收集您的通讯录。\n\n为了邀请家人，我们会收集您的通讯录。\n",
            "contacts",
            (
                "line 3 says that the app does it (“收集”, “通讯录”), "
                "line 1 denies collection (“不会收集”, “通讯录”): is that the same thing?"
            ),
        ),
    ],
)
def test_a_contradiction_tells_which_words_differ(
    read: Read, knowledge: Knowledge, text: str, category: str, words: str
) -> None:
    result, _, why, sentences = verdict(knowledge.categories[category], read(text).disclosures, None, knowledge)
    assert result == "contradicted"
    assert why == words
    assert [item.location.span.line for item in sentences if item.location.span] == [3, 1]


def test_a_list_within_a_list_is_governed_by_what_introduces_both(judge: Judge) -> None:
    text = "We do not collect the following:\n\n- Technical data:\n  - IMEI\n- Contacts\n"
    assert judge(text, "device-id") == "denied"
    assert judge(text.replace("do not collect", "collect"), "device-id") == "disclosed"


@pytest.mark.parametrize("header", ["The app uses the following permissions.", "本应用使用以下权限。"])
def test_a_sentence_that_ends_may_still_introduce_a_list(judge: Judge, header: str) -> None:
    text = f"{header}\n\n- {'Camera' if header.isascii() else '相机'}\n- Bluetooth\n"
    assert judge(text, "camera") == "disclosed"


@pytest.mark.parametrize(
    ("sentence", "data", "deed"),
    [
        ("We track your location.", "location", "track"),
        ("The camera is used to scan codes.", "camera", "used"),
        ("We do not access your microphone.", "microphone", "not access"),
    ],
)
def test_a_quote_marks_what_it_names_and_what_is_done(read: Read, sentence: str, data: str, deed: str) -> None:
    item = read(f"{sentence}\n").disclosures[0]
    assert (item.marked("data"), item.marked("deed")) == (data, deed)


@pytest.mark.parametrize(
    "narrowed",
    [
        "We only obtain pictures when you actively use the camera.",
        "We do not use the camera for advertising purposes.",
        "We do not use the camera unless you start a scan.",
        "We do not knowingly use the camera of children.",
    ],
)
def test_narrowing_is_no_contradiction(judge: Judge, narrowed: str) -> None:
    assert judge(f"We use the camera to scan codes.\n\n{narrowed}\n", "camera") == "disclosed"


def test_general_words_are_only_vague(judge: Judge) -> None:
    assert judge("We collect device information.\n", "device-id") == "vague"
    assert judge("We collect device information and the IMEI.\n", "device-id") == "disclosed"


def test_the_way_out_alone_is_only_vague(judge: Judge) -> None:
    assert judge("You can disable the microphone at any time.\n", "microphone") == "vague"


def test_a_document_in_two_languages_is_read_in_both(judge: Judge) -> None:
    text = (
        "We use the camera of your phone to scan the code on the lamp, and only while you scan.\n\n"
        "我们会使用您手机的麦克风，以便您通过应用与访客对讲，并且只在您按住按钮时使用。\n"
    )
    assert judge(text, "camera") == "disclosed"
    assert judge(text, "microphone") == "disclosed"


def test_an_unrelated_paragraph_changes_no_verdict(read: Read, knowledge: Knowledge) -> None:
    text = "We use Bluetooth to pair lamps.\n\nWe do not collect your contacts.\n"
    more = f"{text}\nOur shop is open from Monday to Friday.\n"
    for category in knowledge.categories.values():
        one = verdict(category, read(text).disclosures, None, knowledge)[0]
        assert one == verdict(category, read(more).disclosures, None, knowledge)[0]
