"""The shop in any host: where it may stand, what it needs, and what it leaves alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort, request
from flask_wtf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate

from storefront import Storefront, cart
from storefront.config import box_port
from storefront.database import db
from storefront.errors import SettingsError
from support.host import Hosts
from support.shop import Shop
from support.shopper import told

CARD = {"sku": "OIL-100", "quantity": "1"}
UNSIGNED = "This message is not signed by Stripe."
NO_PAGE = "There is no page at this address."
TOO_MUCH = "That was more than we can take in at once."
STALE = "This page was open for a long time. Please press the button once more."
OURS = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Cache-Control")


@pytest.fixture
def hosts(config: dict[str, object], tmp_path: Path) -> Iterator[Hosts]:
    found = Hosts(config, tmp_path / "host")
    yield found
    found.end()


@pytest.fixture
def host(hosts: Hosts) -> Flask:
    """A host with the shop at /shop, and one product."""
    app = hosts.make()
    Storefront(app, url_prefix="/shop")
    Shop(app).product()
    return app


@pytest.mark.parametrize("given", ["/shop", "shop", "/shop/", "shop/"])
def test_a_prefix_means_the_same_with_and_without_slashes(hosts: Hosts, given: str) -> None:
    app = hosts.make()
    Storefront(app, url_prefix=given)
    client = app.test_client()
    assert client.get("/shop/cart").status_code == 200
    answer = client.get("/shop")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/shop/")
    assert client.get("/").text == "the host's page"


def test_a_prefix_of_two_parts_stands_in_every_link(hosts: Hosts) -> None:
    app = hosts.make(STOREFRONT_LAYOUT="storefront/layout.html")
    Storefront(app, url_prefix="/fine/goods")
    Shop(app).product()
    client = app.test_client()
    page = client.get("/fine/goods/products/oil-100").text
    assert 'action="/fine/goods/cart/lines"' in page
    assert 'href="/fine/goods/static/css/shop.css?v=' in page
    answer = client.post("/fine/goods/cart/lines", data=CARD)
    assert answer.headers["Location"] == "/fine/goods/cart"
    cookie = client.get_cookie("shop_cart", path="/fine/goods/")
    assert cookie is not None
    assert client.get_cookie("shop_cart") is None


@pytest.mark.parametrize("given", ["", "/"])
def test_without_a_prefix_the_shop_stands_at_the_root_and_other_addresses_are_the_hosts(
    hosts: Hosts, given: str
) -> None:
    app = hosts.make()
    Storefront(app, url_prefix=given)
    client = app.test_client()
    assert client.get("/cart").status_code == 200
    assert client.get("/nowhere").text == "the host has no such page"


@pytest.mark.parametrize(
    "given",
    [
        "/a//b",
        "/a b",
        "/<lang>/shop",
        "/shop?x=1",
        "/shop#x",
        "/../shop",
        "/./shop",
        "/läden",
        "/a\n",
    ],
)
def test_a_prefix_that_is_no_path_stops_the_start(hosts: Hosts, given: str) -> None:
    app = hosts.make()
    with pytest.raises(SettingsError, match="url_prefix is .*use a path like /shop"):
        Storefront(app, url_prefix=given)
    assert "storefront" not in app.extensions
    assert "sqlalchemy" not in app.extensions


def test_a_second_shop_in_one_app_is_refused_and_the_first_stays(hosts: Hosts) -> None:
    app = hosts.make()
    shop = Storefront(url_prefix="/shop")
    shop.init_app(app)
    state = app.extensions["storefront"]
    with pytest.raises(SettingsError, match="has a shop already"):
        shop.init_app(app)
    with pytest.raises(SettingsError, match="has a shop already"):
        Storefront(app, url_prefix="/other")
    assert app.extensions["storefront"] is state
    assert app.test_client().get("/shop/cart").status_code == 200


@pytest.mark.parametrize("what", ["blueprint", "command", "Jinja global"])
def test_what_the_host_calls_shop_is_not_replaced(hosts: Hosts, what: str) -> None:
    app = hosts.make()
    if what == "blueprint":
        app.blueprints["shop"] = object()  # type: ignore[assignment]
    elif what == "command":
        app.cli.command("shop")(lambda: None)
    else:
        app.jinja_env.globals["shop"] = "the host's"
    with pytest.raises(SettingsError, match=f"a {what} named shop"):
        Storefront(app, url_prefix="/shop")
    assert "storefront" not in app.extensions


@pytest.mark.parametrize("comes", ["before", "after"])
def test_the_hosts_csrf_protection_guards_its_own_forms_and_not_the_shops(
    hosts: Hosts, comes: str
) -> None:
    app = hosts.make(WTF_CSRF_ENABLED=True)
    if comes == "before":
        CSRFProtect(app)
    Storefront(app, url_prefix="/shop")
    if comes == "after":
        CSRFProtect(app)
    shop = Shop(app)
    shop.product()
    client = app.test_client()
    assert client.post("/shop/cart/lines", data=CARD).status_code == 303
    assert shop.count(cart.CartLine) == 1
    webhook = client.post("/shop/webhooks/stripe", data=b"{}")
    assert (webhook.status_code, UNSIGNED in webhook.text) == (400, True), webhook.text
    refused = client.post("/notes", data={"note": "hello"})
    assert (refused.status_code, "CSRF token is missing" in refused.text) == (400, True)


def test_the_shops_private_forms_keep_their_own_token_beside_the_hosts(hosts: Hosts) -> None:
    app = hosts.make(WTF_CSRF_ENABLED=True)
    CSRFProtect(app)
    Storefront(app, url_prefix="/shop")
    answer = app.test_client().post("/shop/orders/find", data={"number": "1", "email": "a@b.ie"})
    assert (answer.status_code, STALE in told(answer.text)) == (422, True)


def test_a_small_limit_of_the_hosts_cuts_neither_forms_nor_webhooks(hosts: Hosts) -> None:
    app = hosts.make(MAX_CONTENT_LENGTH=100, MAX_FORM_MEMORY_SIZE=100)
    app.before_request(lambda: (request.form, None)[1])  # as a host's own checks do
    Storefront(app, url_prefix="/shop")
    shop = Shop(app)
    shop.product()
    client = app.test_client()
    assert client.post("/shop/cart/lines", data=CARD | {"guide": "x" * 200}).status_code == 303
    parts = {"content_type": "multipart/form-data"}
    assert (
        client.post("/shop/cart/lines", data=CARD | {"guide": "x" * 200}, **parts).status_code
        == 303
    )
    assert [line.quantity for line in shop.ask(lambda: db.session.query(cart.CartLine).all())] == [
        2
    ]
    event = client.post("/shop/webhooks/stripe", data=b"x" * 200_000)
    assert (event.status_code, UNSIGNED in event.text) == (400, True), event.text
    assert client.post("/notes", data={"note": "x" * 200}).status_code == 413


def test_without_a_limit_of_the_hosts_the_shop_still_has_one(host: Flask) -> None:
    client = host.test_client()
    assert host.config["MAX_CONTENT_LENGTH"] is None
    answer = client.post("/shop/cart/lines", data=CARD | {"guide": "x" * 65_600})
    assert (answer.status_code, TOO_MUCH in told(answer.text)) == (413, True)
    assert Shop(host).count(cart.Cart) == 0
    answer = client.post("/shop/webhooks/stripe", data=b"x" * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    note = "x" * 100_000
    assert client.post("/notes", data={"note": note}).text == f"noted {note}"


def test_a_template_of_the_hosts_stands_in_for_the_shops(hosts: Hosts) -> None:
    hosts.template(
        "storefront/components/product_card.html",
        "{% macro product_card(card) %}<b>own {{ card.name }}{{ kwargs.x }}</b>{% endmacro %}",
    )
    app = hosts.make()
    Storefront(app, url_prefix="/shop")
    Shop(app).product()
    page = app.test_client().get("/shop/products/").text
    assert "<b>own Magnesium Oil</b>" in page
    assert 'class="shop-product-card' not in page


def test_error_pages_are_the_shops_below_its_prefix_and_the_hosts_elsewhere(host: Flask) -> None:
    client = host.test_client()
    assert client.get("/nowhere").text == "the host has no such page"
    for path in ("/shop/nowhere", "/shop/no/where", "/shop/orders/nowhere", "/shop/staff/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert 'class="shop-site-header' in answer.text, path
        assert answer.headers["Cache-Control"] == "no-store, private"
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = client.open("/shop/nowhere", method=method)
        assert (answer.status_code, NO_PAGE in told(answer.text)) == (404, True), method


def test_a_wrong_method_below_the_prefix_is_told_the_right_one(host: Flask) -> None:
    client = host.test_client()
    for method, path, allowed in (
        ("GET", "/shop/cart/lines", "POST"),
        ("POST", "/shop/cart", "GET"),
        ("DELETE", "/shop/orders/find", "GET, POST"),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    answer = client.get("/shop/products")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        "http://localhost/shop/products/",
    )


def test_a_mistake_in_the_shop_shows_the_shops_page_and_one_in_the_host_the_hosts(
    hosts: Hosts,
) -> None:
    app = hosts.make(PROPAGATE_EXCEPTIONS=False)
    Storefront(app, url_prefix="/shop", staff_person=lambda: 1 / 0)
    client = app.test_client()
    answer = client.get("/shop/staff/")
    assert (answer.status_code, "Something went wrong on our side" in answer.text) == (500, True)
    assert client.get("/broken").text == "the host is broken"


def test_a_visitor_of_whom_the_host_knows_nothing_is_not_staff(hosts: Hosts) -> None:
    app = hosts.make()
    anonymous = object()  # like Flask-Login's AnonymousUserMixin, it has no is_admin
    Storefront(app, url_prefix="/shop", staff_person=lambda: anonymous.is_admin)  # type: ignore[attr-defined]
    assert app.test_client().get("/shop/staff/").status_code == 403


def test_a_sign_in_wall_of_the_hosts_keeps_its_header_in_front_of_the_shop(host: Flask) -> None:
    wall = WWWAuthenticate("basic", {"realm": "soon"})
    host.before_request(lambda: abort(401, www_authenticate=wall))
    answer = host.test_client().get("/shop/products/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Basic realm=soon")


def test_the_parts_of_a_shop_that_stands_alone_are_not_started_beside_a_host(host: Flask) -> None:
    done = host.test_cli_runner().invoke(args=["shop", "start", "--no-demo"])
    assert (done.exit_code, "start the site as you always do" in done.output) == (1, True)


@pytest.mark.parametrize(("port", "box"), [(5000, 6001), (8000, 9000), (64_500, 63_500)])
def test_the_box_listens_where_a_browser_goes(port: int, box: int) -> None:
    assert box_port(port) == box


def test_headers_of_the_shop_are_on_its_own_pages_only(host: Flask) -> None:
    client = host.test_client()
    for path in ("/", "/nowhere", "/broken"):
        host.config["PROPAGATE_EXCEPTIONS"] = False
        assert [name for name in OURS if name in client.get(path).headers] == [], path
    for path in ("/shop/", "/shop/products/oil-100", "/shop/nowhere"):
        headers = client.get(path).headers
        assert [name for name in OURS if name in headers] == list(OURS), path
        assert headers["Cache-Control"] == "no-store, private"


def test_inside_a_layout_of_the_hosts_its_own_policy_holds(hosts: Hosts) -> None:
    hosts.template("site.html", "the host's {{ 1 + 1 }} {% block content %}{% endblock %}")
    app = hosts.make(STOREFRONT_LAYOUT="site.html")
    Storefront(app, url_prefix="/shop")
    answer = app.test_client().get("/shop/cart")
    assert answer.text.startswith("the host's 2")
    assert "Content-Security-Policy" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store, private"
