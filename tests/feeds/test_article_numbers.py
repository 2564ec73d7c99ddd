"""Numbers in imported articles come from the shop's policy, and follow it when it changes."""

from __future__ import annotations

import pytest

from db.models import Article, Outbox
from knowledge.article_text import fill_again
from knowledge.policy import Policy
from knowledge.settings import ShopSettings
from tests.feeds.conftest import Shop


def settings(days: int | str, **delivery: str) -> ShopSettings:
    policy = Policy.model_validate({"return": {"window_days": days}, "delivery": delivery})
    return ShopSettings(policy=policy)


PAGE = """---
id: returns.en
title: Returns
---

You have {{ policy.return_window_days }} days.
"""


def test_an_article_states_the_policy_and_follows_it(shop: Shop) -> None:
    report = shop.take(shop.write("returns.md", PAGE), settings=settings(21))
    assert report.added["article"] == 1
    with shop.session() as session:
        article = session.get_one(Article, "returns.en")
        assert article.body == "You have 21 days."
        session.query(Outbox).delete()
        session.commit()
    assert fill_again(shop.engine, settings(21)) == 0
    assert fill_again(shop.engine, settings(14)) == 1
    with shop.session() as session:
        assert session.get_one(Article, "returns.en").body == "You have 14 days."
        assert [row.record_id for row in session.query(Outbox)] == ["returns.en"]
    assert fill_again(shop.engine, settings("unlimited")) == 1
    with shop.session() as session:
        assert session.get_one(Article, "returns.en").body == "", "nothing outdated is shown"
    assert fill_again(shop.engine, settings(30)) == 1


@pytest.mark.parametrize(
    ("placeholder", "hint"),
    [
        ("{{ policy.return_window_day }}", "return_window_days"),
        ("{{ polcy.return_window_days }}", "policy"),
        ("{{ 6 * 7 }}", "write {{ policy.return_window_days }}"),
        ("{{ policy.return_window_days | upper }}", "only money"),
    ],
)
def test_an_unknown_placeholder_is_refused_with_its_line(
    shop: Shop, placeholder: str, hint: str
) -> None:
    page = PAGE.replace("{{ policy.return_window_days }}", placeholder)
    report = shop.take(shop.write("returns.md", page))
    assert not report.added["article"]
    (refusal,) = report.refusals
    assert "line 6" in refusal.reason
    assert hint in refusal.hint


def test_rows_take_them_too(shop: Shop) -> None:
    rows = shop.lines(
        "articles.jsonl",
        {"id": "a", "title": "Fees", "body": "Delivery: {{ policy.delivery_fee | money }}."},
        {"id": "b", "title": "Bad", "body": "{{ policy.fee }}"},
    )
    report = shop.take(rows, settings=settings(30, fee="4.50"))
    with shop.session() as session:
        assert session.get_one(Article, "a.en").body == "Delivery: $4.50."
        assert session.get(Article, "b.en") is None
    assert [refusal.line for refusal in report.refusals] == [2]
