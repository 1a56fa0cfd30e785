"""Every page and letter that any test sees is read by html-validate when the tests end.

A page is kept once for each shape it takes: which elements with which attributes, and whether once
or more often. So nobody keeps a list of pages, and every state that has a test is looked at.
"""

import contextlib
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from hashlib import blake2b
from pathlib import Path

import brotli
import pytest
from flask import Flask, Response, request, request_finished
from sqlalchemy import event

from storefront import mail
from support.machine import HTML_VALIDATE

_FOLDER = "STOREFRONT_TEST_PAGES"  # in the environment, so that all processes of a run share it
_RULES = Path(__file__).with_name("htmlvalidate.json")
# What letters need and pages do not: mail programs know neither style sheets nor much CSS.
_AS_A_LETTER = (
    "<!-- [html-validate-disable no-deprecated-attr, no-inline-style, prefer-tbody] -->\n"
)
_UNPACKED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
_VALUE = re.compile(r'"[^"]*"')
_TAG = re.compile(r"<[a-zA-Z!][^<>]*>")


def pytest_configure(config: pytest.Config) -> None:
    """Has pages and letters kept from now on."""
    if not HTML_VALIDATE.is_file():
        return
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="pages-of-tests-")
    request_finished.connect(_keep_answer)
    event.listen(mail.Letter, "before_insert", lambda _, __, letter: keep_letter(letter))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells every mistake in the markup of any page; a run that has one fails."""
    if hasattr(session.config, "workerinput") or _FOLDER not in os.environ:
        return
    folder = Path(os.environ.pop(_FOLDER))
    found = mistakes(folder)
    shutil.rmtree(folder)
    if found:
        print(f"\nhtml-validate found {len(found)} mistakes:", *found, sep="\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def mistakes(folder: Path) -> list[str]:
    """What html-validate says of the pages in a folder: where, which rule, why."""
    if not any(folder.glob("*.html")):
        return []
    report = folder / "report.json"  # a pipe would be cut off at 64 kB
    command = ["node", str(HTML_VALIDATE), "--config", str(_RULES), "--formatter", f"json={report}"]
    subprocess.run([*command, str(folder)], check=False)
    return [
        f"{Path(page['filePath']).with_suffix('.txt').read_text()} line {message['line']}: "
        f"{message['ruleId']}: {message['message']} ({message['selector']})"
        for page in json.loads(report.read_text())
        for message in page["messages"]
    ]


def keep(html: str, where: str, folder: Path) -> None:
    """Writes a page down unless one of its shape is there, or is just being written."""
    tags = Counter(_TAG.findall(_VALUE.sub("", html)))
    shape = repr(sorted((tag, min(count, 2)) for tag, count in tags.items()))
    page = folder / f"{blake2b(shape.encode(), digest_size=12).hexdigest()}.html"
    with contextlib.suppress(FileExistsError), page.open("x") as new:
        page.with_suffix(".txt").write_text(f"{where} in {os.environ.get('PYTEST_CURRENT_TEST')}")
        new.write(html)


def keep_letter(letter: mail.Letter) -> None:
    """Writes the HTML of a letter down."""
    keep(_AS_A_LETTER + letter.html, f"letter {letter.kind}", Path(os.environ[_FOLDER]))


def _keep_answer(app: Flask, response: Response) -> None:
    """A page of the shop in its own layout; Werkzeug writes those that only lead elsewhere."""
    ours = app.extensions.get("storefront")
    is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    if ours and ours.layout_is_ours and is_page and not response.is_streamed:
        where = f"{request.method} {request.path} {response.status_code}"
        html = _UNPACKED[response.content_encoding or ""](response.get_data()).decode()
        is_letter = request.path.endswith("/body")  # as staff see one
        keep(is_letter * _AS_A_LETTER + html, where, Path(os.environ[_FOLDER]))
