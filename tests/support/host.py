"""Somebody else's Flask site, small enough to read, for a shop to be mounted in."""

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask, request


class Hosts:
    """Sites of one test; end() closes what their shops have opened."""

    def __init__(self, config: Mapping[str, object], folder: Path) -> None:
        self.config, self.folder = config, folder
        self.made: list[Flask] = []

    def make(self, **config: object) -> Flask:
        """A site without a shop: a page, a form that tells what it was sent, an error page."""
        app = Flask("host", root_path=str(self.folder), template_folder="templates")
        app.config.from_mapping(self.config)
        app.config.from_mapping({"SQLALCHEMY_DATABASE_URI": self.config["DATABASE_URL"], **config})
        app.add_url_rule("/", "front", lambda: "the host's page")
        app.add_url_rule(
            "/notes", "notes", lambda: f"noted {request.form['note']}", methods=["POST"]
        )
        app.register_error_handler(404, lambda error: ("the host has no such page", 404))
        app.register_error_handler(500, lambda error: ("the host is broken", 500))
        app.add_url_rule("/broken", "broken", lambda: {}["nothing"])
        self.made.append(app)
        return app

    def template(self, name: str, text: str) -> None:
        """Puts a file into the sites' template folder."""
        path = self.folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def end(self) -> None:
        """Gives the connections back."""
        for app in self.made:
            if "storefront" in app.extensions:
                with app.app_context():
                    app.extensions["storefront"].engine.dispose()


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1][1][given["name"]] = given.get("value", "")


def form_fields(html: str, action: str) -> dict[str, Any]:
    """What a browser would send with the first form to this address as the page gives it."""
    parser = _Forms()
    parser.feed(html)
    found = [fields for to, fields in parser.forms if to == action]
    assert found, f"no form leads to {action}, only to {[to for to, _ in parser.forms]}"
    return found[0]
