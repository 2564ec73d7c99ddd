"""What acceptance checks: turns against the rows of the shop's database, read with plain SQL."""

from __future__ import annotations

import io
import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance, ImageOps

from assistant.conversation import Reply, Turn
from assistant.engine import Assistant

PAGE = 6
"""Products on a page of the chat."""


@dataclass(frozen=True)
class Wanted:
    """Every limit that a shopper has stated so far. Prices in whole units of the currency."""

    kinds: tuple[str, ...] = ()
    """Categories, one of which has to stand in the product's path."""
    brand: str = ""
    not_brand: str = ""
    colors: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    audience: str = ""
    not_material: str = ""
    low: float = 0
    high: float = 1e12
    numbers: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Attribute -> least and most."""

    def but(self, **changed: Any) -> Wanted:
        """The same with some limits changed."""
        return replace(self, **changed)

    def met_by(self, row: sqlite3.Row) -> bool:
        """Whether a row of `OFFERS` is inside every limit."""
        facts = json.loads(row["attributes"])
        path = row["path"].split(" / ")
        price = row["price"] / 100
        return (
            (not self.kinds or any(kind in path for kind in self.kinds))
            and (not self.brand or row["brand"] == self.brand)
            and (not self.not_brand or row["brand"] != self.not_brand)
            and (not self.colors or row["color"] in self.colors)
            and row["color"] not in self.not_colors
            and (not self.audience or row["audience"] in (self.audience, "unisex"))
            and (not self.not_material or self.not_material not in row["material"].casefold())
            and self.low <= price <= self.high
            and all(
                isinstance(facts.get(name), int | float)
                and low - 0.05 <= facts[name] <= high + 0.05
                for name, (low, high) in self.numbers.items()
            )
        )


@dataclass(frozen=True)
class Step:
    """One message and what must then hold."""

    say: str
    wanted: Wanted | None = None
    photo: str = ""
    """Name of a picture; it is changed before it is shown, so that no two files are alike."""
    cheaper: bool = False
    """Everything shown costs less than the dearest of what was shown before."""
    full: bool = True
    """The page holds as many products as there are inside the limits, at most six."""
    about: int = 0
    """Which of the products shown before the answer is about; the only one, if there was one."""
    fact: tuple[str, str, str] | None = None
    """Attribute of that product, what the record holds of it, and how the answer has to say it."""
    names: str = ""
    """Attribute of that product whose value stands in the answer."""
    like: str = ""
    """Category that at least half of what is shown belongs to."""
    first: str = ""
    """Product that comes first."""


OFFERS = """
    select p.id as product, v.id as variant, p.brand, p.category_path as path, p.audience,
           p.material, p.attributes, v.color, v.price
    from products p join variants v on v.product_id = p.id where p.active and v.active
