"""What this machine has for tests: a laptop leaves out the rest.

CI leaves out nothing but what is not ours to ship, where it does not lie beside the checkout.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

IS_CI = os.environ.get("CI", "").lower() in {"1", "true"}
POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
_INSTALLED_CLI = Path(__file__).parents[2] / (
    ".venv/stripe-cli/node_modules/@stripe/cli-linux-x64/bin/stripe"
)
STRIPE_CLI = os.environ.get("STRIPE_CLI") or (
    str(_INSTALLED_CLI) if _INSTALLED_CLI.is_file() else shutil.which("stripe") or ""
)
PAGE_CHECKS = Path(__file__).parents[2] / ".venv" / "page-checks" / "node_modules"
HTML_VALIDATE = PAGE_CHECKS / "html-validate" / "bin" / "html-validate.mjs"
OWNERS_ARTICLES = Path(__file__).parents[3] / "shared" / "articles"

#: marker → (is it here, what to do to have it)
NEEDS = {
    "browser": (bool(CHROMIUM), "Chromium is not installed"),
    "html_validate": (HTML_VALIDATE.is_file(), "html-validate is missing: make pagechecks"),
    "owners_articles": (OWNERS_ARTICLES.is_dir(), "../shared/articles is not beside the checkout"),
    "postgres": (bool(POSTGRES_URL), "TEST_DATABASE_URL is not set"),
    "redis": (bool(REDIS_URL), "TEST_REDIS_URL is not set"),
    "stripe_cli": (bool(STRIPE_CLI), "Stripe's command-line tool is missing: make stripecli"),
}
#: What CI may be without.
NOT_OURS = frozenset({"owners_articles"})


def pytest_configure() -> None:
    """Hypothesis never fails for being slow, and CI tries the same examples every time."""
    settings.register_profile("shop", deadline=None, derandomize=IS_CI)
    settings.load_profile("shop")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what cannot run here; the PostgreSQL tests of CI run in its second round."""
    absent = {name for name, (is_here, _) in NEEDS.items() if not is_here}
    if IS_CI:
        absent &= {"postgres", *NOT_OURS}
    out = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if IS_CI and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
