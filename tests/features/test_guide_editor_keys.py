"""The page about the editor names every button of its toolbar with the keys that do the same."""

import re

from storefront.assets import folder

ROW = re.compile(r"^\| (?P<what>[^|]+?) \| (?P<keys>[^|]+?) \|$", re.M)
COMMAND = re.compile(r'says: "(?P<what>[^"]+)".*?keys: "(?P<keys>[^"]+)"')


def test_every_button_and_its_keys_are_told() -> None:
    static = folder("static")
    script = (static / "js" / "guide_editor" / "toolbar.js").read_text()
    page = (static.parent / "docs" / "staff" / "guide-editor.md").read_text()
    told = dict(ROW.findall(page))
    commands = {
        what: keys.replace("Mod", "Ctrl").replace("-", "+")
        for what, keys in COMMAND.findall(script)
    }
    assert len(commands) == 15
    assert len(set(commands.values())) == 15
    assert {what: told.get(what, "").upper() for what in commands} == {
        what: keys.upper() for what, keys in commands.items()
    }
