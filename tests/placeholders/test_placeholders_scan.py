"""Unfilled template text is found, in every kind and language, at its place and as one slot."""

from __future__ import annotations

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.placeholders import lint, scan

PROSE = "\n\nWe value your privacy and explain here how the app handles personal data.\n"

FOUND = {
    "PC401": [
        "Confirm: please list the sensors that the app reads in the privacy policy.",
        "You can reach us at Please enter the address of your privacy office.",
        "Further recipients: Confirm the following details",
        "This rests on our customer contract or some other terms of sale? Confirm.",
        "We use a cloud (or some other hosting service, name it?) in Europe.",
        "Please insert the name of your data protection officer.",
        "Delete this section if you do not use cookies.",
        "Note to drafter: does the app read the location?",
        "Please adapt this template to your own business.",
        "In this section you should note which data the shop collects.",
        "Insert your company name here.",
        "Legal to confirm how long we keep reports.",
        "请在此处填写贵公司的联系方式。",
        "请将此处替换为公司名称。",
        "[请贵司补充这一段]",
        "If you collect location data, explain here why.",
        "Include this section only if you use cookies.",
        "Replace the bracketed text with your own.",
        "如不涉及生物识别信息，请删除本条。",
        "（请根据实际情况补充第三方服务列表）",
        "Bitte fügen Sie hier Ihre Kontaktdaten ein.",
        "Falls nicht zutreffend, bitte diesen Abschnitt löschen.",
        "Inserte aquí el nombre de la empresa.",
        "Eliminar este apartado si no procede.",
        "Insérez ici l'adresse de votre société.",
        "Supprimer ce paragraphe si non applicable.",
    ],
    "PC402": ["Confirm: privacy@lampyris.org", "We keep reports for 90 days (to be confirmed)."],
    "PC403": [
        "{{app_name}} reads your location.",
        "Data is shared with ${company.name} and its hosts.",
        "We keep data in %COUNTRY_NAME%.",
        "Write to __SUPPORT_EMAIL__.",
        "Write to [[support_email]] or to us.",
        "Recipients are {RECIPIENTS_NAME}.",
        "欢迎使用{{应用名称}}。",
        "$(PRODUCT_NAME) needs the camera.",
        "#应用名称#用户隐私政策",
        "{appName}重视您的隐私。",
    ],
    "PC404": [
        "This policy explains how [Company Name] handles data.",
        "Write to [your privacy e-mail address].",
        "Write to our office at [contact\nemail] with any question.",
        "The law of [STATE/COUNTRY] applies.",
        "We keep data for [number] days.",
        "We, <Company Name>, run this app.",
        "We are (insert company name here), a firm of Norway.",
        "This policy of [●] applies to all lamps.",
        "Verantwortlich ist [Name des Unternehmens], [Anschrift].",
        "Stand: [Datum einfügen]",
        "El responsable es [NOMBRE DE LA EMPRESA].",
        "Le responsable est [nom de la société].",
        "[À compléter]",
        "Contact us at [CORREO ELECTRÓNICO].",
        "欢迎使用【应用名称】！",
        "[Company] (“we”, “us”) made this app.",
        "[Optional: if you use analytics, describe it.]",
    ],
    "PC405": [
        "联系方式：QQ：；电话：；邮箱：。",
        "公司名称：--，注册地址：上海市静安区",
        "您可以发送邮件至@qq.com联系我们。",
        "You can contact us by e-mail at .",
        "The lamp service is operated by , our partner.",
        "This policy was last updated on .",
        "请通过邮箱（）与我们联系。",
        "本政策由（以下简称“我们”）制定。",
    ],
    "PC406": [
        "Write to ***@***.com.",
        "Write to privacy@yourdomain.com.",
        "Write to your-email@gmail.com.",
        "Kontakt: datenschutz@ihre-domain.de",
        "Call us on (555) 555-5555.",
        "Our office: 123 Main Street, Anytown",
        "Write to help@[yourdomain].com.",
        "Max Mustermann, Musterstraße 1",
        "如有疑问，请联系邮箱xxx@xxx.com。",
        "客服电话：400-xxx-xxxx",
    ],
    "PC407": [
        "本应用由XX科技有限公司运营。",
        "本应用由某某网络科技有限公司运营。",
        "We answer within XX days.",
        "We delete sound after X days.",
        "Our company, ______, is located in ____.",
        "This app is run by XXX.",
        "本アプリは株式会社〇〇が運営します。",
    ],
    "PC408": [
        "The app is operated by undefined.",
        "Read how the undefined app uses data.",
        "SDK名称：undefined",
        "Contact: [object Object]",
        'In this policy the firm is called "we" or "".',
        "欢迎使用“”！",
    ],
    "PC409": [
        "This policy applies to our [website/app/service].",
        "[CHOOSE ONE] Option A: We keep data. Option B: We delete data.",
        "We [do/do not] share data.",
        "[we keep your data for one year] / [we delete your data at once]",
        "（二选一）我们保存数据。",
    ],
    "PC410": [
        "TODO: add the list of hosts",
        "How long we keep data: TBD",
        "[DRAFT]",
        "ENTWURF",
        "This is a placeholder privacy policy.",
        "<!-- TODO: confirm how long we keep logs -->",
        "Here's a simple privacy policy that you can use for your app:",
        "保存期限：待定",
        "As an AI language model, I cannot give legal advice.",
    ],
    "PC411": [
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
        "Sed do eiusmod tempor incididunt ut labore.",
    ],
    "PC412": [
        "When you open the App name, we read your location.",
        'Your Company Name ("we", "us") respects your privacy.',
        "“公司名称”非常重视您的隐私。",
    ],
    "PC413": [
        "Effective date: XX/XX/20XX",
        "Effective date: 31 April 2024",
        "Last updated: MM/DD/YYYY",
        "生效日期：2023年13月1日",
        "更新日期：20XX年XX月XX日",
        "Stand: 30. Februar 2024",
    ],
    "PC414": ["Our website address is: http://localhost:8080.", "本隐私政策模板仅供参考。"],
    "PC415": ["Hello {{ user.display_name }}", "{% if europe %} We ask first. {% endif %}", "Hello %s, welcome back."],
    "PC416": ["We keep the data for Click or tap here to enter text."],
    "PC417": ["We keep the data for one year. Commented [LK3]: is this true?"],
}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FOUND.items() for text in texts])
def test_template_text_is_found(rule: str, text: str, knowledge: Knowledge) -> None:
    document = document_from_text(text + PROSE, "policy.txt")
    assert rule in {slot.rule for slot in scan(document.blocks, knowledge)}


