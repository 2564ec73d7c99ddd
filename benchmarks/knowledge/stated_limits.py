"""Stated limits in generated queries: how many hits of `aisle search` are outside one of them.

Protocol: queries are made from what a catalogue holds (its categories, brands, colours, materials,
sizes, memory, prices) and from ways of saying a limit in English and Chinese. Each is read and
searched as a line of `aisle search`, up to ten hits. Every hit is then looked up with SQL of this
benchmark's own, and every limit that was put into the query is held against the variant's row.
A hit outside a limit is a broken one. Queries without a hit are counted: a limit that nothing meets
gives none, and so would a limit that was read too narrowly.

    python -m benchmarks.knowledge.stated_limits --queries 1000 SHOP SHOP SHOP
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from assistant.asked import LineReader
from db.unit import read_unit
from knowledge.shop import Shop
from knowledge.translating import lexicon
from knowledge.vocabulary import translate_value, words

Row = dict[str, Any]
Check = Callable[[Row], bool]

PRICES: tuple[tuple[str, str, str], ...] = (
    ("max", "{thing} under {a}", "{a}元以下的{thing}"),
    ("max", "{thing} below ${a}", "{thing}，不超过{a}元"),
    ("max", "{thing} for less than {a} dollars", "低于{a}元的{thing}"),
    ("max", "{thing} up to {a}", "最多{a}元的{thing}"),
    ("min", "{thing} over {a}", "{a}元以上的{thing}"),
    ("min", "{thing} at least ${a}", "{thing}，至少{a}元"),
    ("between", "{thing} between {a} and {b}", "{a}到{b}元之间的{thing}"),
    ("between", "{thing} from {a} to {b} dollars", "{thing}，价格在{a}到{b}元之间"),
)
COLORS = (
    ("one", "{a} {thing}", "{a}的{thing}"),
    ("one", "{thing} in {a}", "我想要{a}的{thing}"),
    ("two", "{a} or {b} {thing}", "{a}或{b}的{thing}"),
    ("two", "{thing} in {a} or {b}", "{thing}，{a}或者{b}的"),
    ("not", "{thing}, not {a}", "不要{a}的{thing}"),
    ("not", "{thing} but not {a}", "{thing}，不要{a}的"),
    ("not", "{thing} in anything but {a}", "除了{a}以外的{thing}"),
)
BRANDS = (
    ("one", "{a} {thing}", "{a} {thing}"),
    ("one", "{thing} from {a}", "{a}牌的{thing}"),
    ("one", "{thing} by {a}", "{a}的{thing}"),
    ("two", "{a} or {b} {thing}", "{thing}，{a}或{b}的"),
    ("not", "{thing} not {a}", "{thing}，不要{a}的"),
    ("not", "{thing} except {a}", "除了{a}的{thing}"),
)
MATERIALS = (
    ("not", "{thing}, not {a}", "不要{a}的{thing}"),
    ("not", "{thing} without {a}", "{thing}，不含{a}"),
    ("one", "{thing} made of {a}", "{thing}，{a}的"),
)
MEMORY = (
    ("min", "{thing} with at least {a} GB of memory", "内存至少{a}GB的{thing}"),
    ("min", "{thing} with {a} GB RAM or more", "{thing}，内存{a}GB以上"),
    ("max", "{thing} with at most {a} GB of memory", "内存最多{a}GB的{thing}"),
)
SIZES = (
    ("one", "{thing} in size {a}", "{a}码的{thing}"),
    ("one", "{thing}, size {a}", "{thing}，尺码{a}"),
)
SPELT = {"s": "small", "m": "medium", "l": "large", "xl": "extra large", "xs": "extra small"}
NEAR = {
    "blue": "navy sky azure indigo cobalt royal denim sapphire",
    "red": "burgundy maroon crimson scarlet wine cherry",
    "green": "olive mint lime emerald sage forest",
    "gray": "grey charcoal slate graphite anthracite",
    "white": "ivory snow pearl",
    "brown": "tan chestnut chocolate coffee walnut camel",
    "purple": "violet lavender lilac plum aubergine",
    "pink": "rose fuchsia blush magenta",
    "yellow": "mustard lemon amber",
    "beige": "sand cream ecru oatmeal",
    "orange": "apricot rust tangerine",
}
"""Shades that a colour takes in where it is wanted; where it is ruled out only its own word is."""
ROW = sql(
    "SELECT p.brand, p.material, p.attributes, v.price, v.color, v.size, v.options, p.active,"
    " v.active AS on_sale FROM products p JOIN variants v ON v.product_id = p.id"
    " WHERE p.id = :product AND v.id = :variant"
)


@dataclass
class Query:
    """A made query: its words and what each hit must be."""

    words: str
    checks: list[tuple[str, Check]] = field(default_factory=list)


def words_of(value: object) -> set[str]:
    """Lower-case words of a record's value."""
    return set(re.findall(r"\w+", str(value or "").lower()))


