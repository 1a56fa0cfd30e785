"""axe-core finds nothing in what shoppers meet besides plain pages, and a keyboard is enough."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live
from storefront import reviews
from storefront.reviews import links
from support.axe import rules
from support.parcels import lines, packed, paid_order, shipped

pytestmark = [pytest.mark.browser, pytest.mark.looks]

OIL, SCOOP = "/products/magnesium-oil-spray", "/products/wooden-bath-scoop"
GUIDE = "/guides/foot-bath-at-home"


@pytest.fixture(params=[("light", 1440), ("dark", 375)], ids=["laptop, light", "phone, dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A shopper whose browser leaves it to the shop to find mistakes."""
    scheme, width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script("addEventListener('click', e => { const f = e.target.form; "
                         "if (f) f.noValidate = true; }, true)")  # fmt: skip
    yield page
    context.close()


def bought(demo: Live) -> int:
    """The number of a line that may be reviewed, of which another buyer has said something."""
    orders = [paid_order(demo.shop, {"OIL-SPRAY-100": 1}) for _ in range(2)]
    for order in orders:
        assert shipped(demo.shop, packed(demo.shop, order))
    said, free = (lines(demo.shop, order)[0].id for order in orders)
    text = "It spreads well, and the bottle lasts for weeks."
    new = reviews.NewReview(stars=4, text=text, name="Ida")
    number = demo.shop.do(lambda: reviews.write(said, new)).review.id
    with demo.app.test_request_context():
        demo.shop.do(lambda: reviews.decide(number, "shown", seen=1, actor="bo"))
        demo.shop.do(lambda: reviews.answer(number, "Thank you.", seen=2, actor="bo"))
    return free


def test_axe_finds_nothing_in_the_cart_in_any_state(demo: Live, page: Page) -> None:
    found = {}
    page.goto(f"{demo.url}/cart")
    found["empty"] = rules(page)
    page.goto(demo.url + OIL)
    page.get_by_label("Quantity").first.fill("3")
    page.locator("shop-add-to-cart button").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_label("Promotion code")).to_be_hidden()
    drawer.get_by_text("Add a promotion code").click()
    expect(drawer.get_by_label("Promotion code")).to_be_visible()
    found["drawer"] = rules(page)
    page.goto(f"{demo.url}/cart")
    page.get_by_text("Add a promotion code").click()
    page.get_by_label("Promotion code").fill("NOSUCH")
    page.get_by_role("button", name="Use the code").click()
    expect(page.get_by_label("Promotion code")).to_have_attribute("aria-invalid", "true")
    found["bad code"] = rules(page)
    page.get_by_label("Promotion code").fill("WELCOME10")
    page.get_by_role("button", name="Use the code").click()
    expect(page.locator(".shop-order-summary__off")).to_be_visible()
    found["good code"] = rules(page)
    page.goto(demo.url + OIL)
    page.locator("shop-add-to-cart button").first.click()
    expect(drawer.get_by_text("WELCOME10", exact=True)).to_be_visible()
    found["drawer on offer"] = rules(page)
    assert {state: broken for state, broken in found.items() if broken} == {}


def test_axe_finds_nothing_in_forms_with_mistakes(demo: Live, page: Page) -> None:
    found = {}

    def wrong(where: str, field: str, typed: str, press: str) -> None:
        if where:
            page.goto(demo.url + where)
        page.get_by_label(field).fill(typed)
        page.get_by_role("button", name=press).first.click()
        expect(
            page.locator(":is(.shop-field__error, .shop-notice--bad):visible").first
        ).to_be_visible()
        found[where or field] = rules(page)

    wrong(SCOOP, "Tell me when it is back", "ida@", "Let me know")
    wrong("/orders/find", "E-mail", "ida@", "Show the order")
    wrong("/staff/sign-in", "E-mail", "nobody@mail.example", "Sign in")
    page.goto(demo.url + GUIDE)
    page.get_by_role("link", name="Read and write comments").scroll_into_view_if_needed()
    found["comments"] = rules(page)
    wrong("", "Your comment", "Hm", "Send the comment")
    assert {state: broken for state, broken in found.items() if broken} == {}


def test_axe_finds_nothing_in_reviews_and_what_is_not_there(demo: Live, page: Page) -> None:
    line = bought(demo)
    link = "/reviews/" + demo.shop.ask(lambda: links.token_of("review", line))
    paths = [OIL, f"{OIL}/reviews", "/how-we-check-reviews", SCOOP, "/search?q=wheelbarrow", link]
    found = {}
    for path in paths:
        page.goto(demo.url + path)
        found[path] = rules(page)
    page.get_by_role("button", name="Send my review").click()
    expect(page.locator(".shop-field__error").first).to_be_visible()
    found["review with mistakes"] = rules(page)
    assert {state: broken for state, broken in found.items() if broken} == {}


# What has the focus, whether one sees that on it or around it, and whether nothing has it.
FOCUSED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  let outlined = false;
  for (let p = e; p && p !== document.body; p = p.parentElement) {
    const look = getComputedStyle(p);
    outlined ||= look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  }
  const inside = box.width > 0 && box.top < innerHeight && box.bottom > 0;
  return [e.textContent.trim() || e.name || e.localName, outlined && inside, e === document.body];
}"""


def tab_to(page: Page, words: str, *, most: int = 60) -> None:
    """Presses Tab until something of these words has the focus, which is seen at each step."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said, is_seen, is_nowhere = page.evaluate(FOCUSED)
        assert is_seen or is_nowhere, f"the focus on “{said[:60]}” cannot be seen"
        if words in said:
            return
    raise AssertionError(f"Tab does not lead to “{words}” on {page.url}")


def test_tab_and_enter_lead_from_home_to_the_payment_page(demo: Live, page: Page) -> None:
    page.goto(demo.url)
    tab_to(page, "Products")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.url}/products/")
    tab_to(page, "Magnesium Oil body spray", most=90)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Magnesium Oil body spray")
    tab_to(page, "250 ml")
    page.keyboard.press("Enter")
    expect(page.locator("#buy [name=sku]")).to_have_value("OIL-SPRAY-250")
    tab_to(page, "Add to cart")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    tab_to(page, "Close")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert "Add to cart" in page.evaluate(FOCUSED)[0]
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    tab_to(page, "Go to the cart")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    tab_to(page, "Order with obligation to pay")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"{demo.url}/cart")
