"""The difference between two texts, as the desk shows it."""

import time

from hypothesis import given
from hypothesis import strategies as st

from storefront.guides import DiffLine, difference

TEXTS = st.lists(st.sampled_from(["a b c", "a b d", "x", ""]), max_size=12).map("\n".join)


def told(old: str, new: str) -> list[str]:
    """Lines with a mark, and changed words in brackets."""
    return [
        f"{line.kind} {line.number}"
        if line.kind == "gap"
        else f"{line.kind} " + "".join(f"[{w}]" if differs else w for w, differs in line.pieces)
        for line in difference(old, new)
    ]


def test_a_changed_word_is_marked_and_what_is_far_away_is_counted() -> None:
    same = [f"line {n}" for n in range(10)]
    old, new = "\n".join([*same, "warm water, slowly"]), "\n".join([*same, "cold water, slowly"])
    assert told(old, new) == [
        "gap 8", "same line 8", "same line 9", "gone [warm] water, slowly",
        "new [cold] water, slowly",
    ]  # fmt: skip


def test_lines_that_have_little_in_common_are_shown_whole() -> None:
    assert told("Fill the basin.", "Quite another sentence, isn’t it?") == [
        "gone Fill the basin.", "new Quite another sentence, isn’t it?",
    ]  # fmt: skip


def test_the_same_text_twice_has_no_difference() -> None:
    assert difference("a\nb", "a\nb") == []


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_difference(old: str, new: str) -> None:
    """Every line that is shown stands in the text it is shown of, at its number."""
    before, after = old.split("\n"), new.split("\n")
    for line in difference(old, new):
        words = "".join(letters for letters, _ in line.pieces)
        if line.kind == "gone":
            assert before[line.number - 1] == words
        elif line.kind != "gap":
            assert after[line.number - 1] == words
    kinds = [line.kind for line in difference(old, new)]
    assert len(after) - len(before) == kinds.count("new") - kinds.count("gone")


def test_texts_of_a_megabyte_are_compared_in_good_time() -> None:
    """Fails without _MOST_LINES and _MOST_WORDS: for hours."""
    began = time.thread_time()
    lines = [f"word {n} " * 4 for n in range(25_000)]
    found = difference("\n".join(lines), "\n".join(reversed(lines)))
    assert isinstance(found[0], DiffLine)
    assert difference("a " * 400_000, "b " * 400_000)
    assert time.thread_time() - began < 20
