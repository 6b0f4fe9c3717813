"""Opening .ipa files, zips of apps and archives, and their directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from permcheck.bundles import Bundle, is_bundle, nesting, open_bundle
from permcheck.errors import BundleError
from tests.builders import ipa

NESTED = {
    **ipa.app({}),
    **ipa.app({}, "Payload/Lamp.app/PlugIns/Share.appex/"),
    **ipa.app({}, "Payload/Lamp.app/Extensions/Widget.appex/"),
    **ipa.app({}, "Payload/Lamp.app/Watch/Wrist.app/"),
    **ipa.app({}, "Payload/Lamp.app/Watch/Wrist.app/PlugIns/Face.appex/"),
    **ipa.app({}, "Payload/Lamp.app/AppClips/Clip.app/"),
    "Payload/Lamp.app/Frameworks/Kit.framework/Kit": b"\0",
    "Payload/Lamp.app/Frameworks/Kit.framework/Privacy.bundle/PrivacyInfo.xcprivacy": {},
}


def write(path: Path, members: dict[str, ipa.Content]) -> Path:
    path.write_bytes(ipa.archive(members))
    return path


def roles(bundle: Bundle) -> dict[str, str]:
    return {part.root: part.role for part in bundle.parts}


def test_every_nested_bundle_is_a_part_with_its_role(tmp_path: Path) -> None:
    bundle = open_bundle(write(tmp_path / "lamp.ipa", NESTED), "lamp.ipa")
    assert roles(bundle) == {
        "Payload/Lamp.app/": "app",
        "Payload/Lamp.app/PlugIns/Share.appex/": "extension",
        "Payload/Lamp.app/Extensions/Widget.appex/": "extension",
        "Payload/Lamp.app/Watch/Wrist.app/": "watch",
        "Payload/Lamp.app/Watch/Wrist.app/PlugIns/Face.appex/": "extension",
        "Payload/Lamp.app/AppClips/Clip.app/": "clip",
        "Payload/Lamp.app/Frameworks/Kit.framework/": "framework",
        "Payload/Lamp.app/Frameworks/Kit.framework/Privacy.bundle/": "resource",
    }
    assert bundle.parts[0].location("Info.plist").path == "lamp.ipa!/Payload/Lamp.app/Info.plist"
    assert (bundle.platform, bundle.format) == ("ios", "ipa")


def test_a_member_belongs_to_the_innermost_part(tmp_path: Path) -> None:
    owned = nesting.own_members(open_bundle(write(tmp_path / "lamp.ipa", NESTED)))
    assert owned["Payload/Lamp.app/"] == ["Info.plist"]
    assert owned["Payload/Lamp.app/Frameworks/Kit.framework/"] == ["Kit"]


def test_the_same_app_is_the_same_parts_in_every_wrapping(tmp_path: Path) -> None:
    members = {name.removeprefix("Payload/"): content for name, content in NESTED.items()}
    archived = {f"Products/Applications/{name}": content for name, content in members.items()}
    ways = {
        write(tmp_path / "lamp.ipa", NESTED): "Payload/",
        write(tmp_path / "Lamp.app.zip", members): "",
        write(tmp_path / "bare.zip", archived): "Products/Applications/",
        write(
            tmp_path / "whole.zip", {f"A.xcarchive/{n}": c for n, c in archived.items()}
        ): "A.xcarchive/Products/Applications/",
        ipa.unpacked(archived, tmp_path / "Lamp.xcarchive"): "Products/Applications/",
        ipa.unpacked(NESTED, tmp_path / "unpacked"): "Payload/",
    }
    expected = [(part.root.removeprefix("Payload/"), part.role) for part in open_bundle(tmp_path / "lamp.ipa").parts]
    for path, top in ways.items():
        found = [(part.root.removeprefix(top), part.role) for part in open_bundle(path).parts]
        assert found == expected, path


def test_an_app_directory_is_its_own_main_part(tmp_path: Path) -> None:
    root = "Payload/Lamp.app/"
    path = ipa.unpacked({n.removeprefix(root): c for n, c in NESTED.items()}, tmp_path / "Lamp.app")
    bundle = open_bundle(path, "Lamp.app")
    assert roles(bundle)[""] == "app"
    assert roles(bundle)["Watch/Wrist.app/"] == "watch"
    assert [part.location("Info.plist").path for part in bundle.parts[:2]] == [
        "Lamp.app!/Info.plist",
        "Lamp.app!/AppClips/Clip.app/Info.plist",
    ]


def test_what_macos_leaves_in_archives_is_no_app(tmp_path: Path) -> None:
    junk = {
        "__MACOSX/Payload/._Lamp.app": b"",
        "__MACOSX/Payload/Lamp.app/Info.plist": b"",
        "Payload/._Other.app/x": b"",
    }
    bundle = open_bundle(write(tmp_path / "lamp.ipa", {**junk, **ipa.app({"._Info.plist": b"", ".DS_Store": b""})}))
    assert roles(bundle) == {"Payload/Lamp.app/": "app"}
    assert nesting.own_members(bundle)["Payload/Lamp.app/"] == ["Info.plist"]


def test_of_several_apps_the_shallowest_is_the_main_one(tmp_path: Path) -> None:
    members = {**ipa.app({}, "Payload/sub/Attic.app/"), **ipa.app({}), **ipa.app({}, "Payload/Aa-Runner.app/")}
    bundle = open_bundle(write(tmp_path / "lamp.ipa", members))
    assert [part.root for part in bundle.parts] == [
        "Payload/Lamp.app/",
        "Payload/Aa-Runner.app/",
        "Payload/sub/Attic.app/",
    ]


def test_a_nested_bundle_without_plist_is_a_gap(tmp_path: Path) -> None:
    bundle = open_bundle(
        write(tmp_path / "a.ipa", {**ipa.app({}), "Payload/Lamp.app/PlugIns/S.appex/S": b"\0"}), "a.ipa"
    )
    assert [(gap.location.path, gap.reason) for gap in bundle.gaps] == [
        ("a.ipa!/Payload/Lamp.app/PlugIns/S.appex/Info.plist", "the bundle holds no Info.plist")
    ]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"readme.txt": "x"}, "no app (Payload/*.app) in it"),
        (ipa.app({}, "Lamp.app/"), "no app (Payload/*.app) in it"),
        ({"Payload/Lamp.app/Lamp": b"\0"}, "Payload/Lamp.app holds no Info.plist"),
        ({"Payload/Lamp.app/Contents/Info.plist": {}}, "is a macOS app"),
    ],
)
def test_an_ipa_without_a_phone_app_is_refused_in_one_line(
    tmp_path: Path, members: dict[str, ipa.Content], reason: str
) -> None:
    with pytest.raises(BundleError) as caught:
        open_bundle(write(tmp_path / "bad.ipa", members), "bad.ipa")
    assert str(caught.value).startswith("bad.ipa: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        (b"not an archive", "not a zip archive"),
        (ipa.archive(NESTED)[:700], "truncated"),
    ],
)
def test_what_is_no_archive_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.ipa"
    path.write_bytes(content)
    with pytest.raises(BundleError, match=reason):
        open_bundle(path)


def test_a_zip_is_taken_only_when_an_app_is_in_it(tmp_path: Path) -> None:
    assert is_bundle(write(tmp_path / "app.zip", ipa.app({})))
    assert not is_bundle(write(tmp_path / "other.zip", {"a/b.txt": "x"}))


def test_symbolic_links_are_told_and_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.plist"
    secret.write_text("private")
    path = ipa.unpacked({"Info.plist": ipa.info()}, tmp_path / "Lamp.app")
    (path / "PrivacyInfo.xcprivacy").symlink_to(secret)
    (path / "Frameworks").symlink_to(tmp_path)
    bundle = open_bundle(path, "Lamp.app")
    assert bundle.parts[0].container.names() == ("Info.plist",)
    assert [gap.location.path for gap in bundle.gaps] == ["Lamp.app!/Frameworks", "Lamp.app!/PrivacyInfo.xcprivacy"]


def test_hostile_trees_are_bounded(tmp_path: Path) -> None:
    deep = "Payload/Lamp.app/" + "a/" * 20_000 + "x"
    bundle = open_bundle(write(tmp_path / "deep.ipa", {**ipa.app({}), deep: b""}))
    assert roles(bundle) == {"Payload/Lamp.app/": "app"}
    assert nesting.own_members(bundle)["Payload/Lamp.app/"] == ["Info.plist"]
    many = {f"Payload/Lamp.app/{number}.bundle/x": b"" for number in range(nesting.PART_LIMIT)}
    with pytest.raises(BundleError, match="2001 nested bundles"):
        open_bundle(write(tmp_path / "many.ipa", {**ipa.app({}), **many}))


def test_an_unpacked_app_may_be_called_as_its_archive_was(tmp_path: Path) -> None:
    assert roles(open_bundle(ipa.unpacked(ipa.app({}), tmp_path / "lamp.ipa"))) == {"Payload/Lamp.app/": "app"}