def has_color(row: Row, color: str) -> bool:
    """The row's colour is the colour asked for or one of its shades."""
    held = words_of(row["color"])
    return words_of(color) <= held or bool(held & set(NEAR.get(color, "").split()))


def material_of(row: Row) -> object:
    """What the shown variant is made of, where it says so itself, else the product."""
    return json.loads(row["options"] or "{}").get("material") or row["material"]


def spelt(size: object) -> str:
    """A size in words where it has any."""
    low = str(size or "").lower()
    return SPELT.get(low, low)


class Maker:
    """Makes queries from one shop's records."""

    def __init__(self, session: Session, shop: Shop, rng: random.Random) -> None:
        self._rng = rng
        self._vocabulary = shop.knowledge.vocabulary
        self._said: set[str] = set()

        def column(statement: str) -> list[str]:
            return [value for (value,) in session.execute(sql(statement)) if value]

        active = "WHERE p.active AND v.active"
        joined = f"FROM products p JOIN variants v ON v.product_id = p.id {active}"
        top = "GROUP BY 1 ORDER BY COUNT(DISTINCT p.id) DESC LIMIT"
        self.things = column(f"SELECT p.category {joined} {top} 60")
        self.brands = column(f"SELECT p.brand {joined} {top} 25")
        self.colors = [
            color
            for color in column(f"SELECT lower(v.color) {joined} {top} 14")
            if re.fullmatch("[a-z]+", color)
            and translate_value(color, "zh") != color
            and color not in {material.lower() for material in self._vocabulary.materials}
        ]
        said = {name for group in words()["materials"] if group["zh"] for name in group["en"]}
        self.materials = [part for part in self._vocabulary.materials if part.lower() in said][:12]
        self.sizes = [s for s in column(f"SELECT v.size {joined} {top} 20") if len(s) <= 3]
        self.prices = sorted(float(p) / 100 for p in column(f"SELECT v.price {joined}"))
        stated = column("SELECT json_extract(attributes, '$.memory') FROM products WHERE active")
        self.memory = [int(m) for m in stated if isinstance(m, (int, float)) and m >= 1]

    def query(self, chinese: bool) -> Query:
        """One query with one to three limits."""
        kinds = ["price"]
        kinds += ["color"] if len(self.colors) > 2 else []
        kinds += ["brand"] if len(self.brands) > 3 else []
        kinds += ["material"] if len(self.materials) > 2 else []
        kinds += ["size"] if len(self.sizes) > 2 else []
        kinds += ["memory"] if len(self.memory) > 20 else []
        made = Query(self._thing(chinese))
        self._said = {made.words}
        for kind in self._rng.sample(kinds, min(len(kinds), self._rng.choice((1, 1, 2, 3)))):
            if chinese and any(name.startswith("not") for name, _ in made.checks):
                break  # in Chinese a denial may go on to what is said after it
            if kind == "price":
                self._price(made, chinese)
            elif kind == "memory":
                self._memory(made, chinese)
            else:
                self._choice(made, kind, chinese)
        return made

    def _thing(self, chinese: bool) -> str:
        name = self._rng.choice(self.things)
        if not chinese:
            return name.lower()
        known = {english: word for word, english in reversed(lexicon().items())}
        shown = translate_value(name, "zh", self._vocabulary)
        return known.get(name.lower(), shown if shown != name else self._rng.choice(["东西", name]))

    def _say(self, made: Query, ways: Sequence[tuple[str, str, str]], chinese: bool) -> Any:
        # A second limit is said after the first: "不要" before several would rule them all out.
        after = [way for way in ways if way[2 if chinese else 1].startswith("{thing}")]
        plain = made.words in self._said
        kind, english, other = self._rng.choice(list(ways) if plain else after)
        return (
            kind,
            lambda **values: (
                other.format(thing=made.words, **values)
                if chinese
                else (english.format(thing=made.words, **values))
            ),
        )

    def _price(self, made: Query, chinese: bool) -> None:
        low, high = sorted(self._rng.choice(self.prices) for _ in range(2))
        a, b = max(1, round(low)), max(2, round(high)) + 1
        kind, say = self._say(made, PRICES, chinese)
        if kind == "between":
            made.words = say(a=a, b=b)
            made.checks.append(("price between", lambda row: a <= _price(row) <= b))
        elif kind == "max":
            made.words = say(a=b)
            made.checks.append(("price at most", lambda row: _price(row) <= b))
        else:
            made.words = say(a=a)
            made.checks.append(("price at least", lambda row: _price(row) >= a))

    def _memory(self, made: Query, chinese: bool) -> None:
        a = self._rng.choice(self.memory)
        kind, say = self._say(made, MEMORY, chinese)
        made.words = say(a=a)

        def check(row: Row) -> bool:
            held = json.loads(row["attributes"]).get("memory")
            return held is not None and (held >= a if kind == "min" else held <= a)

        made.checks.append((f"memory {kind}", check))

    def _choice(self, made: Query, kind: str, chinese: bool) -> None:
        held = {"color": self.colors, "brand": self.brands, "material": self.materials}
        values = held.get(kind, self.sizes)
        ways = {"color": COLORS, "brand": BRANDS, "material": MATERIALS, "size": SIZES}[kind]
        one, other = self._rng.sample(list(values), 2)
        how, say = self._say(made, ways, chinese)
        shown = (one, other)
        if chinese and kind in ("color", "material"):
            shown = (translate_value(one, "zh"), translate_value(other, "zh"))
        made.words = say(a=shown[0], b=shown[1])
        meets: dict[str, Callable[[Row, str], bool]] = {
            "color": has_color,
            "brand": lambda row, value: str(row["brand"]).lower() == value.lower(),
            "material": lambda row, value: words_of(value) <= words_of(material_of(row)),
            "size": lambda row, value: spelt(row["size"]) == spelt(value),
        }
        if how == "not":
            ruled = words_of(one)
            if kind == "color":
                made.checks.append(("not color", lambda row: not ruled <= words_of(row["color"])))
            else:
                made.checks.append((f"not {kind}", lambda row: not meets[kind](row, one)))
        else:
            wanted = (one, other) if how == "two" else (one,)
            made.checks.append((kind, lambda row: any(meets[kind](row, w) for w in wanted)))


