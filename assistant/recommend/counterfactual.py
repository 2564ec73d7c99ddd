"""The score a product would have without what one of its reasons rests on.

What the reason names is taken out of what the shopper did, said or is taken to like, and the
product is scored anew in the same state of the shop: a reason is true if the score falls.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from assistant.recommend.log import PURCHASE
from assistant.recommend.making import Maker
from assistant.recommend.shopper import Shopper
from assistant.recommend.types import Part, Taste

_PROFILE = {"color": "color", "size": "size", "price": "price_band"}


def score_without(maker: Maker, shopper: Shopper, product_id: str, part: Part) -> float:
    """The product's score without what this part rests on.

    Of figures that are the shop's and not the shopper's (rating, popularity) and of fitting words,
    the part itself is what is taken away.
    """
    if part.kind in ("rating", "popular", "words"):
        return maker.score_of(shopper, product_id) - part.worth
    return maker.score_of(_without(maker, shopper, product_id, part), product_id)


def _without(maker: Maker, shopper: Shopper, product_id: str, part: Part) -> Shopper:
    history, taste = shopper.history, shopper.taste
    number = maker.state.numbers.of[product_id]
    kinds = maker.state.catalogue.kinds
    own = history.items == number
    bought = history.kinds == PURCHASE
    if part.kind == "again":
        return replace(shopper, history=history.only(~(own & bought)))
    if part.kind == "seen":
        return replace(shopper, history=history.only(~(own & ~bought)))
    if part.kind == "next":
        return replace(shopper, visit=shopper.visit[:0])
    if part.kind in ("together", "similar"):
        source = maker.state.numbers.of.get(part.source, -1)
        return replace(
            shopper,
            history=history.only(history.items != source),
            taste=replace(taste, liked=tuple(p for p in taste.liked if p != part.source)),
        )
    if part.kind in ("like_minded", "kin"):
        return replace(shopper, history=history.only(np.zeros(len(history.items), bool)))
    if part.kind in ("category", "brand"):
        group, _ = kinds.groups(part.kind)
        known = history.items < len(group)
        same = np.zeros(len(history.items), bool)
        same[known] = group[history.items[known]] == group[number]
        less = _unlearned(taste, part.kind, str(part.facts["value"]))
        return replace(shopper, history=history.only(~same), taste=less)
    if part.kind == "stated":
        return replace(shopper, taste=_unsaid(taste, part.facts))
    return replace(shopper, taste=_unlearned(taste, _PROFILE[part.kind], str(part.facts["value"])))


def _unlearned(taste: Taste, facet: str, value: str) -> Taste:
    left = {each: weight for each, weight in taste.inferred.get(facet, {}).items() if each != value}
    return replace(taste, inferred={**taste.inferred, facet: left})


def _unsaid(taste: Taste, facts: Any) -> Taste:
    prefer = {
        field: [value for value in values if (field, str(value)) != (facts["wish"], facts["value"])]
        for field, values in taste.stated.get("prefer", {}).items()
    }
    return replace(taste, stated={**taste.stated, "prefer": prefer})
