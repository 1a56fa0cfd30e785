"""A cart by link: made on one phone, opened on another, taken and given back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live
from support.axe import rules

pytestmark = pytest.mark.browser

OIL, FLAKES, SCOOP = "OIL-SPRAY-100", "FLAKES-1000", "SCOOP-WOOD"  # of the last there is none
OLD = "OIL-WE-SOLD-LAST-YEAR"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phones(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Page]]:
    """Two small phones that share nothing."""
    contexts = [
        browser.new_context(
            java_script_enabled=request.param,
            viewport={"width": 375, "height": 812},
            reduced_motion="reduce",
        )
        for _ in range(2)
    ]
    first, second = (context.new_page() for context in contexts)
    yield first, second
    for context in contexts:
        context.close()


@pytest.fixture(params=[("light", 1440), ("dark", 375)], ids=["laptop, light", "phone, dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Somebody whose pages axe looks at."""
    scheme, width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    """Whether nobody has to push the page to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def put(page: Page, url: str, sku: str, quantity: int) -> None:
    """Puts units into the cart of this phone, as the buttons of the shop do."""
    form = {"sku": sku, "quantity": str(quantity)}
    assert page.request.post(f"{url}/cart/lines", form=form, headers={"Origin": url}).ok


def link_of(page: Page, url: str) -> str:
    """The link that the cart of this phone offers, found as a shopper finds it."""
    page.goto(f"{url}/cart")
    page.get_by_text("Share this cart, or open it on another device").click()
    return page.get_by_label("Link to this cart").input_value()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def held(page: Page, url: str) -> dict[str, str]:
    """SKU → units, as the fields of the cart say."""
    page.goto(f"{url}/cart")
    fields = page.get_by_label("Quantity").all()
    skus = [field.locator("xpath=ancestor::form").get_attribute("action") for field in fields]
    return {
        str(sku).rpartition("/")[2]: field.input_value()
        for sku, field in zip(skus, fields, strict=True)
    }


def test_a_cart_goes_to_another_phone_and_is_undone_there(
    demo: Live, phones: tuple[Page, Page]
) -> None:
    mine, theirs = phones
    put(mine, demo.url, OIL, 2)
    put(mine, demo.url, FLAKES, 1)
    link = link_of(mine, demo.url)

    theirs.goto(link)
    main = theirs.get_by_role("main")
    expect(main).to_contain_text("Nothing of this is in your cart yet.")
    expect(main).to_contain_text("2 × 100 ml")
    assert fits(theirs)
    assert theirs.context.cookies() == []
    press(theirs, "Put into my cart")
    expect(theirs).to_have_url(f"{demo.url}/cart")
    expect(main).to_contain_text("What the link held is in your cart, as far as we have it.")
    assert fits(theirs)
    assert held(theirs, demo.url) == {OIL: "2", FLAKES: "1"}

    press(theirs, "Undo")
    expect(main).to_contain_text("Your cart is empty.")
    expect(theirs.get_by_role("button", name="Undo")).to_have_count(0)
    assert held(mine, demo.url) == {OIL: "2", FLAKES: "1"}


def test_what_was_in_the_cart_stays_beside_it_or_comes_back(
    demo: Live, phones: tuple[Page, Page]
) -> None:
    mine, theirs = phones
    put(mine, demo.url, FLAKES, 2)
    link = link_of(mine, demo.url)
    put(theirs, demo.url, OIL, 1)

    theirs.goto(link)
    press(theirs, "Add to what is in my cart")
    expect(theirs).to_have_url(f"{demo.url}/cart")
    assert held(theirs, demo.url) == {OIL: "1", FLAKES: "2"}
    press(theirs, "Undo")
    expect(theirs.get_by_role("button", name="Undo")).to_have_count(0)
    assert held(theirs, demo.url) == {OIL: "1"}

    theirs.goto(link)
    press(theirs, "Put in place of my cart")
    expect(theirs).to_have_url(f"{demo.url}/cart")
    assert held(theirs, demo.url) == {FLAKES: "2"}
    press(theirs, "Undo")
    expect(theirs.get_by_role("button", name="Undo")).to_have_count(0)
    assert held(theirs, demo.url) == {OIL: "1"}


def test_an_old_page_undoes_nothing_that_came_after(demo: Live, phones: tuple[Page, Page]) -> None:
    phone, _ = phones
    phone.goto(f"{demo.url}/cart/shared?goods={FLAKES}:2")
    press(phone, "Put into my cart")
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()
    put(phone, demo.url, OIL, 1)
    press(phone, "Undo")
    expect(phone.get_by_role("main")).to_contain_text("there is nothing to undo")
    assert held(phone, demo.url) == {FLAKES: "2", OIL: "1"}


def test_bad_old_and_foreign_links_say_what_is_wrong(demo: Live, phones: tuple[Page, Page]) -> None:
    phone, _ = phones
    main = phone.get_by_role("main")
    for broken in ("", "<script>alert(1)</script>:1", f"{OIL}:2,FLA", "cart-1", f"{OIL}:100"):
        answer = phone.goto(f"{demo.url}/cart/shared?goods={broken}")
        assert answer is not None
        assert answer.status == 422, broken
        expect(main).to_contain_text("This link is not whole")
        expect(main.get_by_role("button")).to_have_count(0)
        expect(main.get_by_role("link", name="See the products")).to_be_visible()
        assert fits(phone)

    phone.goto(f"{demo.url}/cart/shared?goods={OLD}:1,{SCOOP}:1")
    expect(main.get_by_role("listitem").first).to_contain_text(OLD)
    expect(main).to_contain_text("We do not sell this, or not any more, so it stays out.")
    expect(main).to_contain_text("Sold out at the moment, so it stays out.")
    expect(main).to_contain_text("Nothing of this can be had at the moment.")
    expect(main.get_by_role("button")).to_have_count(0)

    phone.goto(f"{demo.url}/cart/shared?goods={OLD}:1,{OIL}:1&next=//evil.example&how=in_place")
    press(phone, "Put into my cart")
    expect(phone).to_have_url(f"{demo.url}/cart")
    assert held(phone, demo.url) == {OIL: "1"}


def test_the_longest_link_fits_into_a_small_window(demo: Live, phones: tuple[Page, Page]) -> None:
    phone, _ = phones
    goods = ",".join(f"{n:02}{'S' * 62}:99" for n in range(80))
    phone.goto(f"{demo.url}/cart/shared?goods={goods}")
    expect(phone.get_by_role("main").get_by_role("listitem")).to_have_count(80)
    assert fits(phone)


def test_an_empty_cart_has_no_link(demo: Live, phones: tuple[Page, Page]) -> None:
    phone, _ = phones
    phone.goto(f"{demo.url}/cart")
    expect(phone.get_by_role("main")).to_contain_text("Your cart is empty.")
    expect(phone.get_by_label("Link to this cart")).to_have_count(0)


def test_axe_finds_nothing_in_a_cart_by_link(demo: Live, page: Page) -> None:
    found = {}
    goods = f"{OIL}:2,{SCOOP}:1,{OLD}:1,{FLAKES}:99"
    page.goto(f"{demo.url}/cart/shared?goods={goods}")
    found["without a cart"] = rules(page)
    press(page, "Put into my cart")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_text("Share this cart, or open it on another device").click()
    found["taken, and the link open"] = rules(page)
    page.goto(f"{demo.url}/cart/shared?goods={goods}")
    found["beside a cart"] = rules(page)
    page.goto(f"{demo.url}/cart/shared?goods={SCOOP}:1,{OLD}:1")
    found["nothing to be had"] = rules(page)
    page.goto(f"{demo.url}/cart/shared?goods=nonsense")
    found["broken"] = rules(page)
    assert {state: broken for state, broken in found.items() if broken} == {}
