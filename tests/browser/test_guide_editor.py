"""Somebody writes a guide in a browser: underlines, other words, products, blocks, pictures."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, JSHandle, Page, expect

from conftest import Live
from support.catalogue import picture
from support.guide_writing import FIRST, Desk

pytestmark = pytest.mark.browser

CURES = "\nThis oil relieves insomnia."


@pytest.fixture
def desk(page: Page, demo: Live) -> Desk:
    """A guide of one sentence, opened on a laptop."""
    return Desk(page, demo)


def underlined(desk: Desk) -> list[str]:
    return desk.page.locator(".cm-lintRange").all_inner_texts()


def test_a_claim_is_underlined_and_a_softer_wording_taken_with_one_click(desk: Desk) -> None:
    desk.write(CURES)
    claim = desk.page.locator(".cm-lintRange-error").first
    expect(claim).to_be_visible()
    assert "insomnia" in " ".join(underlined(desk))
    claim.hover()
    card = desk.page.locator(".cm-tooltip-lint")
    expect(card.get_by_role("link", name=re.compile("^Source: ")).first).to_be_visible()
    fix = card.get_by_role("button").first
    words = re.sub("[“”]", "", fix.inner_text().removeprefix("Write "))
    before = desk.written
    fix.click()
    expect(card).to_have_count(0)
    assert desk.written != before
    assert words in desk.written or words == "Leave these words out"
    desk.press("Control+z")
    assert desk.written == before
    assert desk.errors == []


def test_a_softer_wording_is_taken_with_the_keyboard_alone(desk: Desk) -> None:
    desk.write(CURES)
    expect(desk.page.locator(".cm-lintRange-error").first).to_be_visible()
    before = desk.written
    desk.press("F8")
    expect(desk.page.locator(".cm-tooltip-lint")).to_be_visible()
    expect(desk.page.locator(".shop-checks__line")).to_contain_text("Wording: ")
    desk.press("Control+.", "Enter")
    expect(desk.page.locator(".cm-tooltip-lint")).to_have_count(0)
    expect(desk.text).to_be_focused()
    assert desk.written != before
    desk.press("Control+s")
    desk.page.get_by_text("Saved").first.wait_for()
    assert desk.saved.rstrip() != before.rstrip()
    assert "insomnia" in before


def test_the_list_of_checks_leads_to_each_place_and_takes_its_words(desk: Desk) -> None:
    desk.write(f"{CURES}\n\nIt cures eczema.")
    one = desk.page.locator(".shop-checks__one--error").first
    expect(one).to_be_visible()
    desk.press("Control+Alt+k")
    expect(desk.page.get_by_role("heading", name="Checks")).to_be_focused()
    desk.press("Tab")
    before, count = desk.written, desk.page.locator(".shop-checks__one").count()
    one.locator(".shop-checks__fix").first.click()
    assert desk.written != before
    expect(desk.page.locator(".shop-checks__one").nth(count - 1)).to_have_count(0)
    desk.checked()
    desk.page.locator(".shop-checks__place").last.click()
    expect(desk.text).to_be_focused()


def test_words_with_wide_characters_before_them_are_underlined_where_they_stand(
    desk: Desk,
) -> None:
    """The shop counts characters and JavaScript units of 16 bits: without placesOf() it slips."""
    desk.write("\n😀😀😀 a bath 🛁 and eczema here.")
    expect(desk.page.locator(".cm-lintRange-error", has_text="eczema").first).to_be_visible()
    assert "eczema" in underlined(desk)


def test_a_product_is_found_and_put_in_by_keyboard(desk: Desk) -> None:
    desk.write("\nTake ")
    desk.press("Control+Alt+p")
    words = desk.page.get_by_role("combobox", name="Name or SKU")
    expect(words).to_be_focused()
    desk.press("Escape")
    expect(desk.text).to_be_focused()
    desk.press("Control+Alt+p")
    options = desk.page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    words.press_sequentially("oil")
    expect(options.first).to_contain_text(re.compile("oil", re.I))
    expect(options.first).to_have_attribute("aria-selected", "true")
    desk.press("ArrowDown", "ArrowUp", "Enter")
    expect(desk.text).to_be_focused()
    assert re.search(r"Take \[[^\]]+\]\(product:[a-z0-9-]+\)$", desk.written)
    desk.press("Control+Alt+p")
    words.press_sequentially("oil")
    expect(options.first).to_contain_text(re.compile("oil", re.I))
    desk.press("Control+Enter")
    expect(desk.text).to_be_focused()
    desk.page.keyboard.insert_text("For dry heels.")
    assert re.search(r"\)\n\n::: product [a-z0-9-]+\nFor dry heels\.\n:::$", desk.written)
    assert desk.errors == []


def pick_first(desk: Desk) -> None:
    expect(desk.page.get_by_role("option").first).to_be_visible()
    desk.press("Enter")


BLOCKS: dict[str, tuple[str, Callable[[Desk], None], str]] = {
    "Takeaways": ("One basin.", lambda desk: None, r"::: takeaways\n- One basin\.\n:::"),
    "Steps": ("Sit down.", lambda desk: None, r"::: steps\n1\. Sit down\.\n:::"),
    "Pull quote": ("Ida", lambda desk: None, r'::: quote by="Ida"\n\n:::'),
    "Product card": ("Soft.", pick_first, r"::: product [a-z0-9-]+\nSoft\.\n:::"),
    "List": ("", lambda desk: None, r"- Warm water first\."),
    "Numbers": ("", lambda desk: None, r"1\. Warm water first\."),
    "Quotation": ("", lambda desk: None, r"> Warm water first\."),
    "Heading": ("", lambda desk: None, r"## Warm water first\."),
    "Subheading": ("", lambda desk: None, r"### Warm water first\."),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_each_button_of_the_toolbar_sets_its_block(desk: Desk, name: str) -> None:
    words, answer, wanted = BLOCKS[name]
    desk.text.click()
    desk.press("Control+Home")
    desk.tool(name).click()
    answer(desk)
    expect(desk.text).to_be_focused()
    desk.page.keyboard.insert_text(words)
    assert re.search(wanted, desk.written), desk.written
    if not words:
        expect(desk.tool(name)).to_have_attribute("aria-pressed", "true")
        desk.tool(name).click()
        assert desk.written == FIRST


def test_two_products_are_picked_to_be_compared(desk: Desk) -> None:
    desk.tool("Compare").click()
    expect(desk.page.get_by_role("heading", name="Compare which product …")).to_be_visible()
    pick_first(desk)
    expect(desk.page.get_by_role("heading", name=re.compile("… with which?"))).to_be_visible()
    expect(desk.page.get_by_role("option").nth(1)).to_be_visible()
    desk.press("ArrowDown", "Enter")
    expect(desk.text).to_be_focused()
    assert re.search(r"::: compare ([a-z0-9-]+) (?!\1\b)[a-z0-9-]+\n\n:::", desk.written)


def test_the_toolbar_is_one_stop_of_the_tab_key_and_marks_words(desk: Desk) -> None:
    desk.text.click()
    desk.press("Control+Home", "Control+Shift+ArrowRight")
    desk.press("Shift+Tab", "ArrowRight", "ArrowLeft")
    expect(desk.tool("Bold")).to_be_focused()
    desk.press("Enter")
    assert desk.written == "**Warm** water first.\n"
    expect(desk.tool("Bold")).to_have_attribute("aria-pressed", "true")
    desk.press("Control+b")
    assert desk.written == FIRST


def test_a_picture_goes_in_with_its_words_and_not_without(desk: Desk) -> None:
    desk.write("")
    desk.press("Control+Alt+i")
    page = desk.page
    file = {"name": "Basin 1.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(80, 60))}
    page.get_by_label("The picture", exact=True).set_input_files([file])
    page.get_by_role("button", name="Insert the picture").click()
    expect(page.get_by_text("Please write what the picture shows.")).to_be_visible()
    shown = page.get_by_role("textbox", name="What it shows")
    expect(shown).to_be_focused()
    shown.fill("A basin [of wood]")
    page.get_by_role("textbox", name="Caption").fill("Five litres")
    page.get_by_role("button", name="Insert the picture").click()
    expect(desk.text).to_be_focused()
    line = r'!\[A basin \\\[of wood\\\]\]\((basin-1[^ ]*\.jpg|[0-9a-f]{16}) "Five litres"\)'
    assert re.search(line, desk.written), desk.written
    expect(page.locator(".shop-editor__pane--preview .shop-picture__image")).to_have_attribute(
        "alt", "A basin [of wood]"
    )
    assert desk.errors == []


DRAG = """([letters, count, words]) => {
  const held = new DataTransfer();
  const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  for (let n = 1; n <= count; n += 1) held.items.add(new File([bytes], `Basin ${n}.jpg`, {type: "image/jpeg"}));
  if (words) held.setData("text/plain", words);
  return held;
}"""  # noqa: E501


def held(desk: Desk, *, pictures: int = 1, words: str = "") -> JSHandle:
    """What somebody drags or has copied."""
    letters = b64encode(picture(size=(80, 60))).decode()
    return desk.page.evaluate_handle(DRAG, [letters, pictures, words])


def insert_as(desk: Desk, alt: str) -> None:
    shown = desk.page.get_by_role("textbox", name="What it shows")
    expect(shown).to_be_focused()
    shown.fill(alt)
    desk.press("Enter")
    expect(desk.text).to_be_focused()


def test_a_picture_is_dropped_where_it_belongs_and_asks_what_it_shows(desk: Desk) -> None:
    """Without posAtCoords() it lands where the cursor stood: at the end."""
    desk.write("\n\nLast words.")
    at = desk.page.locator(".cm-line", has_text="Warm water first.").bounding_box()
    assert at
    place = {"clientX": at["x"] + at["width"] - 2, "clientY": at["y"] + at["height"] / 2}
    desk.text.dispatch_event("drop", {"dataTransfer": held(desk, pictures=2), **place})
    expect(desk.page.get_by_text("this is the first of 2")).to_be_visible()
    insert_as(desk, "A basin")
    assert re.match(r"Warm water first\.\n\n!\[A basin\]\([^)]+\)\n\nLast", desk.written), (
        desk.written
    )
    assert desk.errors == []


def test_a_picture_that_misses_the_text_does_not_take_the_place_of_the_page(desk: Desk) -> None:
    """Without catchDrops() the browser opens the file, and what was not saved is gone."""
    pane = desk.page.locator(".shop-editor__pane--preview")
    pane.dispatch_event("drop", {"dataTransfer": held(desk)})
    insert_as(desk, "A basin")
    assert "![A basin](" in desk.written
    over = """(pane, held) => pane.dispatchEvent(
      new DragEvent("dragover", {dataTransfer: held, bubbles: true, cancelable: true}))"""
    assert pane.evaluate(over, held(desk)) is False


def paste(desk: Desk, data: JSHandle) -> None:
    desk.text.click()
    desk.press("Control+End")
    desk.text.evaluate(
        """(text, data) => text.dispatchEvent(new ClipboardEvent(
          "paste", {clipboardData: data, bubbles: true, cancelable: true, composed: true}))""",
        data,
    )


def test_a_picture_is_pasted_but_words_with_a_picture_of_themselves_are_words(desk: Desk) -> None:
    """Office programs copy both: without the look at text/plain the words would be a picture."""
    paste(desk, held(desk, words="Then salt."))
    assert desk.written == f"{FIRST}Then salt."
    paste(desk, held(desk))
    insert_as(desk, "A basin")
    assert "Then salt.\n\n![A basin](" in desk.written


def test_a_long_article_of_another_site_is_pasted_and_stays_usable(desk: Desk) -> None:
    """120 kB with 3,000 claims: the list shows the first of them, and counts all."""
    words = "It cures insomnia, and a towel lies beside the basin on the floor.\n\n" * 1000
    paste(desk, held(desk, pictures=0, words=words + "Plain words stand here. " * 2500))
    assert len(desk.written) > 120_000
    line = desk.page.locator(".shop-checks__line")
    expect(line).to_contain_text("Here are the first 300; the others follow")
    expect(line).to_contain_text("3000 things to look at")
    expect(desk.page.locator(".shop-checks__one")).to_have_count(300)
    expect(desk.page.get_by_role("button", name="Checks (3000)")).to_be_visible()
    desk.press("Control+Home")
    desk.page.keyboard.type("First of all. ")
    assert desk.written.startswith(f"First of all. {FIRST}")
    assert desk.errors == []


def test_the_preview_of_a_guide_just_begun_is_there_and_a_mistake_is_named_in_it(
    desk: Desk,
) -> None:
    """The back office has a hidden notice of its own, which was shown in place of the mistake."""
    desk.page.get_by_label("Summary").fill("")
    pane = desk.page.locator(".shop-editor__pane--preview")
    expect(pane.get_by_text("The summary is still to be written.")).to_be_visible()
    desk.write("\n[x](product:oill)")
    expect(pane.get_by_text("Mend this first: Line 2: There is no product “oill”.")).to_be_visible()
    expect(pane.get_by_text("Warm water first.")).to_be_visible()


def test_what_was_not_saved_survives_a_reload_and_is_offered_once(desk: Desk) -> None:
    desk.write("Then salt.")
    desk.page.get_by_label("Summary").fill("Another summary.")
    desk.page.reload()
    expect(desk.page.get_by_text("that was not saved.")).to_be_visible()
    assert desk.written == FIRST
    desk.page.get_by_role("button", name="Bring it back").click()
    assert desk.written == f"{FIRST}Then salt."
    expect(desk.page.get_by_label("Summary")).to_have_value("Another summary.")
    expect(desk.page.get_by_text("Not saved yet")).to_be_visible()
    desk.press("Control+s")
    desk.page.wait_for_url("**said=guide_saved")
    assert desk.saved.rstrip() == f"{FIRST}Then salt."
    desk.open()
    expect(desk.page.get_by_text("that was not saved.")).to_have_count(0)
    expect(desk.page.get_by_text("No changes")).to_be_visible()


def test_leaving_with_words_that_are_not_saved_asks_first(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("dialog", lambda dialog: asked.append(dialog.type))
    desk.page.get_by_role("link", name="Guides").first.click()
    desk.page.get_by_role("heading", name="Guides", level=1).wait_for()
    assert asked == []
    desk.open()
    desk.write("Then salt.")
    desk.page.get_by_role("link", name="Guides").first.click()
    desk.page.get_by_role("heading", name="Guides", level=1).wait_for()
    assert asked == ["beforeunload"]


def test_the_preview_stands_beside_the_text_and_follows_it(desk: Desk) -> None:
    sections = "".join(f"\n## Part {n}\n\n{'Water and salt. ' * 80}\n" for n in range(1, 7))
    desk.write(sections)
    pane = desk.page.locator(".shop-editor__pane--preview")
    expect(pane.get_by_role("heading", name="Part 6")).to_be_attached()
    desk.press("Control+End")
    expect(pane.get_by_role("heading", name="Part 6")).to_be_in_viewport()
    at = pane.evaluate("pane => pane.scrollTop")
    desk.page.keyboard.insert_text("One more word.")
    expect(pane.get_by_text("One more word.")).to_be_attached()
    assert abs(pane.evaluate("pane => pane.scrollTop") - at) < 300


def test_on_a_phone_text_and_preview_are_two_tabs(browser: Browser, demo: Live) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 812}, locale="en-IE")
    desk = Desk(context.new_page(), demo, FIRST + CURES)
    preview = desk.page.get_by_role("tab", name="Preview")
    expect(desk.page.get_by_role("tab", name="Write")).to_have_attribute("aria-selected", "true")
    preview.click()
    pane = desk.page.locator(".shop-editor__pane--preview")
    expect(pane.get_by_text("Warm water first.")).to_be_visible()
    expect(desk.text).to_be_hidden()
    desk.page.locator(".shop-checks__place").last.click()
    expect(desk.text).to_be_focused()
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 375
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing_and_the_policy_refuses_nothing(
    browser: Browser, demo: Live, width: int, scheme: str
) -> None:
    """Axe sets a style of its own, which the policy refuses, so what is refused is read before."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="en-IE",  # type: ignore[arg-type]
    )
    desk = Desk(
        context.new_page(), demo, "## A bath\n" + CURES + "\n\n::: takeaways\n- Salt\n:::\n"
    )
    found = {}
    for way in ("checks", "card", "search", "product", "picture"):
        desk.text.click()
        desk.press("Control+Home", "Escape")
        desk.press(*{"card": ("F8",), "search": ("Control+f",), "product": ("Control+Alt+p",),
                     "picture": ("Control+Alt+i",)}.get(way, ()))  # fmt: skip
        desk.page.wait_for_timeout(300)
        refused = list(desk.errors)
        rules = Axe().run(desk.page).response["violations"]
        found[way] = [f"{r['id']}: {r['nodes'][0]['html'][:120]}" for r in rules] + refused
        desk.errors.clear()
        desk.press("Escape")
    assert found == dict.fromkeys(found, [])
    context.close()


def test_without_a_script_the_text_area_saves_and_checks(
    browser: Browser, demo: Live, tmp_path: Path
) -> None:
    context: BrowserContext = browser.new_context(
        viewport={"width": 375, "height": 812}, java_script_enabled=False, locale="en-IE"
    )
    desk = Desk(context.new_page(), demo, has_script=False)
    area = desk.page.get_by_label("Text", exact=True)
    area.fill(FIRST + CURES)
    desk.page.get_by_role("button", name="Check", exact=True).click()
    expect(desk.page.get_by_text("insomnia").last).to_be_visible()
    expect(area).to_have_value(re.compile("insomnia"))
    desk.page.get_by_role("button", name="Save draft").click()
    desk.page.wait_for_url("**said=guide_saved")
    assert "insomnia" in desk.saved
    context.close()
