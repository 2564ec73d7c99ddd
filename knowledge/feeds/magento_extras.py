"""Readers of what lies beside a Magento catalogue: reviews, help pages and price rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge.feeds.clean import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    BadField,
    clean_text,
    exact,
    id_of,
    number_of,
    shown,
    text_of,
    truth_of,
)
from knowledge.feeds.html_markdown import to_markdown
from knowledge.feeds.lines import csv_rows
from knowledge.feeds.plain_articles import topic_of
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ArticleRecord, PromotionRecord, Refusal, ReviewRecord


def reviews(path: Path, context: Context) -> Iterator[ReviewRecord | Refusal]:
    """Stars by sku; the words of a review, its writer and their address are not taken."""
    context.note("the stars of reviews are taken, their words and names are not")
    for row in csv_rows(path):
        try:
            if row.problem:
                raise row.problem
            stars = number_of(row.values, "rating_value", 1, 5)
            if stars is None:
                raise BadField("rating_value", "no stars", "Give 1 to 5")
            yield ReviewRecord(id_of(row.values, "sku"), stars, row.line)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("sku", ""), "review")


def pages(path: Path, context: Context) -> Iterator[ArticleRecord | Refusal]:
    """Active pages with content, as Markdown."""
    for row in csv_rows(path):
        try:
            if row.problem:
                raise row.problem
            name = id_of(row.values, "identifier")[:120]
            body = to_markdown(text_raw(row.values.get("content")))
            if not truth_of(row.values, "is_active", True) or not body:
                context.note(f"page {shown(name)!r} is empty or switched off, and was left out")
                continue
            title = text_of(row.values, "title", required=True, limit=TITLE_LENGTH)
            yield ArticleRecord(f"{name}.en", title, body, "en", topic_of(name, title), row.line)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("identifier", ""), "article")


def text_raw(value: Any) -> str:
    """A text as it stands, for readers that clean it themselves; "" of anything else."""
    if not isinstance(value, str):
        return ""
    if len(value) > TEXT_LENGTH * 2:
        raise BadField("content", f"{len(value)} characters are too many", "Split the page")
    return value


def rules(path: Path, context: Context) -> Iterator[PromotionRecord | Refusal]:
    """Catalogue and cart rules as promotions.

    A discount is stated as a number only if a minimum total and categories are all its conditions;
    every other rule is told in the shop's own words, so that nobody reckons with half a rule.
    """
    for row in csv_rows(path):
        try:
            if row.problem:
                raise row.problem
            rule = _rule(row.values, row.line)
            if rule.percent_off is None and rule.amount_off is None:
                context.note(
                    f"rule {shown(rule.title, 80)!r} is told to shoppers in the shop's words; "
                    "what it takes off is not reckoned"
                )
            yield rule
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("name", ""), "promotion")


def _rule(row: dict[str, Any], line: int) -> PromotionRecord:
    title = text_of(row, "name", required=True, limit=TITLE_LENGTH)
    conditions = _leaves(row.get("conditions_serialized"), "conditions_serialized")
    limits = _leaves(row.get("actions_serialized"), "actions_serialized")
    categories: list[str] = []
    minimum: Decimal | None = None
    plain = not limits
    for leaf in conditions:
        if leaf["attribute"] == "category_ids":
            categories += [_category(key) for key in re.findall(r"url_key=([\w-]+)", leaf["value"])]
        elif leaf["attribute"] == "base_subtotal" and leaf["operator"] == ">=":
            minimum = exact(leaf["value"])
        else:
            plain = False
    action = text_of(row, "simple_action", limit=32)
    amount = exact(text_of(row, "discount_amount", limit=32)) or Decimal(0)
    percent = action == "by_percent" and amount == int(amount) and 0 < amount <= 100
    fixed = action in ("by_fixed", "cart_fixed") and amount > 0
    return PromotionRecord(
        id=re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:120] or f"rule-{line}",
        title=title,
        description=text_of(row, "description", multiline=True),
        coupon=text_of(row, "coupon_code", limit=64) or None,
        percent_off=int(amount) if plain and percent else None,
        amount_off=amount.quantize(Decimal("0.01")) if plain and fixed else None,
        minimum_total=minimum.quantize(Decimal("0.01")) if minimum is not None else None,
        categories=tuple(dict.fromkeys(categories)),
        active=truth_of(row, "is_active", True),
        line=line,
    )


def _category(key: str) -> str:
    """The leaf category meant by a url key: "pants-women" is "Pants"."""
    word = re.sub(r"-(?:women|men|girls|boys|kids)$", "", key)
    return clean_text(word.replace("-", " ")).title()


def _leaves(raw: Any, field: str) -> list[dict[str, str]]:
    """The single conditions of a serialised tree."""
    text = raw if isinstance(raw, str) else ""
    if not text.strip():
        return []
    # The export puts %url_key=…% where an id would stand, without quotes.
    text = re.sub(r":\s*%([^%]*)%", lambda found: ":" + json.dumps(found[1]), text)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise BadField(field, "the conditions cannot be read", "Export the rule again") from None
    leaves: list[dict[str, str]] = []
    todo = [tree]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        below = node.get("conditions")
        if isinstance(below, list) and below:
            todo.extend(below)
        elif node.get("attribute"):
            leaves.append(
                {name: str(node.get(name) or "") for name in ("attribute", "operator", "value")}
            )
        elif str(node.get("type", "")).endswith("Found") and node.get("aggregator"):
            # "An item is found" without saying which is no condition.
            continue
    return leaves