def _price(row: Row) -> Decimal:
    return Decimal(row["price"]) / 100


def main() -> None:
    """Print one JSON object a shop and language, then the broken limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("shops", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20, help="broken hits printed")
    asked = parser.parse_args()
    each = -(-asked.queries // (2 * len(asked.shops)))
    total: Counter[str] = Counter()
    broken: list[dict[str, object]] = []
    for folder in asked.shops:
        with Shop.open(folder) as shop:
            reader = LineReader(shop)
            for chinese in (False, True):
                rng = random.Random(f"{asked.seed} {folder.name} {chinese}")
                found: Counter[str] = Counter()
                with read_unit(shop.engine) as session:
                    maker = Maker(session, shop, rng)
                    for _ in range(each):
                        made = maker.query(chinese)
                        query = reader.read(made.words).query
                        hits = shop.knowledge.products.search(session, query)
                        found["queries"] += 1
                        found["limits"] += len(made.checks)
                        found["without a hit"] += not hits
                        for hit in hits:
                            key = {"product": hit.product_id, "variant": hit.variant_id}
                            row = dict(session.execute(ROW, key).mappings().one())
                            found["hits"] += 1
                            wrong = [name for name, check in made.checks if not check(row)]
                            wrong += [] if row["active"] and row["on_sale"] else ["on sale"]
                            found["broken"] += bool(wrong)
                            if wrong:
                                broken.append({"query": made.words, **key, "limits": wrong})
                total.update(found)
                label = {"shop": folder.name, "language": "zh" if chinese else "en"}
                print(json.dumps({**label, **found}), flush=True)
    print(json.dumps({"shop": "all", **total}))
    shown = {str(b["query"]): b for b in broken}
    for record in list(shown.values())[: asked.show]:
        print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