def slots(text: str, knowledge: Knowledge) -> list[tuple[str, str]]:
    policy = lint(document_from_text(text, "policy.txt"), knowledge)
    return [(item.rule, item.text) for item in policy.placeholders]


def test_an_instruction_over_five_lines_is_one_slot_with_its_lines(knowledge: Knowledge) -> None:
    text = (
        "Privacy policy\n\nWhat we collect\n\n"
        "We collect data in order to run the lamps.\n\n"
        "Confirm: if the product has a\n"
        "camera or any other sensor that\n"
        "sees people, please be sure to\n"
        "explain in the privacy policy what\n"
        "happens to the pictures.\n\n"
        "We answer your questions within one month after you asked them.\n"
    )
    (found,) = lint(document_from_text(text, "policy.txt"), knowledge).placeholders
    span = found.location.span
    assert span is not None
    assert (span.line, span.column, span.end_line, span.end_column) == (7, 0, 11, 24)
    assert found.kind == "instruction"


def test_an_example_sentence_belongs_to_its_instruction(knowledge: Knowledge) -> None:
    text = "Confirm: please describe each sensor. For example, a lamp may hear you.\n\nWe keep lamps on."
    assert [found for _, found in slots(text, knowledge)] == [text.partition("\n")[0]]


def test_two_markers_in_one_paragraph_are_two_slots(knowledge: Knowledge) -> None:
    text = "Confirm: list the sensors of the lamp; Confirm: whether a partner hears, if so, please keep the text."
    assert [found.split()[1] for _, found in slots(text, knowledge)] == ["list", "whether"]


def test_a_label_counts_as_blank_only_when_the_next_line_is_no_value(knowledge: Knowledge) -> None:
    blank = "Effective date:\n\n1. Who we are\n\nWe are Lampyris Oy, and we make lamps for homes."
    filled = "Effective date:\n\n4 May 2026\n\n1. Who we are\n\nWe are Lampyris Oy, and we make lamps for homes."
    assert slots(blank, knowledge) == [("PC405", "Effective date:")]
    assert slots(filled, knowledge) == []


def test_labels_whose_values_follow_column_by_column_are_filled(knowledge: Knowledge) -> None:
    text = (
        "12. Contact\n\nCompany name:\nE-mail:\nPhone:\n\nLampyris Oy\nhelp@lampyris.org\n+358 9 4245 1187\n\n"
        "We answer within a month.\n"
    )
    assert slots(text, knowledge) == []


def test_a_weak_bracket_counts_only_near_a_certain_one(knowledge: Knowledge) -> None:
    alone = "This free [or paid] app is made for homes with lamps in all rooms of the house."
    beside = f"We, [your company name], made it. {alone}"
    assert slots(alone, knowledge) == []
    assert ("PC404", "[or paid]") in slots(beside, knowledge)


def test_the_masked_address_inside_an_instruction_is_told_too(knowledge: Knowledge) -> None:
    text = "Confirm: please give people two ways to reach you, for instance ***@***.com or the form in the app."
    assert {rule for rule, _ in slots(text, knowledge)} == {"PC401", "PC406"}


def test_one_place_is_told_once(knowledge: Knowledge) -> None:
    assert slots("We keep data for [XXX] days after [TBD: ask legal].", knowledge) == [
        ("PC404", "[XXX]"),
        ("PC404", "[TBD: ask legal]"),
    ]


def test_an_excerpt_of_one_line_is_linted(knowledge: Knowledge) -> None:
    assert slots("[Company Name] reads your location to find the lamps near you.", knowledge) == [
        ("PC404", "[Company Name]")
    ]
