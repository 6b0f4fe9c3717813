"""A Data safety export says per category what is declared, with the line where it says so."""

from __future__ import annotations

import pytest

from permcheck.declarations.data_safety import HEADER, declare
from permcheck.errors import DeclarationError


def export(*rows):
    return "\r\n".join([",".join(HEADER), *rows]).encode()


def declared(knowledge, data):
    return {d.category: d for d in declare(data, "form.csv", knowledge)}


def test_a_selected_type_is_declared_with_purpose_control_and_line(knowledge):
    data = export(
        "PSL_DATA_TYPES_LOCATION,PSL_PRECISE_LOCATION,true,MULTIPLE_CHOICE,x",
        "PSL_DATA_TYPES_LOCATION,PSL_APPROX_LOCATION,,MULTIPLE_CHOICE,x",
        "PSL_DATA_USAGE_RESPONSES:PSL_PRECISE_LOCATION:DATA_USAGE_COLLECTION_PURPOSE,PSL_APP_FUNCTIONALITY,TRUE,M,x",
        "PSL_DATA_USAGE_RESPONSES:PSL_PRECISE_LOCATION:DATA_USAGE_USER_CONTROL,PSL_DATA_USAGE_USER_CONTROL_OPTIONAL,true,S,x",
    )
    found = declared(knowledge, data)
    assert found["location"].stance == "disclosed"
    assert found["location"].purpose == "app functionality"
    assert found["location"].control == "optional"
    assert found["location"].location.span.line == 2
    assert found["location-approximate"].stance == "denied"


def test_a_form_without_data_declares_nothing_collected(knowledge):
    found = declared(knowledge, export("PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA,,false,REQUIRED,x"))
    assert found["contacts"].stance == "denied"


def test_byte_order_mark_and_quotes_are_read(knowledge):
    data = b"\xef\xbb\xbf" + export('PSL_DATA_TYPES_CONTACTS,PSL_CONTACTS,TRUE,M,"a, b"')
    assert declared(knowledge, data)["contacts"].stance == "disclosed"


@pytest.mark.parametrize("data", [b"", b"name,value\n", b"\xff\xfe\x00", b"<html>"])
def test_anything_else_is_refused_by_name(knowledge, data):
    with pytest.raises(DeclarationError, match=r"^form\.csv: not a Data safety CSV"):
        list(declare(data, "form.csv", knowledge))