"""


class Held:
    """One assistant of a shop, a reading connection to its database, and the verdicts."""

    def __init__(self, shop: Path, quiet: bool = False) -> None:
        self.assistant = Assistant.open(shop)
        self.db = sqlite3.connect(f"file:{shop / 'shop.db'}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row
        self.passed = self.failed = 0
        self.failures: list[str] = []
        self._quiet = quiet

    def close(self) -> None:
        """Let go of the shop."""
        self.db.close()
        self.assistant.close()

    def verdict(self, ok: bool, what: str) -> None:
        """Count and print one check."""
        self.passed, self.failed = self.passed + ok, self.failed + (not ok)
        if not ok:
            self.failures.append(what)
        print(f"    {'PASS' if ok else 'FAIL'} {what}", flush=True)

    def say(self, text: str, conversation: str, image: bytes | None = None) -> Reply:
        """One turn, printed."""
        reply = self.assistant.reply(Turn(text, conversation, image=image, channel="script"))
        if not self._quiet:
            print(f"  > {text}{' [photo]' if image else ''}")
            print("    " + reply.text.replace("\n", "\n    "))
            for card in reply.cards:
                options = ", ".join(card.options.values())
                print(f"      {card.ordinal} {card.title[:70]} ({options}) {card.price}")
        return reply

    def rows(self, category: str) -> list[str]:
        """Products of a category, in the order of their ids."""
        found = self.db.execute(
            "select id from products where active and category = ? order by id", (category,)
        )
        return [row["id"] for row in found]

    def is_kind(self, product_id: str, category: str) -> bool:
        """Whether a product is filed under a category."""
        row = self.db.execute(
            "select category_path from products where id = ?", (product_id,)
        ).fetchone()
        return row is not None and category in row[0].split(" / ")


class Talk(Held):
    """Dialogues about products."""

    def __init__(self, shop: Path, photos: Path | None = None, *, quiet: bool = False) -> None:
        super().__init__(shop, quiet)
        self._photos = photos

    def dialogue(self, steps: Sequence[Step]) -> list[Reply]:
        """Hold one conversation and check each turn."""
        conversation = uuid.uuid4().hex
        shown: Reply | None = None
        replies: list[Reply] = []
        for step in steps:
            image = None
            if step.photo:
                assert self._photos is not None
                image = changed(self._photos / step.photo)
            reply = self.say(step.say, conversation, image)
            replies.append(reply)
            self._priced(reply)
            if step.about:
                self._about(step, reply, shown)
                continue
            if step.wanted is not None:
                self._inside(step, reply, shown)
            if step.like:
                same = sum(self.is_kind(card.product_id, step.like) for card in reply.cards)
                many = len(reply.cards)
                self.verdict(0 < many <= 2 * same, f"{same} of {many} are {step.like}")
            if step.first:
                found = reply.cards[0].product_id if reply.cards else "nothing"
                self.verdict(found == step.first, f"{step.first} comes first (found {found})")
            if reply.cards:
                shown = reply
        return replies

    def _priced(self, reply: Reply) -> None:
        """Cards state the price, title and stock that the records have."""
        for card in reply.cards:
            row = self.db.execute(
                "select v.price, v.stock, p.title, p.id from variants v"
                " join products p on p.id = v.product_id where v.id = ?",
                (card.variant_id,),
            ).fetchone()
            told = (card.product_id, card.price * 100, card.in_stock)
            held = (row["id"], row["price"], row["stock"] > 0) if row else None
            if told != held:
                self.verdict(False, f"card of {card.variant_id} says {told}, the record {held}")

    def _inside(self, step: Step, reply: Reply, shown: Reply | None) -> None:
        wanted = step.wanted
        assert wanted is not None
        if step.cheaper and shown is not None:
            dearest = max(card.price for card in shown.cards)
            wanted = wanted.but(high=min(wanted.high, float(dearest) - 0.01))
        fitting = [row for row in self.db.execute(OFFERS) if wanted.met_by(row)]
        pairs = {(row["product"], row["variant"]) for row in fitting}
        outside = [c for c in reply.cards if (c.product_id, c.variant_id) not in pairs]
        self.verdict(
            not outside,
            f"{len(reply.cards)} shown, {len(outside)} outside {_said(wanted)}",
        )
        if step.full:
            there = len({product for product, _ in pairs})
            if step.cheaper and there:
                # "Cheaper" may go below the cheapest as well as below the dearest of a list.
                ok = bool(reply.cards)
            else:
                ok = len(reply.cards) == min(PAGE, there)
            self.verdict(ok, f"{len(reply.cards)} shown of {there} that the records hold")

    def _about(self, step: Step, reply: Reply, shown: Reply | None) -> None:
        listed = shown.cards if shown else ()
        if not listed:
            self.verdict(False, "nothing was shown that could be asked about")
            return
        place = step.about if step.about <= len(listed) else 1
        meant = listed[place - 1].product_id
        about = {card.product_id for card in reply.cards}
        self.verdict(about == {meant}, f"the answer is about number {place}, {meant}: {about}")
        row = self.db.execute("select * from products where id = ?", (meant,)).fetchone()
        facts = json.loads(row["attributes"]) | {"material": row["material"]}
        if step.fact:
            name, held, said = step.fact
            record = str(facts.get(name, ""))
            self.verdict(
                held in record and said in reply.text,
                f"the answer says {said}, the record {name} {record}",
            )
        if step.names:
            held = str(facts.get(step.names, ""))
            self.verdict(bool(held) and held in reply.text, f"the answer states {held!r}")


def changed(path: Path) -> bytes:
    """A photo mirrored, cut at its edges and darkened: another file of the same thing."""
    with Image.open(path) as opened:
        image = ImageOps.mirror(opened.convert("RGB"))
    width, height = image.size
    image = image.crop(
        (int(0.06 * width), int(0.04 * height), int(0.95 * width), int(0.97 * height))
    )
    out = io.BytesIO()
    ImageEnhance.Brightness(image).enhance(0.85).save(out, "JPEG", quality=80)
    return out.getvalue()


def _said(wanted: Wanted) -> str:
    default = Wanted()
    return ", ".join(
        f"{name} {value}" for name, value in vars(wanted).items() if value != getattr(default, name)
    )


class Desk(Held):
    """Orders of the retail shop."""

    def everything(self) -> None:
        """All that is asked of orders, each with a customer of its own."""
        people = self.people()
        self.tracked_and_cancelled(people[0], by_name=False)
        self.tracked_and_cancelled(people[1], by_name=True)
        self.cancelled_in_chinese(people[2])
        self.refused(people[3])
        self.strangers(people[4], people[5])

    def people(self) -> list[sqlite3.Row]:
        """Customers with an order that may be cancelled and one that was delivered."""
        return self.db.execute(
            """
            select c.id, c.email, c.first_name || ' ' || c.last_name as name, a.postcode,
                   (select id from orders where customer_id = c.id and status = 'pending'
                    order by id limit 1) as pending,
                   (select id from orders where customer_id = c.id and status = 'delivered'
                    order by id limit 1) as delivered
            from customers c join addresses a on a.customer_id = c.id
            where pending is not null and delivered is not null order by c.id
            """
        ).fetchall()

    def snapshot(self, order_id: str) -> dict[str, list[tuple[Any, ...]]]:
        """Everything the database holds of one order."""
        tables = {"orders": "id", "payments": "order_id", "order_events": "order_id"}
        return {
            table: [
                tuple(row)
                for row in self.db.execute(
                    f"select * from {table} where {column} = ? order by id", (order_id,)
                )
            ]
            for table, column in tables.items()
        }

    def identify(self, person: sqlite3.Row, conversation: str, by_name: bool) -> Reply:
        """Say who one is, when asked after wanting to know where an order is."""
        asked = self.say(f"where is my order {person['pending']}?", conversation)
        self.verdict(person["pending"] not in _facts_of(asked), "a guest is told nothing of it")
        said = f"{person['name']}, zip {person['postcode']}" if by_name else str(person["email"])
        reply = self.say(said, conversation)
        row = self.db.execute(
            "select customer_id from conversations where id = ?", (conversation,)
        ).fetchone()
        self.verdict(row["customer_id"] == person["id"], f"identified as {person['id']}")
        self.verdict(person["pending"] in reply.text, "the order is told of")
        return reply

    def tracked_and_cancelled(self, person: sqlite3.Row, by_name: bool) -> None:
        """Where is it, cancel it, why, yes: the rows say so, and not before the yes."""
        conversation = uuid.uuid4().hex
        order = person["pending"]
        self.identify(person, conversation, by_name)
        before = self.snapshot(order)
        self.say(f"cancel order {order}", conversation)
        self.say("I no longer need it", conversation)
        self.verdict(self.snapshot(order) == before, "nothing is written before the yes")
        self.say("yes", conversation)
        self._is_cancelled(order)
        after = self.snapshot(order)
        self.say("yes", conversation)
        self.verdict(self.snapshot(order) == after, "a second yes writes nothing")

    def cancelled_in_chinese(self, person: sqlite3.Row) -> None:
        """The same, said in Chinese."""
        conversation = uuid.uuid4().hex
        for text in (f"取消订单 {person['pending']}", person["email"], "不再需要了", "确认"):
            self.say(text, conversation)
        self._is_cancelled(person["pending"])

    def _is_cancelled(self, order: str) -> None:
        row = self.db.execute("select * from orders where id = ?", (order,)).fetchone()
        self.verdict(
            (row["status"], row["cancel_reason"]) == ("cancelled", "no_longer_needed"),
            f"orders: {row['status']}, {row['cancel_reason']}",
        )
        paid, back = (
            self.db.execute(
                "select coalesce(sum(amount), 0), count(*) from payments"
                " where order_id = ? and kind = ?",
                (order, kind),
            ).fetchone()
            for kind in ("payment", "refund")
        )
        self.verdict(back[1] >= 1 and paid[0] == back[0], f"refund {back[0]} of {paid[0]} cents")
        events = self.db.execute(
            "select kind, turn_id from order_events where order_id = ? order by id", (order,)
        ).fetchall()
        own = [event for event in events if event["kind"] == "cancelled"]
        self.verdict(
            len(own) == 1 and own[0]["turn_id"] is not None,
            f"history: {[event['kind'] for event in events]}",
        )

    def refused(self, person: sqlite3.Row) -> None:
        """A delivered order is not cancelled: it can only go back, which takes a yes of its own."""
        conversation = uuid.uuid4().hex
        self.identify(person, conversation, by_name=False)
        before = self.snapshot(person["delivered"])
        for text in (f"cancel order {person['delivered']}", "no longer needed", "no"):
            self.say(text, conversation)
            self.verdict(self.snapshot(person["delivered"]) == before, "a delivered order stays")

    def strangers(self, person: sqlite3.Row, other: sqlite3.Row) -> None:
        """Another customer's order looks like one that does not exist."""
        missing = "#W0000000"
        asks = ("where is order {}?", "cancel order {}", "查一下订单 {}")
        before = self.snapshot(other["pending"])
        for ask in asks:
            shapes = []
            for order in (other["pending"], missing):
                conversation = uuid.uuid4().hex
                self.identify(person, conversation, by_name=False)
                reply = self.say(ask.format(order), conversation)
                shapes.append(json.dumps(_shape(reply)).replace(order, "#"))
            self.verdict(shapes[0] == shapes[1], f"no difference in {ask!r}")
        self.verdict(self.snapshot(other["pending"]) == before, "the stranger's order stays")


def _shape(reply: Reply) -> list[Any]:
    """All of a reply that a shopper can see or count."""
    offers = [(offer.label, offer.text) for offer in reply.suggestions]
    return [reply.text, len(reply.cards), offers, len(reply.citations), reply.handoff is not None]


def _facts_of(reply: Reply) -> str:
    return reply.text + "".join(card.title for card in reply.cards)
