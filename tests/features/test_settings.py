"""Settings: a shop starts from nothing, and each mistake stops the start with one sentence."""

import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from conftest import Starter
from storefront import config_checks, demo, staff, starting
from storefront.config import Settings, box_port, box_webhook_secret, read_settings
from storefront.errors import SettingsError
from support.settings import EMPTY_KEY, PRODUCTION, WRONG
from support.shop import Shop


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to start in, and an environment that sets nothing."""
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("given", "sentence"), WRONG)
def test_a_mistake_stops_the_start_with_one_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as stopped:
        read_settings(given)
    assert str(stopped.value) == sentence


def test_no_check_is_without_a_test() -> None:
    checks = (
        *config_checks._PAYMENTS,
        *config_checks._SECRETS,
        *config_checks._ADDRESSES,
        *config_checks._TRADE,
    )
    tested = {sentence for _, sentence in WRONG} | {EMPTY_KEY}
    assert {sentence for _, sentence in checks} - tested == set()
    ranges = {sentence.split()[0] for sentence in tested if "a whole number from" in sentence}
    assert set(config_checks._RANGES) == ranges


def test_an_emptied_key_file_stops_the_start(nowhere: Path) -> None:
    (nowhere / "instance").mkdir()
    (nowhere / "instance" / "secret_key").touch()
    with pytest.raises(SettingsError, match=EMPTY_KEY):
        read_settings({})


def test_a_shop_starts_from_nothing(nowhere: Path) -> None:
    found = read_settings({})
    assert f"sqlite:///{nowhere}/instance/shop.sqlite3" == found.DATABASE_URL
    assert found.STOREFRONT_PUBLIC_URL == "http://127.0.0.1:8000"
    assert found.STRIPE_API_BASE == "http://127.0.0.1:9000"
    assert box_webhook_secret(found.SECRET_KEY) == found.STRIPE_WEBHOOK_SECRET
    assert (found.uses_stripe_box, found.is_test_mode) == (True, True)
    assert found.STOREFRONT_MAIL_FROM == "care@stillwater.example"
    assert found.tax_basis_points == {"standard": 1900, "reduced": 700}
    assert found.countries[:3] == ("AT", "BE", "DE")
    assert len(found.SECRET_KEY) == 64


def test_a_shop_with_everything_set_starts_in_production() -> None:
    found = read_settings(PRODUCTION)
    assert (found.is_test_mode, found.uses_stripe_box, found.STRIPE_API_BASE) == (False, False, "")
    assert found.STOREFRONT_MAIL_FROM == "care@shop.example"


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "STOREFRONT_ADDRESS"])
def test_production_names_what_is_missing(name: str) -> None:
    with pytest.raises(SettingsError) as stopped:
        read_settings(PRODUCTION | {name: ""})
    wanted = f"STOREFRONT_PRODUCTION is on, so set {name} before starting."
    assert str(stopped.value) == wanted


def test_in_a_host_production_asks_for_no_database_of_its_own() -> None:
    hosted = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}
    assert read_settings(hosted, is_hosted=True).STOREFRONT_PRODUCTION is True


def test_the_environment_fills_what_the_config_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREFRONT_NAME", "From outside")
    monkeypatch.setenv("PORT", "8100")
    found = read_settings({"STOREFRONT_NAME": "From the config"})
    assert (found.STOREFRONT_NAME, found.PORT) == ("From the config", 8100)


@pytest.mark.parametrize("given", [" chf\n", "chf", "CHF"])
def test_a_currency_is_written_in_capitals(given: str) -> None:
    assert read_settings({"STOREFRONT_CURRENCY": given}).STOREFRONT_CURRENCY == "CHF"


def test_white_space_around_a_setting_is_no_part_of_it() -> None:
    found = read_settings(
        {"STRIPE_SECRET_KEY": "sk_test_1\n", "STRIPE_WEBHOOK_SECRET": " whsec_1", "PORT": "\n"}
    )
    assert (found.STRIPE_SECRET_KEY, found.STRIPE_WEBHOOK_SECRET) == ("sk_test_1", "whsec_1")
    assert found.PORT == 8000


@pytest.mark.parametrize("given", ["", "/static/own.svg", "https://cdn.example/own.svg"])
def test_a_logo_may_be_an_address_of_the_sites_own_or_none(given: str) -> None:
    assert given == read_settings({"STOREFRONT_LOGO": given}).STOREFRONT_LOGO


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/shop", "postgresql+psycopg://u:p@db/shop"),
        ("postgresql://u:p@db/shop", "postgresql+psycopg://u:p@db/shop"),
        ("postgresql+psycopg://u:p@db/shop", "postgresql+psycopg://u:p@db/shop"),
        ("sqlite:///shop.db", "sqlite:///shop.db"),
    ],
)
def test_a_database_is_spoken_to_through_the_shops_driver(given: str, used: str) -> None:
    assert used == read_settings({"DATABASE_URL": given}).DATABASE_URL


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(nowhere: Path) -> None:
    first, second = read_settings({}), read_settings({})
    assert first.SECRET_KEY == second.SECRET_KEY
    (file,) = (nowhere / "instance").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("secret_key", 0o600)


def test_shops_that_start_at_the_same_moment_share_one_secret(nowhere: Path) -> None:
    """Written straight to its place instead of being linked there, each would keep its own."""
    for number in range(20):
        folder = nowhere / str(number)
        assert len(_start_at_once(8, {"STOREFRONT_INSTANCE": str(folder)})) == 1
        (file,) = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def _start_at_once(many: int, given: dict[str, str]) -> set[str]:
    """The secrets of as many shops, all of them different unless they agree."""
    found: list[str] = []
    start = threading.Barrier(many)

    def begin() -> None:
        start.wait()
        found.append(read_settings(given).SECRET_KEY)

    threads = [threading.Thread(target=begin) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == many
    return set(found)


def test_box_and_shop_agree_on_a_secret_that_follows_from_the_key() -> None:
    assert box_webhook_secret("a") == box_webhook_secret("a") != box_webhook_secret("b")
    assert box_webhook_secret("a").startswith("whsec_box_")
    given = {"STRIPE_API_BASE": "http://localhost:9000", "STRIPE_SECRET_KEY": "sk_test_1"}
    found = read_settings(given | {"SECRET_KEY": "a"})
    assert box_webhook_secret("a") == found.STRIPE_WEBHOOK_SECRET
    assert (box_port(8000), box_port(65_000)) == (9000, 64_000)


class Ends:
    """What stands in for the processes of `flask shop start`: none, and so it ends at once."""

    returncode = 0

    def loop(self) -> None:
        """There is nothing to wait for."""


@pytest.fixture
def production(config: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Settings of a shop with real customers, on the test's database."""
    monkeypatch.setattr(starting, "_parts", lambda *_: Ends())
    monkeypatch.setattr(starting, "_is_taken", lambda _: False)
    monkeypatch.setattr(starting, "_WAIT_SECONDS", 0)
    given = {"DATABASE_URL": config["DATABASE_URL"], "STRIPE_API_BASE": ""}
    return config | PRODUCTION | given


