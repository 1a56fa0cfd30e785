"""The site of examples/ with its users, its blog and its layout, and the shop in it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from werkzeug.security import generate_password_hash

from conftest import Live, running_shop
from examples.host_site import app as example
from storefront import cart, catalog
from storefront.database import db
from support.host import form_fields
from support.shopper import told

SLUG = "magnesium-oil-spray"
FOOTER = "Notes from the shore, since 2011."


def make_site(config: dict[str, object]) -> Flask:
    """The example's app on the test's database, with its posts and its admin."""
    app = example.create_app({**config, "SQLALCHEMY_DATABASE_URI": config["DATABASE_URL"],
                              "WTF_CSRF_ENABLED": True})  # fmt: skip
    with app.app_context():
        example.db.drop_all()
        example.db.create_all()
        example.write_posts()
        guest = example.User(
            email="guest@site.example", password_hash=generate_password_hash("guest")
        )
        example.db.session.add(guest)
        example.db.session.commit()
    return app


@pytest.fixture(params=["", "/site"], ids=["at the root", "behind a proxy at /site"])
def site(request: pytest.FixtureRequest, config: dict[str, object]) -> Iterator[Live]:
    """The running site, with one product on sale."""
    with running_shop(config, make_site, site=request.param, mount="/shop") as live:
        live.shop.product("MOS-100", slug=SLUG, name="Magnesium Oil Spray")
        yield live
        with live.app.app_context():
            example.db.drop_all()


class Reader:
    """A visitor of the site with a browser, who sends forms as the pages give them."""

    def __init__(self, url: str) -> None:
        self.url, self.path = url, urlsplit(url).path
        self.web = requests.Session()

    def see(self, path: str) -> requests.Response:
        return self.web.get(f"{self.url}{path}", timeout=60)

    def send(self, page: str, action: str, **changes: object) -> requests.Response:
        """Sends the form of a page that leads to action; an empty action is the page itself."""
        fields = form_fields(self.see(page).text, f"{self.path}{action}" if action else "")
        to = f"{self.url}{action or page}"
        return self.web.post(to, data=fields | changes, timeout=60, allow_redirects=False)

    def sign_in(self, email: str, password: str) -> None:
        assert self.send("/sign-in", "", email=email, password=password).status_code == 303


def is_in_the_layout(page: requests.Response) -> bool:
    """Whether the host's header and footer are around it, and the shop's own are not."""
    return page.text.count(FOOTER) == 1 and "shop-site-header" not in page.text


def test_the_blog_post_shows_the_card_and_the_shop_the_hosts_layout(site: Live) -> None:
    reader = Reader(site.url)
    post = reader.see("/blog/a-quiet-evening")
    assert "€12.90" in told(post.text)
    assert f'href="{reader.path}/shop/products/{SLUG}"' in post.text
    for path in ("/", "/products/", f"/products/{SLUG}", "/guides/", "/cart", "/orders/find"):
        page = reader.see(f"/shop{path}")
        assert (page.status_code, is_in_the_layout(page)) == (200, True), path
    assert "€12.90" not in told(reader.see("/blog/what-the-tide-leaves").text)


def test_every_link_and_file_of_site_and_shop_leads_somewhere(site: Live) -> None:
    reader = Reader(site.url)
    found: set[str] = set()
    for path in ("/", "/blog/a-quiet-evening", "/shop/", f"/shop/products/{SLUG}", "/shop/cart"):
        page = reader.see(path).text
        found |= set(re.findall(r'(?:href|src|data-fragment)="([^"#]+)', page))
    origin = reader.url.removesuffix(reader.path)  # a page names its own address as a whole
    found = {address.removeprefix(origin) for address in found}
    assert f"{reader.path}/shop/cart" in found
    found.discard(f"{reader.path}/shop/guides/what-zechstein-means")  # the demo's own front page
    for address in sorted(found):
        assert address.startswith(f"{reader.path}/"), address
        answer = reader.see(address.removeprefix(reader.path))
        assert (address, answer.status_code) == (address, 200)


def test_a_reader_buys_from_the_blog_post(site: Live) -> None:
    reader = Reader(site.url)
    answer = reader.send("/blog/a-quiet-evening", "/shop/cart/lines", quantity=2)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{reader.path}/shop/cart")
    pay = reader.send("/shop/cart", "/shop/checkout")
    assert pay.status_code == 303, told(pay.text)
    paid = re.search(r"cs_test_\w+", pay.headers["Location"])
    assert paid
    way_back = site.box.control.complete(paid.group())["success_url"]
    (order,) = site.shop.orders()
    assert (order.state, order.total_cents, site.shop.stock("MOS-100")) == ("paid", 3070, (8, 0))
    own = f"{site.url}/shop/orders/{order.reference}"
    page = reader.web.get(way_back.replace("{CHECKOUT_SESSION_ID}", paid.group()), timeout=60)
    assert (page.url, page.status_code, is_in_the_layout(page)) == (own, 200, True)
    (letter,) = site.shop.letters()
    assert own in letter.text
    assert own in letter.html


def test_a_cancelled_payment_leads_back_into_the_site(site: Live) -> None:
    reader = Reader(site.url)
    reader.send("/blog/a-quiet-evening", "/shop/cart/lines")
    pay = reader.send("/shop/cart", "/shop/checkout")
    session = site.box.control.session(re.search(r"cs_test_\w+", pay.headers["Location"]).group())
    assert session["cancel_url"] == f"{site.url}/shop/checkout/cancelled"
    assert is_in_the_layout(reader.web.get(session["cancel_url"], timeout=60))


def test_crawlers_are_told_the_whole_path_and_robots_txt_stays_the_hosts(site: Live) -> None:
    reader = Reader(site.url)
    assert f"<loc>{site.url}/shop/sitemap-pages.xml</loc>" in reader.see("/shop/sitemap.xml").text
    assert reader.web.get(f"{site.url}/shop/robots.txt", timeout=60).status_code == 404


def test_only_an_admin_of_the_site_enters_the_back_office(site: Live) -> None:
    anonymous, guest, admin = (Reader(site.url) for _ in range(3))
    guest.sign_in("guest@site.example", "guest")
    admin.sign_in(example.ADMIN, example.PASSWORD)
    answers = [who.see("/shop/staff/").status_code for who in (anonymous, guest, admin)]
    assert answers == [403, 403, 200]
    assert anonymous.see("/shop/staff/sign-in").status_code == 404
    assert "Back office" in told(admin.see("/").text)
    assert "Back office" not in told(guest.see("/").text)


def test_shopping_leaves_the_hosts_session_alone(site: Live) -> None:
    admin = Reader(site.url)
    admin.sign_in(example.ADMIN, example.PASSWORD)
    admin.send("/blog/a-quiet-evening", "/shop/cart/lines")
    pay = admin.send("/shop/cart", "/shop/checkout")
    assert pay.status_code == 303
    assert "Sign out" in told(admin.see("/").text)
    assert admin.see("/shop/staff/").status_code == 200
    assert admin.send("/", "/sign-out").status_code == 303
    assert admin.see("/shop/staff/").status_code == 403
    assert "€12.90" in told(admin.see("/shop/cart").text), "the cart is not the account's"


def test_the_sites_forms_want_its_token_and_the_shops_do_not_weaken_that(site: Live) -> None:
    reader = Reader(site.url)
    wrong = {"email": example.ADMIN, "password": example.PASSWORD}
    answer = reader.web.post(f"{site.url}/sign-in", data=wrong, timeout=60)
    assert (answer.status_code, "CSRF token is missing" in answer.text) == (400, True)
    card = {"sku": "MOS-100", "quantity": "1"}
    reader.web.post(f"{site.url}/shop/cart/lines", data=card, timeout=60)
    assert site.shop.count(cart.CartLine) == 1
    answer = reader.web.post(f"{site.url}/sign-in", data=wrong, timeout=60)
    assert answer.status_code == 400


def test_init_makes_the_tables_of_both_with_posts_and_demo_and_may_be_repeated(
    config: dict[str, object], tmp_path: Path
) -> None:
    fresh = f"sqlite:///{tmp_path / 'site.sqlite3'}"
    app = example.create_app(config | {"SQLALCHEMY_DATABASE_URI": fresh})
    for _ in range(2):
        done = app.test_cli_runner().invoke(args=["init"])
        assert done.exit_code == 0, done.output
    client = app.test_client()
    for post in example.POSTS:
        page = client.get(f"/blog/{post[0]}")
        assert (page.status_code, "Add to cart" in told(page.text)) == (200, bool(post[3]))
    with app.app_context():
        count = sa.select(sa.func.count())
        assert example.db.session.scalar(count.select_from(example.Post)) == 3
        assert example.db.session.scalar(count.select_from(example.User)) == 1
        assert db.session.scalar(count.select_from(catalog.Product)) == 8
        app.extensions["storefront"].engine.dispose()


def test_the_box_of_a_site_listens_where_the_site_looks_and_tells_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        box = probe.getsockname()[1]
    env = {"STOREFRONT_INSTANCE": str(tmp_path), "STRIPE_API_BASE": f"http://127.0.0.1:{box}"}
    command = [sys.executable, "-m", "flask", "--app", example.__file__, "shop", "stripe-box"]
    with subprocess.Popen(command, env=os.environ | env, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        said = " ".join(run.stdout.readline() for _ in range(6)).split()
        run.terminate()
    assert f"http://127.0.0.1:{box}" in said
    assert "http://127.0.0.1:5000/shop/webhooks/stripe" in said
    assert run.returncode == 0
