"""The judged queries of tests/search, asked in the demo shop as make bench asks them."""

import statistics
from collections import Counter

import pytest
from flask import Flask

from scripts.judged import LEAST_RANK, judged, reciprocal_rank
from storefront import catalog, guides, search
from storefront.database import transaction
from storefront.demo import load_demo

# Those of which the first answer is not the one that a person would give. It may get shorter.
NOT_FIRST = {"cream without perfume", "hand luggage", "flakes went hard", "patch test"}


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The demo shop, indexed."""
    with app.test_request_context():
        load_demo()
        with transaction():
            search.rebuild()
    return app


def test_judged_queries_are_answered_alike_on_both_databases(demo: Flask) -> None:
    """The same of them on SQLite and PostgreSQL come first, and the mean rank reaches the goal."""
    with demo.test_request_context():
        ranks = {asked: reciprocal_rank(asked, answers) for asked, answers in judged()}
    assert statistics.mean(ranks.values()) >= LEAST_RANK
    assert {asked for asked, rank in ranks.items() if rank < 1} == NOT_FIRST


def test_there_are_at_least_sixty_judged_queries_of_things_that_are_there(demo: Flask) -> None:
    asked = [asked for asked, _ in judged()]
    assert len(asked) >= 60
    assert [one for one, times in Counter(asked).items() if times > 1] == []
    with demo.test_request_context():
        there = {f"p:{slug}" for slug in catalog.product_ids()}
        there |= {f"g:{guide.slug}" for guide in guides.guide_list()}
    assert {answer for _, answers in judged() for answer in answers} <= there
