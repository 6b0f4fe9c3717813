"""Small words that turn a verdict, class by class: each sentence here is read wrongly where its class is empty."""

from collections.abc import Callable, Mapping

import pytest

from permcheck.documents import document_from_bytes
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict
from tests.reading.test_languages import OPENING

Case = tuple[str, str, str]
"""Language, category, sentence."""
CLASSES: Mapping[str, tuple[tuple[str, Case], ...]] = {
    "elsewhere": (
        ("silent", ("de", "camera", "An unserem Standort läuft eine Videoüberwachung, die Kamera zeichnet auf.")),
        ("silent", ("fr", "camera", "Dans notre boutique, une caméra filme les visiteurs.")),
        ("silent", ("es", "camera", "En nuestras oficinas, una cámara graba a los visitantes.")),
        ("silent", ("zh", "microphone", "您致电客服热线时，通话会被录音。")),
        ("silent", ("ja", "microphone", "コールセンターへのお電話は、マイクで録音します。")),
    ),
    "disclaimer": (
        ("silent", ("de", "calendar", "Andere Apps könnten Ihren Kalender lesen.")),
        ("silent", ("fr", "calendar", "D’autres applications pourraient consulter votre calendrier.")),
        ("silent", ("es", "calendar", "Otras aplicaciones podrían leer su calendario.")),
        ("silent", ("zh", "calendar", "其他应用或许会访问您的日历。")),
        ("silent", ("ja", "calendar", "他のアプリがカレンダーを参照する場合があります。")),
    ),
    "undone": (
        ("disclosed", ("de", "calendar", "Es ist nicht ausgeschlossen, dass wir Ihren Kalender lesen.")),
        ("disclosed", ("fr", "calendar", "Il n’est pas exclu que nous consultions votre calendrier.")),
        ("disclosed", ("es", "calendar", "No se descarta que consultemos su calendario.")),
        ("disclosed", ("zh", "calendar", "我们并非每次都读取您的日历。")),
        ("disclosed", ("ja", "calendar", "常にカレンダーを参照するわけではありません。")),
    ),
    "partly": (
        ("silent", ("de", "camera", "Wir verwenden Ihre Kamera nicht im Hintergrund.")),
        ("silent", ("fr", "camera", "Nous n’utilisons pas votre caméra en arrière-plan.")),
        ("silent", ("es", "camera", "No utilizamos su cámara en segundo plano.")),
        ("silent", ("zh", "camera", "我们不会在后台调用您的相机。")),
        ("silent", ("ja", "camera", "バックグラウンドでカメラを利用しません。")),
    ),
    "even": (
        ("denied", ("de", "camera", "Wir verwenden Ihre Kamera nicht, auch nicht im Hintergrund.")),
        ("denied", ("fr", "camera", "Nous n’utilisons pas votre caméra, même en arrière-plan.")),
        ("denied", ("es", "camera", "No utilizamos su cámara, ni siquiera en segundo plano.")),
        ("denied", ("zh", "camera", "我们不会调用您的相机，即便在后台也不会。")),
        ("denied", ("ja", "camera", "バックグラウンドでもカメラを利用しません。")),
    ),
    "except_use": (
        ("disclosed", ("de", "microphone", "Wir nutzen Ihr Mikrofon nicht, außer während eines Anrufs.")),
        ("disclosed", ("fr", "microphone", "Nous n’utilisons pas votre microphone, sauf pendant un appel.")),
        ("disclosed", ("es", "microphone", "No usamos su micrófono, excepto durante una llamada.")),
        ("disclosed", ("zh", "microphone", "除视频通话外，我们不会使用您的麦克风。")),
        ("disclosed", ("ja", "microphone", "通話以外にはマイクを使用しません。")),
    ),
    "law": (
        ("denied", ("de", "calendar", "Wir lesen Ihren Kalender nicht, außer wenn ein Gericht es anordnet.")),
        ("denied", ("fr", "calendar", "Nous ne consultons pas votre calendrier, sauf si la loi nous y oblige.")),
        ("denied", ("es", "calendar", "No leemos su calendario, salvo cuando lo ordene un tribunal.")),
        ("denied", ("zh", "calendar", "除法律另有要求外，我们不会读取您的日历。")),
        ("denied", ("ja", "calendar", "法律に定める場合を除き、カレンダーを取得しません。")),
    ),
    "only_for": (
        ("disclosed", ("de", "camera", "Wir nutzen Ihre Kamera zu keinem anderen Zweck als dem Scannen.")),
        ("disclosed", ("fr", "camera", "Nous n’utilisons pas votre caméra à d’autres fins que la lecture des codes.")),
        ("disclosed", ("es", "camera", "No utilizamos su cámara para ningún otro fin que leer códigos.")),
        ("disclosed", ("zh", "camera", "我们不会将您的相机用于扫描以外的目的。")),
        ("disclosed", ("ja", "camera", "カメラを撮影以外の用途で利用しません。")),
    ),
    "leaves_out": (
        ("denied", ("de", "calendar", "Was wir erheben, umfasst keinen Kalender.")),
        ("denied", ("fr", "calendar", "Ce que nous collectons ne contient pas votre calendrier.")),
        ("denied", ("es", "calendar", "Lo que recopilamos no contiene su calendario.")),
        ("denied", ("zh", "calendar", "我们采集的资料不含您的日历。")),
    ),
    "does_without": (
        ("denied", ("de", "calendar", "Die App läuft ohne Ihren Kalender.")),
        ("denied", ("fr", "calendar", "L’application fonctionne sans votre calendrier.")),
        ("denied", ("es", "calendar", "La aplicación funciona sin su calendario.")),
    ),
    "obliges": (
        ("silent", ("de", "calendar", "Sie müssen darauf achten, keinen Kalender anderer zu speichern.")),
        ("silent", ("fr", "calendar", "Vous devez veiller à ne pas partager le calendrier d’autrui.")),
        ("silent", ("es", "calendar", "Usted debe procurar no compartir el calendario de otros.")),
        ("silent", ("zh", "calendar", "您须注意不向他人提供日历。")),
    ),
    "variant": (
        ("denied-except", ("de", "calendar", "Die ältere Version liest Ihren Kalender nicht.")),
        ("denied-except", ("fr", "calendar", "L’ancienne version ne consulte pas votre calendrier.")),
        ("denied-except", ("es", "calendar", "La versión básica no lee su calendario.")),
        ("denied-except", ("zh", "calendar", "基础版不会访问您的日历。")),
        ("denied-except", ("ja", "calendar", "無料版はカレンダーを参照しません。")),
    ),
    "option": (
        ("disclosed", ("de", "calendar", "Die App liest den Kalender, erforderlich: nein")),
        ("disclosed", ("fr", "calendar", "L’application consulte le calendrier, requis : non")),
        ("disclosed", ("es", "calendar", "La aplicación lee el calendario, opcional: no")),
        ("disclosed", ("zh", "calendar", "访问日历，是否必选：否")),
        ("disclosed", ("ja", "calendar", "カレンダーを参照、必須：いいえ")),
    ),
    "among": (
        ("denied", ("de", "calendar", "Ihr Kalender gehört nicht zu den Daten, die wir erheben.")),
        ("denied", ("fr", "calendar", "Votre calendrier ne fait pas partie des informations que nous collectons.")),
        ("denied", ("es", "calendar", "Su calendario no forma parte de la información que recopilamos.")),
        ("denied", ("zh", "calendar", "日历不属于我们收集的信息。")),
    ),
    "aim": (
        ("silent", ("de", "contacts", "Wir verwenden Ihre Kontakte nicht für Umfragen.")),
        ("silent", ("fr", "contacts", "Nous n’utilisons pas vos contacts pour des sondages.")),
        ("silent", ("es", "contacts", "No utilizamos sus contactos para encuestas.")),
        ("silent", ("zh", "contacts", "我们不会使用您的通讯录来推荐商品。")),
    ),
    "other_site": (
        ("disclosed", ("de", "location", "Wir erfassen Ihren Standort, selbst wenn Sie Seiten Dritter aufrufen.")),
        ("disclosed", ("fr", "location", "Nous collectons votre position lorsque vous visitez les sites de tiers.")),
        ("disclosed", ("es", "location", "Recopilamos su ubicación cuando visita páginas de terceros.")),
        ("disclosed", ("zh", "location", "您浏览第三方网页时，我们会收集您的位置信息。")),
        ("disclosed", ("ja", "location", "他社のサイトを閲覧している間、位置情報を取得します。")),
    ),
    "personal": (
        ("disclosed", ("de", "calendar", "Wir verkaufen Ihren Kalender.")),
        ("disclosed", ("fr", "calendar", "Nous vendons votre calendrier.")),
        ("disclosed", ("es", "calendar", "Vendemos su calendario.")),
        ("disclosed", ("zh", "calendar", "我们会出售您的日历。")),
        ("disclosed", ("ja", "calendar", "お客様のカレンダーを販売します。")),
    ),
}
CASES = [(expected, *case) for cases in CLASSES.values() for expected, case in cases]


@pytest.fixture
def judge(knowledge: Knowledge) -> Callable[[Case], set[str]]:
    """A case -> the verdict on a policy of that language, and every stance that it rests on."""

    def find(case: Case) -> set[str]:
        language, category, text = case
        document = document_from_bytes(f"{OPENING[language]}\n\n{text}".encode(), "policy.txt")
        found = verdict(knowledge.categories[category], declare(document, knowledge).disclosures, None, knowledge)
        return {found[0], *(item.stance for item in found[3])}

    return find


@pytest.mark.parametrize(("expected", "language", "category", "text"), CASES)
def test_a_small_word_turns_the_verdict(
    judge: Callable[[Case], set[str]], expected: str, language: str, category: str, text: str
) -> None:
    assert expected in judge((language, category, text))


@pytest.mark.parametrize("name", CLASSES)
def test_each_language_that_has_the_words_has_a_sentence_for_them(knowledge: Knowledge, name: str) -> None:
    shown = {case[0] for _, case in CLASSES[name]}
    have = {code for code, language in knowledge.languages.items() if name in language.words and code != "en"}
    assert shown == have
