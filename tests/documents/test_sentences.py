"""Sentences end where a reader says they end."""

import pytest

from permcheck.documents.sentence import split


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use it, e.g. for pairing. You may refuse.", ["We use it, e.g. for pairing.", "You may refuse."]),
        ("Photos, videos, etc. We keep none.", ["Photos, videos, etc.", "We keep none."]),
        ("Lamp Works Co., Ltd. runs the app. Write to us.", ["Lamp Works Co., Ltd. runs the app.", "Write to us."]),
        ("We store your data.We delete it later.", ["We store your data.", "We delete it later."]),
        ("See www.Lamp.example for version 3.5 of it.", ["See www.Lamp.example for version 3.5 of it."]),
        ("Who are we? A shop! Indeed.", ["Who are we?", "A shop!", "Indeed."]),
        ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
        ("我们收集位置。您可以关闭！好的？是", ["我们收集位置。", "您可以关闭！", "好的？", "是"]),
        ("We use Wi-Fi.我们使用蓝牙。", ["We use Wi-Fi.", "我们使用蓝牙。"]),
        ("The U.S. Department of Trade runs it. We obey.", ["The U.S. Department of Trade runs it.", "We obey."]),
        ("We are in the U.S. We obey its laws.", ["We are in the U.S.", "We obey its laws."]),
        ("Wir nutzen Sensoren, z. B. Bluetooth. Sie nicht.", ["Wir nutzen Sensoren, z. B. Bluetooth.", "Sie nicht."]),
        ("Bis zum 31. Dezember 2024. Danach nicht.", ["Bis zum 31. Dezember 2024.", "Danach nicht."]),
        ("我们收集：1.位置；2.相机。您可以关闭。", ["我们收集：1.位置；2.相机。", "您可以关闭。"]),
        ("収集します。「同意しない。」と選べます。", ["収集します。", "「同意しない。」と選べます。"]),
        ("You may refuse. iOS asks first.", ["You may refuse.", "iOS asks first."]),
        ("We never sell it!We promise.", ["We never sell it!", "We promise."]),
        ("We sell no data. 2. We share none. II. Ask us.", ["We sell no data.", "2. We share none.", "II. Ask us."]),
        ("We never sell data.[1] We share it.", ["We never sell data.[1]", "We share it."]),
        ("See section 4. We explain it there.", ["See section 4.", "We explain it there."]),
        ("  ", []),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_nothing_but_white_space_is_lost() -> None:
    text = "One... two. (Three.) “Four.” Five;six 七。八 e.g. nine"
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
