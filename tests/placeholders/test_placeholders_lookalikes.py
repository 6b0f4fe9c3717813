"""What only looks like template text stays silent, one trap at a time."""

from __future__ import annotations

import pytest

from permcheck.documents import document_from_text
from permcheck.knowledge import Knowledge
from permcheck.placeholders import scan

PROSE = "\n\nWe value your privacy and explain here how the app handles personal data.\n"

SILENT = {
    "address in brackets": "Write to [help@lampyris.org] with any question about lamps.",
    "address hidden from robots": "Write to help [at] lampyris [dot] org, or to [email\xa0protected].",
    "Markdown link": "Read [our terms](https://lampyris.org/terms) and [the notice][2] of the shop.",
    "link with a space": "See [the imprint] (https://lampyris.org/imprint) of the shop.",
    "definition in brackets": "[Personal Data] means any information that can be tied to a person.",
    "definition of a thing": "[Smart Lamp] refers to the lamp that we sell to you.",
    "editorial brackets": "We delete the name [and its pictures] [10] with the account [sic].",
    "citation of a law": "We rest on [Art. 6 GDPR] and on [section 3] of the act.",
    "debug words in brackets": "The log may hold entries such as [ERROR] or [SQL] and codes like [A-17].",
    "heading in brackets": "[Rights of people in Europe]",
    "box to tick": "- [ ] I want the newsletter\n- [x] I am over 16",
    "code with brackets": "The list lamps[] is empty and lamp[0] is the first.",
    "ellipsis in a quotation": "The act says: “Personal data [...] must be accurate.”",
    "form for the reader": "I, [name] __________ of [address] __________, hereby declare that the lamp is mine.",
    "withdrawal form": (
        "Model withdrawal form\n\nTo [insert name and address of the trader]:\n\nOrdered on: ________\n\nDate: ________"
        "\n\n(*) Delete as appropriate."
    ),
    "signature line": "Signature: ________________ Date: ________________",
    "line across the page": "________________________________________________________________________",
    "filled underline": "When you open the ___sleep curve___ page, the app asks for storage.",
    "Spanish todo": "Guardamos todo lo que usted envía. TODO EL CONTENIDO es suyo.",
    "Portuguese todo": "Guardamos todo o histórico do aplicativo para todo cliente.",
    "Dutch postcode": "Lampyris BV, Keizersgracht 12, 1016 XX Amsterdam, the Netherlands",
    "Roman numeral": "Chapter XXX and Article XXX of the code apply to lamps.",
    "size and genre": "Shirts come in XXXL; lamps for XXX-rated films are not sold.",
    "company name as data": "If you order for a firm, we ask for your company name and your job title.",
    "fields of a form": "Company Name, First Name and E-mail are fields of the form.",
    "app name as data": "We record the App name and version of the apps on your phone.",
    "censored word": "Offensive words are shown as s*** and f*** in reviews.",
    "stars between chapters": "*****",
    "masked number": "Your number is displayed as 138****1234 or as +44 ** **** 1234.",
    "masked address as format": "An address is shown as ***@***.com to other people.",
    "masked card": "A card number is shown as XXXX-XXXX-XXXX-1234.",
    "not applicable": "Sold: N/A. Shared: N/A. Retention: None.",
    "we will confirm": "We will confirm your order by e-mail. When you confirm the deletion, we delete all.",
    "confirm button": "Tap Confirm to go on, or press “Confirm: yes” twice.",
    "question headings": "What do we collect? How do we use it? Confirm or object?",
    "password prompt": "Please confirm your password. Please enter a password. Please enter your name below.",
    "newsletter prompt": "Subscribe Please enter your e-mail address below to receive our news.",
    "request to the reader": "Please specify in your request which data you mean, and provide your account name.",
    "read it well": "Please be sure to read this privacy policy. Please add us to your contacts.",
    "reader may delete": "If not, you can delete your account at any time. You can remove this lamp.",
    "message by mistake": "Delete this message if you received it by mistake.",
    "enter here": "Enter your city here to see the weather. To change the name, enter your name here.",
    "Gradle variable": "Gradle replaces ${applicationId} in the manifest of the app.",
    "Windows folder": "The log lies in %APPDATA%\\Lampyris and in %TEMP%.",
    "percent signs": "About 50% of people and 20% of lamps are in Finland.",
    "path parameter": "Call /lamps/{id}/state or https://api.lampyris.org/people/{person_id}.",
    "text message format": 'Send a text with "STOP XXX" to our number.',
    "address format": "Enter an address in the form name@example.com, e.g. jane.doe@example.com.",
    "example site in a list": "We see the domains (example.com) and pages visited.",
    "null and void": "A void clause is null and void. None of your data is sold. NaN is not a number.",
    "undefined term": "Any undefined term has its usual meaning. The word undefined is plain.",
    "inch marks": 'We use a 5"" screen and the file "notes".',
    "draft message": "You may save a draft of your message. The draft regulation of the Commission applies.",
    "decided by law": "The fee is to be determined by law, in the (to be determined by the court) amount.",
    "two ways": "Option 1: opt out in the app. Option 2: write to us.",
    "and/or": "You can open [Settings]/[Privacy] and/or write to us.",
    "bank and protocol": "The TBC Bank processes payments. WIP is short for Work In Peace.",
    "leap day": "Effective date: 29 February 2024",
    "version number": "Version 2.31.2024 of the app is out. Updated to 13.2.1 today.",
    "date format": "Enter your date of birth in the format DD/MM/YYYY.",
    "directory assistance": "Call 1-800-555-1212 or +1 415 555 2671 in the United States.",
    "credit of a generator": "This policy was made with a generator. Templates of messages are stored.",
    "menu path": "You can turn it off under [Me] - [Settings] - [Privacy].",
    "footnote": "The court agrees [3][4], and so do we [n. 7].",
    "guardian in brackets": "You (or your guardian?) may object. Couriers (if any) see the address.",
    "French quoted format": "La mention « Vendu par [nom du vendeur] » figure sur la fiche.",
    "zh menu path": "您可以通过【设置】-【隐私】-【添加设备】关闭权限，点击【填写资料】修改。",
    "zh definition": "【个人信息】是指与您有关的各种信息。",
    "zh warning": "【注销账号】操作不可恢复，请谨慎操作。",
    "zh stars": "昵称中的敏感字以***号显示，手机号显示为138****1234。",
    "zh reader format": "请编辑短信，格式：姓名XXX，房间XXX，发送到客服号码。",
    "zh filled underline": "首次打开___睡眠曲线___页面时，应用会申请存储权限。",
    "zh date in brackets": "本协议自2021年【12】月【1】日起生效。",
    "zh reader fills in": "请填写您的收货地址，请输入验证码，请确认您已年满18周岁。",
    "zh we adapt": "我们会根据实际业务调整本政策，您可以自行填写或修改资料。",
    "zh you adapt": "监护人为孩子自行填写的资料，您还可以根据自身需求填写性别。",
    "zh reader deletes": "如不需要，您可以删除账号；如您不同意，请删除应用。",
    "zh your firm as customer": "如您是贵公司的授权代表，请提供授权书。",
    "zh filled label": "公司名称：某灯具有限公司，联系电话：0571-86850000，QQ：10001234",
    "zh title": "《隐私政策》和《用户协议》适用于“小灯”。<<小灯>>是我们的产品。",
    "zh order state": "订单状态：待确认、待发货、待收货。",
    "zh template": "短信模板和消息模板会保存在服务器上。",
    "de form": "Bitte geben Sie Ihre E-Mail-Adresse ein und ergänzen Sie das Formular.",
    "de state of the art": "Der Stand der Technik ist maßgeblich. Stand: 3. März 2024",
    "de citation": "„Personenbezogene Daten“ [Art. 4 DSGVO] sind alle Angaben [1] über Sie.",
    "de withdrawal": "Ich, [Name], widerrufe hiermit den Vertrag. (*) Unzutreffendes streichen.",
    "de null": "Der Vertrag ist null und nichtig. Der Entwurf der Verordnung liegt vor.",
    "de reader deletes": "Wenn Sie das nicht möchten, löschen Sie die App. Falsche Angaben löschen wir.",
    "es form": "Por favor, indique su nombre en la solicitud y complete el formulario.",
    "es reader deletes": "Si no procede, puede eliminar su cuenta. Puede insertar imágenes aquí.",
    "es reference": "El responsable [ver apartado 3] es Lámpara S.L.",
    "licence with a lost link": "The text is under a Creative Commons BY () licence.",
    "law of a state": "If you use many lamps, State law gives us 45 days more to answer.",
    "nickname as example": "We see the address (e.g xxx@yahoo.com) that you register with.",
    "topic with a colon": (
        "House rules\n\nEmail:\n\nAccounts are for letters between people, and whoever sends the same letter to "
        "thousands of people who did not ask for it loses the account at once."
    ),
    "price in a quotation": "You click “lamps from XXX €” to see more.",
    "drafts in a menu": "Drafting tools, service & guidance",
    "link to a page": "Who is our officer? You can contact us here.",
    "fr form": "Veuillez compléter le formulaire. Précisez votre demande. Indiquez ici votre adresse de livraison.",
    "fr reference": "Le responsable [voir article 3] est Lampe SAS.",
    "fr reader deletes": "Si cela ne vous convient pas, supprimez l'application.",
}


@pytest.mark.parametrize("trap", SILENT)
def test_a_look_alike_is_no_slot(trap: str, knowledge: Knowledge) -> None:
    document = document_from_text(SILENT[trap] + PROSE, "policy.txt")
    found = [
        (slot.rule, document.blocks[slot.block].text[slot.start : slot.end])
        for slot in scan(document.blocks, knowledge)
    ]
    assert found == []