@pytest.mark.parametrize("command", ["demo", "start"])
def test_in_production_the_demo_and_its_login_stay_out(
    production: dict[str, object], command: str, start_shop: Starter
) -> None:
    app = start_shop(production)
    result = app.test_cli_runner().invoke(args=["shop", command])
    assert (result.exit_code, result.output) == (
        0,
        "STOREFRONT_PRODUCTION is on, so the demo was not loaded, nor its staff login made."
        " Fill the shop with flask shop import-catalogue and flask shop add-staff.\n",
    )
    assert Shop(app).count(staff.StaffMember) == 0


def test_the_start_names_the_demos_login_only_while_it_opens_and_never_in_production() -> None:
    def said(given: dict[str, str], *, has_login: bool) -> str:
        found = read_settings(given)
        return starting.greeting(found, box_port=None, has_demo_login=has_login)

    assert f"/staff/   {demo.DEMO_EMAIL}  {demo.DEMO_PASSWORD}\n" in said({}, has_login=True)
    assert "4242 4242" in said({}, has_login=False)
    assert demo.DEMO_PASSWORD not in said({}, has_login=False)
    live = said(PRODUCTION, has_login=True)
    assert (demo.DEMO_PASSWORD in live, "4242" in live) == (False, False)


def test_the_demos_login_counts_while_its_password_is_the_demos(shop: Shop) -> None:
    assert shop.ask(demo.demo_login_opens) is False
    shop.do(lambda: staff.add_member(demo.DEMO_EMAIL, demo.DEMO_PASSWORD))
    assert shop.ask(demo.demo_login_opens) is True
    shop.do(lambda: staff.add_member(demo.DEMO_EMAIL, "a-password-of-our-own"))
    assert shop.ask(demo.demo_login_opens) is False


def test_the_doctor_finds_the_demos_login_in_production_and_not_before(
    production: dict[str, object], config: dict[str, object], start_shop: Starter
) -> None:
    found = "Everybody knows a login of /staff/, the demo's"
    app = start_shop(production)
    Shop(app).do(lambda: staff.add_member(demo.DEMO_EMAIL, demo.DEMO_PASSWORD))
    sick = app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert (sick.exit_code, found in sick.output) == (1, True)
    assert found not in start_shop(config).test_cli_runner().invoke(args=["shop", "doctor"]).output
