"""Each language denies, orders and speaks of devices in its own way; every verdict here is one that a reader gives."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from permcheck.documents import document_from_bytes
from permcheck.examples import holes, language_problems, missing_words
from permcheck.knowledge import Knowledge
from permcheck.policy import declare, verdict

Judge = Callable[[str, str, str], str]
OPENING = {
    "en": "This statement tells you how we treat what you give to us and which rights you have.",
    "zh": "本政策说明我们如何对待您的隐私以及您享有的权利，请您仔细阅读。",
    "de": "Diese Erklärung beschreibt, wie wir mit dem umgehen, was Sie uns geben, und welche Rechte Sie haben.",
    "fr": "Cette déclaration explique comment nous respectons votre vie privée et quels sont les droits que vous avez.",
    "es": "Esta declaración explica cómo respetamos su privacidad y cuáles son los derechos que usted tiene.",
    "ja": "本方針は、お客様のプライバシーを当社がどのように尊重するかを説明するものです。",
}


@pytest.fixture
def why(knowledge: Knowledge) -> Callable[[str, str, str], tuple[str, str]]:
    """``(language, text, category)`` -> the verdict on a policy that opens in that language, and its reason."""

    def find(language: str, text: str, category: str) -> tuple[str, str]:
        name = "policy.md" if "|---" in text else "policy.txt"
        document = document_from_bytes(f"{OPENING[language]}\n\n{text}".encode(), name)
        found = verdict(knowledge.categories[category], declare(document, knowledge).disclosures, None, knowledge)
        return found[0], found[2]

    return find


@pytest.fixture
def judge(why: Callable[[str, str, str], tuple[str, str]]) -> Judge:
    """The verdict alone."""
    return lambda language, text, category: why(language, text, category)[0]


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("de", "Ihre Kontakte und Ihren Kalender lesen wir nicht.", "calendar"),
        ("de", "Ihren Kalender rufen wir zu keiner Zeit ab.", "calendar"),
        ("de", "Die App benötigt kein Mikrofon.", "microphone"),
        ("de", "Ein Zugriff auf den Kalender findet nicht statt.", "calendar"),
        ("de", "Wir verwenden Bluetooth, erfassen aber keinen Standort.", "location"),
        ("de", "Auf folgende Funktionen greifen wir nicht zu:\n\n- Kamera\n- Mikrofon", "camera"),
        ("fr", "Votre calendrier, nous ne le consultons pas.", "calendar"),
        ("fr", "Aucune donnée de mouvement n’est enregistrée ni utilisée.", "motion"),
        ("fr", "L’application n’exige pas l’accès au microphone.", "microphone"),
        ("es", "La aplicación no requiere acceso al calendario.", "calendar"),
        ("es", "No se trata ningún dato de salud.", "health"),
        ("zh", "麦克风和日历，我们均不会调用。", "microphone"),
        ("zh", "您的日历我们不会访问。", "calendar"),
        ("zh", "本应用无须麦克风权限。", "microphone"),
        ("zh", "本产品不涉及通讯录、日历等权限的使用。", "calendar"),
        ("zh", "我们不会打开您的麦克风。", "microphone"),
        ("zh", "当前版本已不再收集日历信息。", "calendar"),
        ("ja", "カレンダーおよびマイクは利用しておりません。", "calendar"),
        ("ja", "当社がカレンダーを参照することは決してございません。", "calendar"),
        ("ja", "歩数データの収集は行っておりません。", "motion"),
        ("ja", "マイクの権限は必要ありません。", "microphone"),
        ("zh", "日历信息（本产品未收集）。", "calendar"),
        ("zh", "我们不会对您进行录音。", "microphone"),
        ("de", "Wir erfassen weder Kalender noch Kontakte.", "calendar"),
        ("de", "Ihren Kalender lesen und speichern wir nicht.", "calendar"),
        ("zh", "是否访问日历：否", "calendar"),
        ("de", "Zugriff auf den Kalender: nein", "calendar"),
        ("zh", "我们不会收集您的敏感信息，如指纹、病历。", "biometrics"),
        ("zh", "我们不会借此获取您的日历。", "calendar"),
        ("de", "Weder die IMEI noch die Seriennummer Ihres Telefons werden ausgelesen.", "device-id"),
        ("es", "Ni el IMEI ni el número de serie de su teléfono se consultan.", "device-id"),
        ("de", "Eine Erfassung des Standorts erfolgt nicht.", "location"),
        ("ja", "本アプリはカレンダーへのアクセス権限を持ちません。", "calendar"),
        ("ja", "本アプリがマイクで音声データを録音・送信することはありません。", "microphone"),
    ],
)
def test_a_denial_is_heard_wherever_its_object_stands(judge: Judge, language: str, text: str, category: str) -> None:
    assert judge(language, text, category) == "denied"


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("zh", "本应用不需要麦克风权限，使用蓝牙连接设备。", "bluetooth"),
        ("zh", "当您开启蓝牙时，我们不会收集其他信息。", "bluetooth"),
        ("ja", "連絡先は取得せず、NFCのみを利用します。", "nfc"),
        ("ja", "カレンダーを取得しない限り、予定を表示することができません。", "calendar"),
        ("de", "Wenn Sie den Kalender freigeben, speichern wir die Einträge nicht dauerhaft auf Servern.", "calendar"),
        ("de", "Ohne Zugriff auf den Kalender kann die App keine Termine zeigen.", "calendar"),
        ("fr", "Sans accès au calendrier, l’application ne peut pas afficher vos rendez-vous.", "calendar"),
        ("es", "Sin acceso al calendario no podemos mostrar sus citas.", "calendar"),
        ("zh", "我们读取日历并不会用于其他目的。", "calendar"),
        ("zh", "除非您撤回授权，我们将持续读取您的日历。", "calendar"),
        ("zh", "悬浮窗权限（可关闭）：视频通话缩小时使用。", "overlay"),
        ("fr", "Sans Bluetooth, la serrure ne peut pas être connectée.", "bluetooth"),
        ("fr", "Votre calendrier n’est consulté que si vous l’autorisez.", "calendar"),
        ("zh", "如无您的授权，我们不会读取您的日历。", "calendar"),
        ("zh", "我们不会默认打开麦克风，仅在您授权后使用。", "microphone"),
        ("de", "Wir können nicht ausschließen, dass Ihr Standort erfasst wird.", "location"),
    ],
)
def test_what_only_stands_beside_a_denial_is_told(judge: Judge, language: str, text: str, category: str) -> None:
    assert judge(language, text, category) == "disclosed"


@pytest.mark.parametrize(
    ("language", "told", "denied"),
    [
        ("en", "We collect your location for the weather.", "We do not collect your location in the background."),
        ("zh", "我们收集您的位置信息用于天气。", "我们不会在后台收集您的位置信息。"),
        ("de", "Wir erfassen Ihren Standort für das Wetter.", "Wir erfassen Ihren Standort nicht im Hintergrund."),
        ("fr", "Nous collectons votre position.", "Nous ne collectons pas votre position en arrière-plan."),
        ("es", "Recopilamos su ubicación.", "No recopilamos su ubicación en segundo plano."),
        ("ja", "天気のために位置情報を取得します。", "バックグラウンドでは位置情報を取得しません。"),
    ],
)
def test_no_background_location_does_not_contradict_location(
    judge: Judge, language: str, told: str, denied: str
) -> None:
    assert judge(language, f"{told}\n\n{denied}", "location") == "disclosed"
    assert judge(language, denied, "location") == "silent"
    assert judge(language, denied, "location-background") == "denied"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We do not send push notifications."),
        ("zh", "我们不会向您发送推送通知。"),
        ("de", "Push-Benachrichtigungen senden wir nicht."),
        ("fr", "Nous n’envoyons aucune notification push."),
        ("es", "La aplicación no envía notificaciones push."),
        ("ja", "プッシュ通知を送ることはありません。"),
    ],
)
def test_not_to_send_notifications_denies_them(judge: Judge, language: str, text: str) -> None:
    assert judge(language, text, "notifications") == "denied"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Without your consent we will not share your calendar with third parties."),
        ("zh", "未经您同意，我们不会将您的日历提供给第三方。"),
        ("de", "Ohne Ihre Zustimmung geben wir Ihren Kalender nicht an Dritte weiter."),
        ("fr", "Sans votre accord, nous ne communiquons pas votre calendrier à des tiers."),
        ("es", "Sin su consentimiento no cedemos su calendario a terceros."),
        ("ja", "お客様の同意なくカレンダーを第三者に提供することはありません。"),
    ],
)
def test_no_sharing_without_consent_does_not_tell_that_it_is_read(judge: Judge, language: str, text: str) -> None:
    assert judge(language, text, "calendar") == "vague"


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("zh", "您家的可视门铃在检测到移动后会自动拍照。", "camera"),
        ("zh", "婴儿监视器在夜间将录制音频。", "microphone"),
        ("zh", "智能门锁将您的指纹保存在本地，不会发送至手机。", "biometrics"),
        ("zh", "门锁的摄像头与麦克风在有人按铃后启动。", "microphone"),
        ("ja", "見守りカメラは、動きがあると自動で撮影します。", "camera"),
        ("ja", "スマートロックは、登録された指紋を記録します。", "biometrics"),
        ("de", "Das Türschloss speichert Ihren Fingerabdruck im Schloss.", "biometrics"),
        ("fr", "La sonnette filme l’entrée avec sa caméra.", "camera"),
        ("zh", "摄像头门铃可在夜间录像，视频存放在门铃内。", "camera"),
        ("zh", "猫眼摄像头会抓拍并记录来访者的照片。", "camera"),
        ("de", "Der Saugroboter nimmt mit seiner Kamera Bilder der Zimmer auf.", "camera"),
        ("de", "Die Videotürklingel filmt mit ihrer Kamera, wer klingelt.", "camera"),
        ("es", "El timbre graba imágenes con su cámara.", "camera"),
    ],
)
def test_what_a_device_does_is_not_the_app(
    why: Callable[[str, str, str], tuple[str, str]], language: str, text: str, category: str
) -> None:
    stance, reason = why(language, text, category)
    assert stance == "vague"
    assert "only for a smart device" in reason


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "绑定摄像机时，应用将使用相机扫码。"),
        ("zh", "在您添加门铃时，会请求相机权限。"),
        ("ja", "ドアホンを登録するときは、本アプリがカメラを使用します。"),
    ],
)
def test_setting_a_device_up_is_the_app(judge: Judge, language: str, text: str) -> None:
    assert judge(language, text, "camera") == "disclosed"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "请勿使用摄像头偷拍他人。"),
        ("de", "Sie dürfen die Kamera nicht verwenden, um andere zu filmen."),
        ("fr", "Vous ne devez pas filmer autrui avec la caméra."),
        ("es", "No utilice la cámara para grabar a otras personas."),
        ("ja", "他人をカメラで撮影しないでください。"),
    ],
)
def test_what_the_reader_is_told_not_to_do_says_nothing_of_the_app(judge: Judge, language: str, text: str) -> None:
    assert judge(language, text, "camera") == "silent"


def test_a_cell_that_says_whether_it_can_be_switched_off_does_not_hide_the_row(judge: Judge) -> None:
    rows = ("权限名称 | 业务功能 | 是否可关闭", "---|---|---", "麦克风 | 语音对讲 | 可关闭", "日历 | 预约提醒 | 可关闭")
    table = "\n".join(f"| {row} |" for row in rows).replace("| ---", "|---")
    assert judge("zh", table, "microphone") == judge("zh", table, "calendar") == "disclosed"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Benachrichtigungen anderer Apps lesen wir nicht."),
        ("fr", "Nous ne lisons pas les notifications des autres applications."),
        ("zh", "我们不会读取其他应用的通知。"),
    ],
)
def test_of_two_nested_names_only_the_longer_is_denied(judge: Judge, language: str, text: str) -> None:
    assert judge(language, text, "notification-access") == "denied"
    assert judge(language, text, "notifications") == "silent"


@pytest.mark.parametrize("language", OPENING)
def test_a_shipped_language_lacks_nothing_that_english_has(language: str) -> None:
    assert list(holes(language)) == []


def test_what_all_other_languages_lack_is_a_hole_of_each(knowledge: Knowledge) -> None:
    bare = replace(knowledge.languages["fr"], cues={"negation": ("ne",)}, needless=("light_head",))
    found = list(missing_words("fr", replace(knowledge, languages={**knowledge.languages, "fr": bare})))
    wanted = set(knowledge.languages["en"].cues) - {"negation", "light_head"}
    assert found == [f"languages/fr.toml: no {name} cues, which en has" for name in sorted(wanted)]


def test_only_what_english_has_and_the_language_lacks_is_needless(knowledge: Knowledge) -> None:
    wrong = replace(knowledge.languages["fr"], needless=("negation", "also"))
    found = list(language_problems(replace(knowledge, languages={**knowledge.languages, "fr": wrong})))
    assert found == [
        "languages/fr.toml: needless: it has negation cues",
        "languages/fr.toml: needless: en has no also cues",
    ]


def test_what_no_policy_has_to_name_is_no_hole_of_a_language(knowledge: Knowledge) -> None:
    found = list(holes("xx"))
    for category in knowledge.categories.values():
        assert (f"categories/{category.id}.toml: no [phrase.xx]" in found) == category.judged


def test_a_middle_column_may_answer_no(judge: Judge) -> None:
    table = "| 权限 | 是否使用 | 备注 |\n|---|---|---|\n| 日历 | 是 | 写入提醒 |\n| 麦克风 | 否 | 暂无计划 |"
    assert judge("zh", table, "calendar") == "disclosed"
    assert judge("zh", table, "microphone") == "denied"


def test_no_name_runs_from_cell_to_cell(judge: Judge) -> None:
    table = "| 场景 | 目的 |\n|---|---|\n| 添加设备 | 识别二维码 |"
    assert judge("zh", table, "device-id") == "silent"


def test_not_to_do_one_deed_with_a_thing_does_not_contradict_its_use(judge: Judge) -> None:
    text = "我们使用麦克风与访客对讲。\n\n我们不会使用麦克风收集您的环境声音。"
    assert judge("zh", text, "microphone") == "disclosed"


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("zh", "App 不能查看您的短信内容。", "sms"),
        ("zh", "本软件无法读取您手机里的通讯录。", "contacts"),
        ("zh", "本应用不可能访问您的日历。", "calendar"),
        ("zh", "我们没有麦克风权限。", "microphone"),
        ("ja", "本アプリはカレンダーを閲覧できません。", "calendar"),
        ("ja", "当社がマイクを使用することはできません。", "microphone"),
        ("ja", "アプリは連絡先を読み取れません。", "contacts"),
        ("de", "Die App kann Ihren Kalender nicht lesen.", "calendar"),
        ("fr", "L’application ne peut pas consulter votre calendrier.", "calendar"),
        ("es", "La aplicación no puede leer su calendario.", "calendar"),
    ],
)
def test_what_the_app_cannot_do_it_does_not(judge: Judge, language: str, text: str, category: str) -> None:
    assert judge(language, text, category) == "denied"


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("zh", "缺少相机权限时，应用无法扫码。", "camera"),
        ("zh", "没有蓝牙权限，本应用不能连接门锁。", "bluetooth"),
        ("zh", "未授予麦克风权限，将不能与访客对讲。", "microphone"),
        ("zh", "我们需要定位权限，否则无法搜索周围的设备。", "location"),
        ("zh", "如果我们不能获取您的位置，就无法显示当地天气。", "location"),
        ("zh", "未经您许可，我们无法获取您的位置信息。", "location"),
        ("zh", "我们会读取您的通讯录，但不能改动其中的内容。", "contacts"),
        ("ja", "マイクの許可がない場合、通話を開始できません。", "microphone"),
        ("ja", "位置情報を許可しないと、近くの機器を検索できません。", "location"),
        ("ja", "位置情報を取得することがあるかもしれません。", "location"),
        ("de", "Sie müssen den Standort freigeben, sonst kann die App keine Geräte finden.", "location"),
        ("de", "Sie sollten wissen, dass ohne das Mikrofon kein Gespräch möglich ist.", "microphone"),
        ("de", "Ohne das Mikrofon können Sie nicht mit Besuchern sprechen.", "microphone"),
        ("de", "Wenn Sie den Standort nicht erlauben, können wir kein Wetter zeigen.", "location"),
        ("fr", "Sans le microphone, vous ne pouvez pas parler au visiteur.", "microphone"),
        ("es", "Si no autoriza la ubicación, no podemos mostrar el tiempo.", "location"),
    ],
)
def test_what_cannot_be_done_without_a_thing_tells_its_use(
    judge: Judge, language: str, text: str, category: str
) -> None:
    assert judge(language, text, category) == "disclosed"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "我们会访问您的日历吗？不会。", "denied"),
        ("zh", "是否访问日历？否。", "denied"),
        ("zh", "您是否会读取我的日历？不，我们不会。", "denied"),
        ("zh", "是否访问日历？是的，用于写入提醒。", "disclosed"),
        ("zh", "我们是否访问您的日历？", "silent"),
        ("zh", "我们为什么访问日历？我们访问日历以写入提醒。", "disclosed"),
        ("ja", "カレンダーにアクセスしますか？いいえ。", "denied"),
        ("ja", "カレンダーを利用しますか。利用しません。", "denied"),
        ("ja", "カレンダーを利用しますか？はい、予定の登録に利用します。", "disclosed"),
        ("ja", "カレンダーを利用しますか？", "silent"),
        ("de", "Lesen Sie meinen Kalender? Nein, niemals.", "denied"),
        ("de", "Wird mein Kalender gelesen? Das tun wir nicht.", "denied"),
        ("de", "Greift die App auf den Kalender zu? Ja, um Termine einzutragen.", "disclosed"),
        ("de", "Lesen wir Ihren Kalender?", "silent"),
        ("fr", "Consultons-nous votre calendrier ? Non.", "denied"),
        ("fr", "L’application lit-elle mon calendrier ? Jamais.", "denied"),
        ("fr", "Est-ce que vous consultez mon calendrier ? Oui, pour noter vos rendez-vous.", "disclosed"),
        ("fr", "Consultons-nous votre calendrier ?", "silent"),
        ("es", "¿Leemos su calendario? No.", "denied"),
        ("es", "¿La aplicación consulta mi calendario? No, nunca.", "denied"),
        ("es", "¿Consultan mi calendario? Sí, para anotar sus citas.", "disclosed"),
        ("es", "¿Leemos su calendario?", "silent"),
        ("es", "¿Leemos su calendario? No compartimos su calendario con terceros.", "vague"),
    ],
)
def test_a_question_says_what_its_answer_says(judge: Judge, language: str, text: str, expected: str) -> None:
    assert judge(language, text, "calendar") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您可以选择不授予日历权限。", "vague"),
        ("您可以不提供日历信息。", "vague"),
        ("您有权拒绝我们访问您的日历。", "vague"),
        ("我们访问您的日历以写入提醒，您可以选择不授权。", "disclosed"),
        ("其他软件可能会读取您的日历。", "silent"),
        ("我们会读取其他应用写入的日历。", "disclosed"),
        ("应聘者提供的日历信息由招聘部门处理。", "silent"),
    ],
)
def test_chinese_choices_and_others_are_not_what_the_app_does(judge: Judge, text: str, expected: str) -> None:
    assert judge("zh", text, "calendar") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "We used to read your calendar but no longer do.", "denied"),
        ("en", "We formerly read your calendar; today we no longer share it.", "silent"),
        ("zh", "我们过去会读取您的日历，但如今不再读取。", "denied"),
        ("zh", "我们曾经读取您的日历，现在不再对外共享。", "disclosed"),
        ("zh", "我们曾获奖，会读取您的日历，且不再询问。", "disclosed"),
        ("de", "Früher haben wir Ihren Kalender gelesen, heute nicht mehr.", "denied"),
        ("fr", "Auparavant nous consultions votre calendrier, nous ne le faisons plus.", "denied"),
        ("es", "Antes leíamos su calendario, pero ya no lo hacemos.", "denied"),
        ("es", "Antes de avisarle, leemos su calendario, y ya no preguntamos.", "disclosed"),
        ("ja", "以前はカレンダーを取得していましたが、現在は取得していません。", "denied"),
    ],
)
def test_what_was_done_once_and_is_no_more_is_denied(judge: Judge, language: str, text: str, expected: str) -> None:
    assert judge(language, text, "calendar") == expected
