"""What any policy must say: dates in every order that people write, contacts, and the two halves of a policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permcheck.checks import Case
from permcheck.checks.policy_text import policy_text
from permcheck.checks.search import branches
from permcheck.errors import MappingError
from permcheck.examples import document
from permcheck.model import AppFacts, Block, Fact, Gap, Location, Policy

APP = AppFacts("app.apk", "android", "com.halden.home", "Halden Home", "1", "")


def policy(text: str, path: str = "policy.txt") -> Policy:
    return Policy(document(text, path))


def found(knowledge, rule: str, *policies: Policy, app: AppFacts | None = None) -> list[str]:
    case = Case((app,) if app else (), policies, (), (), ())
    return [finding.message for finding in policy_text(knowledge.rules[rule], case, knowledge)]


DATES = ("PC447", "PC448", "PC449")
TEXT = {
    "en": "Privacy Policy\n\n{}\n\nWe collect your e-mail address and use it to write to you about the lamp.",
    "zh": "隐私政策\n\n{}\n\n我们会收集您的邮箱地址，用于向您发送有关灯具的通知。",
    "de": "Datenschutzerklärung\n\n{}\n\nWir erheben Ihre E-Mail-Adresse und schreiben Ihnen damit.",
    "fr": "Politique de confidentialité\n\n{}\n\nNous collectons votre adresse pour vous écrire au sujet de la lampe.",
    "es": "Política de privacidad\n\n{}\n\nRecogemos su correo para escribirle sobre la lámpara y nada más.",
    "ja": "プライバシーポリシー\n\n{}\n\nメールアドレスを取得し、お知らせの送信に利用します。",
}


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Effective: 2024-05-01"),
        ("en", "May 2024"),
        ("en", "(Version 1.2 - 05/2024)"),
        ("en", "This policy was last changed on the 1st of May, 2024."),
        ("en", "Effective: 5/1/24"),
        ("en", "In effect since January 2023."),
        ("zh", "本政策自2024年5月1日起施行"),
        ("zh", "二〇二四年五月一日"),
        ("zh", "更新时间 2024-5-1"),
        ("de", "Stand: Mai 2024"),
        ("de", "Fassung vom 1. Mai 2024"),
        ("fr", "Version du 1er mars 2024"),
        ("es", "Vigente desde el 1 de mayo de 2024"),
        ("ja", "令和6年5月1日改定"),
    ],
)
def test_a_date_counts_however_it_is_written(knowledge, language, line):
    text = TEXT[language].format(line)

    assert [rule for rule in DATES if found(knowledge, rule, policy(text))] == []


@pytest.mark.parametrize(
    ("language", "line", "rule"),
    [
        ("en", "Effective from 31.02.2024", "PC448"),
        ("en", "Last updated: 13/13/2024", "PC448"),
        ("de", "Letzte Aktualisierung: 31. Juni 2024", "PC448"),
        ("zh", "生效日期：2023年2月29日", "PC448"),
        ("zh", "二〇二四年二月三十日生效", "PC448"),
        ("ja", "改定日：2024年2月30日", "PC448"),
        ("en", "Effective date: 1 July 2999", "PC449"),
        ("zh", "【发布日期】2999年1月1日", "PC449"),
        ("en", "Our lamp A1 was published on 3 May 2019.", "PC447"),
        ("en", "The licence is valid until 31 December 2999.", "PC447"),
        ("en", "As of 31 December 2999 the model A1 will get no updates.", "PC447"),
        ("en", "We follow Regulation (EU) 2016/679 of 27 April 2016.", "PC447"),
        ("zh", "《个人信息保护法》自2021年11月1日起施行。", "PC447"),
    ],
)
def test_a_date_that_is_none_or_of_something_else(knowledge, language, line, rule):
    text = TEXT[language].format(line)

    assert [each for each in DATES if found(knowledge, each, policy(text))] == [rule]


def test_a_list_of_changes_shows_the_date(knowledge):
    body = "We collect your e-mail address. It is used to write to you.\n\n" * 12

    assert not found(
        knowledge, "PC447", policy(f"Privacy Policy\n\n{body}20 November 2020\n\nWe named the host.\n\n{body}")
    )


def test_what_was_not_read_is_not_missing(knowledge):
    whole = policy("Lamp Works Ltd collects your e-mail address.")
    gap = Gap(Location("policy.txt"), "the rest is missing", silences=True)
    excerpt = replace(whole, document=replace(whole.document, gaps=(gap,)))

    assert found(knowledge, "PC442", whole)
    assert not found(knowledge, "PC442", excerpt)
    assert not found(knowledge, "PC447", excerpt)


def test_two_files_of_one_language_are_one_policy_of_an_app(knowledge):
    main = policy("Lamp Works Ltd uses the camera of your phone to scan codes.", "main.txt")
    other = policy("We keep your e-mail address until you close the account.", "retention.txt")

    assert len(found(knowledge, "PC442", main, app=APP)) == 1
    assert not found(knowledge, "PC442", main, other, app=APP)
    assert len(found(knowledge, "PC442", main, other)) == 1, "without an app each stands for itself"


def test_a_bilingual_policy_answers_in_either_language(knowledge):
    chinese = document("我们仅在实现目的所必需的期限内保存您的信息。", "policy.txt").blocks
    english = document("Lamp Works Ltd collects your e-mail address. We use it to write to you.", "policy.txt")
    both = Policy(replace(english, blocks=(*english.blocks, *chinese)))

    assert found(knowledge, "PC442", Policy(english))
    assert not found(knowledge, "PC442", both)


def test_a_law_that_is_said_not_to_apply_is_no_address_to_the_eu(knowledge):
    away = policy("The GDPR does not apply to our users in Canada. We collect your e-mail address.")
    here = policy("The GDPR applies to our users in Ireland. We collect your e-mail address.")

    assert not found(knowledge, "PC457", away)
    assert found(knowledge, "PC457", here)


def test_a_link_can_be_the_contact(knowledge):
    text = "Questions about privacy? Contact us."
    start = text.index("Contact us")
    plain = policy(text)
    block = Block(text, ((0, 1, 0, None),), marks=((start, start + 10, "link"),), language="en")
    linked = replace(plain, document=replace(plain.document, blocks=(block,)))

    assert found(knowledge, "PC441", plain)
    assert not found(knowledge, "PC441", linked)


def test_the_maker_of_the_platform_may_be_controller_of_its_own_app(knowledge):
    told = policy("Tuya Inc. hosts us. The data controller is Tuya Global Inc.")
    own = replace(APP, app_id="com.tuya.smart", name="Tuya Smart")

    assert found(knowledge, "PC454", told, app=APP)
    assert not found(knowledge, "PC454", told, app=own)


def test_a_policy_inside_the_bundle_is_no_page_of_the_store(knowledge):
    carried = policy("Lamp Works Ltd uses the camera.", "app.apk!/assets/privacy.pdf")

    assert not found(knowledge, "PC450", replace(carried, document=replace(carried.document, format="pdf")), app=APP)


@pytest.mark.parametrize(
    ("label", "app_id", "text"),
    [
        ("Halden Home", "com.halden.home", "This policy applies to the HaldenHome app."),
        ("HALDEN-HOME", "io.acme.hh", "Halden Home is an app by Acme Oy."),
        ("Café Lumière", "org.cafe.lum", "Privacy policy for Cafe Lumiere. We write short policies."),
        ("Zählerfuchs", "de.fuchs.zaehler", "Die App ZAEHLERFUCHS nutzt die Kamera, um den Zähler abzulesen."),
        ("灵灯", "com.lingdeng.app", "LingDeng is a smart light app, and it is very bright."),
        ("Home", "de.acmehaus.home", "The Home app by Acmehaus GmbH scans your home network."),
        ("Lamp Control", "com.acmelights.control", "Acmelights Ltd collects your e-mail address."),
        ("Halden Home", "com.halden.home", "Halden GmbH & Co. KG is responsible for the app."),
        ("Tuya Smart", "com.tuya.smart", "Tuya Inc. is responsible for the lamps and the app."),
    ],
)
def test_the_app_or_its_maker_is_named(knowledge, label, app_id, text):
    app = replace(APP, app_id=app_id, name=label)

    assert not found(knowledge, "PC452", policy(text), app=app)
    assert not found(knowledge, "PC453", policy(text), app=app)


@pytest.mark.parametrize(
    ("label", "app_id", "text"),
    [
        ("Go", "com.acme.go", "You can go to the settings at any time, and the App needs the camera."),
        ("Home", "de.acmehaus.home", "Your home network is scanned for smart home devices at home."),
        ("Smart Life Pro", "com.smart.life.pro", "The smart life begins at home, and the App uses the camera."),
        ("Lumio", "com.tuya.smartlumio", "The App is run by us, and Tuya Inc. hosts our cloud."),
    ],
)
def test_an_ordinary_word_and_the_platform_name_no_app(knowledge, label, app_id, text):
    app = replace(APP, app_id=app_id, name=label)

    assert found(knowledge, "PC452", policy(text), app=app)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Brightly Privacy Policy\n\nBrightly Ltd runs the Brightly app, and it is bright.", "Brightly"),
        ("This privacy policy applies to the Mosswood mobile application.", "Mosswood"),
        ("微光隐私政策\n\n“微光”App由深圳微光智能有限公司运营。", "微光"),
        ("つきあかりプライバシーポリシー\n\n「つきあかり」アプリはカメラを利用します。", "つきあかり"),
    ],
)
def test_a_policy_about_another_app(knowledge, text, name):
    (message,) = found(knowledge, "PC453", policy(text), app=APP)

    assert f"“{name}”" in message
    assert not found(knowledge, "PC452", policy(text), app=APP), "said once"


def test_the_title_of_the_company_names_no_other_app(knowledge):
    told = policy("Mosswood Privacy Policy\n\nMosswood Ltd collects your e-mail address.")

    assert not found(knowledge, "PC453", told, app=APP)


def test_a_signer_whom_the_policy_names_in_another_form(knowledge):
    signed = replace(APP, facts=(Fact("signer", "organization", "Shenzhen Ruotai Electronics Co., Ltd."),))

    assert not found(knowledge, "PC462", policy("Ruotai Tech is responsible for the lamp."), app=signed)
    assert found(knowledge, "PC462", policy("Shenzhen Lamp Ltd is responsible for the lamp."), app=signed)


def test_unknown_parameters_are_errors(knowledge):
    rule = replace(knowledge.rules["PC442"], params={"subject": "x", "pattern": {}})

    with pytest.raises(MappingError, match=r"with\.pattern"):
        list(policy_text(rule, Case((), (), (), (), ()), knowledge))


def test_alternatives_are_split_at_the_top_alone():
    assert branches(r"\ba|(?:b|c)d|[|)]x\|y|z") == [r"\ba", "(?:b|c)d", r"[|)]x\|y", "z"]


@pytest.mark.parametrize("piece", ["a", "you can delete keep share ", "Ltd (", "a@a.", "您可以保存删除", "1.1/"])
def test_text_without_an_end_costs_no_more_than_its_length(knowledge, piece):
    text = (piece * 100_000)[:100_000]
    whole = policy("Privacy Policy\n\nWe collect your e-mail address.")
    block = Block(text, ((0, 1, 0, None),), language="en")
    long = replace(whole, document=replace(whole.document, blocks=(block,), language="en"))

    for rule in knowledge.rules.values():
        if rule.check == "policy_text":
            found(knowledge, rule.id, long, app=APP)
    assert found(knowledge, "PC447", long)
