"""The platform's own list of permissions against ours: nothing that people are asked for is left without a category."""

import json
from importlib.resources import files

from permcheck.knowledge.platforms import names
from permcheck.model import Fact


def platform_list(level: int) -> dict[str, dict[str, str]]:
    name = f"core/api_specific_resources/aosp_permissions/permissions_{level}.json"
    table = json.loads(files("androguard").joinpath(name).read_text(encoding="utf-8"))
    return table.get("permissions", table)


def test_every_permission_that_people_are_asked_for_has_an_asking_signal(knowledge):
    dangerous = [name for name, entry in platform_list(36).items() if "dangerous" in entry["protectionLevel"]]
    silent = [
        name
        for name in dangerous
        if not any(signal.asks for _, signal in knowledge.signals_for("android", Fact("permission", name)))
    ]

    assert len(dangerous) >= 40
    assert silent == []


def test_no_signal_names_a_permission_that_does_not_exist(knowledge):
    real = {name for level in (16, 22, 25, 28, 31, 33, 36) for name in platform_list(level)} | set(names())
    kinds = ("permission", "implied-permission", "special-access")
    ours = {key for kind in kinds for key in knowledge.keys("android", kind)}
    unknown = {key for key in ours - real if not key.endswith("*") and ".ACCESS_ADSERVICES_" not in key}

    assert unknown == set()
