"""The DEX builder against a reader that is not ours."""

from __future__ import annotations

from androguard.core.dex import DEX
from loguru import logger

from tests.builders.dex import build_dex, mutf8

logger.disable("androguard")

TEXT = """
class com.acme.Lens extends com.acme.Base implements java.lang.Runnable
  method run
    call android.hardware.camera2.CameraManager.open(java.lang.String, long, int[]) -> void
    field android.provider.ContactsContract$Contacts.CONTENT_URI android.net.Uri
    string content://sms
class com.acme.Base
"""


def test_androguard_reads_back_what_was_written() -> None:
    dex = DEX(build_dex(TEXT))
    assert [each.get_name() for each in dex.get_classes()] == ["Lcom/acme/Base;", "Lcom/acme/Lens;"]
    lens = dex.get_class("Lcom/acme/Lens;")
    assert lens.get_superclassname() == "Lcom/acme/Base;"
    assert lens.get_interfaces() == ["Ljava/lang/Runnable;"]
    (run,) = [method for method in lens.get_methods() if method.get_name() == "run"]
    words = [f"{line.get_name()} {line.get_output()}" for line in run.get_instructions()]
    assert words[-4:] == [
        "invoke-virtual/range v0 ... v4, Landroid/hardware/camera2/CameraManager;->open(Ljava/lang/String; J [I)V",
        "sget-object v0, Landroid/provider/ContactsContract$Contacts;->CONTENT_URI Landroid/net/Uri;",
        'const-string v0, "content://sms"',
        "return-void ",
    ]


def test_the_same_text_gives_the_same_bytes() -> None:
    assert build_dex(TEXT) == build_dex(TEXT)


def test_modified_utf8_writes_zero_and_pairs_its_own_way() -> None:
    assert mutf8("a\0\U0001f600") == b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80"
