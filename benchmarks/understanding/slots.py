"""Slot filling on hand-checked utterances: micro F1 of the development and the test half.

    python benchmarks/understanding/slots.py [--half dev|test] [--quiet]

Rules may be shaped by the errors of the development half only; the half of a line stands in it and
never changes (a new line goes to the test half where the CRC-32 of its text is odd, unless its
errors have been looked at: then to the development half). The
shop the utterances speak of stands in data/slots_shop.jsonl; "today" is Monday 2026-11-23. Every
slot that is filled counts, whether or not it was expected; `query`, `wish`, `topic` and
spans are not scored.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import time
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assistant.understanding.slots import SlotReader
from assistant.understanding.types import AttributeLimit, Slots
from db.models import Base, Product, Variant
from knowledge.vocabulary import Vocabulary, build_vocabulary

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 23)
_UNSCORED = frozenset({"query", "wish", "topic", "spans"})


def shop_vocabulary() -> Vocabulary:
    """The vocabulary of the benchmark's own little shop, built as any shop's is."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for number, line in enumerate((DATA / "slots_shop.jsonl").read_text("utf-8").splitlines()):
            session.add(_product(f"P{number}", json.loads(line)))
        session.flush()
        vocabulary = build_vocabulary(session)
    engine.dispose()
    return vocabulary


def _product(id_: str, row: dict[str, Any]) -> Product:
    variants = [
        Variant(id=f"{id_}-{c}-{s}", color=c, size=s, price=Decimal(50), stock=3)
        for c in row["colors"] or [""]
        for s in row["sizes"] or [""]
    ]
    return Product(
        id=id_,
        title=row["title"],
        brand=row["brand"],
        category=row["category"],
        category_path=" / ".join(row["path"]),
        category_zh=row["category_zh"],
        audience=row["audience"],
        material=row["material"],
        price=Decimal(50),
        currency="USD",
        attributes={
            name: {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
            for name, value in row["attributes"].items()
        },
        attribute_units=row["units"],
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
        variants=variants,
    )


def _shown(value: Any) -> str:
    if isinstance(value, AttributeLimit):
        amount = f"{value.value:g}" if isinstance(value.value, float) else value.value
        return f"{value.name} {value.operator} {amount} {value.unit}".strip()
    return str(value)


def filled(slots: Slots) -> set[tuple[str, str]]:
    """(slot, value) pairs of everything filled, lists one pair a value."""
    pairs = set()
    for field in dataclasses.fields(slots):
        value = getattr(slots, field.name)
        if field.name in _UNSCORED or value is None or value is False:
            continue
        for item in value if isinstance(value, tuple) else (value,):
            pairs.add((field.name, _shown(item)))
    return pairs


def expected(slots: dict[str, Any]) -> set[tuple[str, str]]:
    """The same pairs of a hand-checked line."""
    return {
        (name, str(item))
        for name, value in slots.items()
        for item in (value if isinstance(value, list) else [value])
    }


def main() -> None:
    """Print every error, then F1 per half and language, the weakest slots and the speed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--half", choices=["dev", "test"])
    parser.add_argument("--quiet", action="store_true", help="no list of errors")
    args = parser.parse_args()
    reader = SlotReader(shop_vocabulary(), "USD", lambda: TODAY)
    counts: dict[tuple[str, str], Counter[str]] = {}
    by_slot: dict[str, Counter[str]] = {}
    times = []
    for line in (DATA / "slots.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if args.half and case["half"] != args.half:
            continue
        reader.read(case["text"], case["language"])
        start = time.perf_counter()
        slots = reader.read(case["text"], case["language"])
        times.append(time.perf_counter() - start)
        want, got = expected(case["slots"]), filled(slots)
        exact = Counter(hit=len(want & got), missed=len(want - got), wrong=len(got - want))
        exact.update(all=1, right=int(want == got))
        counts.setdefault((case["half"], case["language"]), Counter()).update(exact)
        for kind, pairs in (("hit", want & got), ("missed", want - got), ("wrong", got - want)):
            for name, _ in pairs:
                by_slot.setdefault(name, Counter())[kind] += 1
        if want != got and not args.quiet:
            print(f"[{case['half']}] {case['text']}")
            for sign, pairs in (("-", want - got), ("+", got - want)):
                for name, value in sorted(pairs):
                    print(f"    {sign} {name} = {value}")
    print("half  language  utterances  all right  F1")
    for half in ("dev", "test"):
        for language in ("en", "zh", "both"):
            total: Counter[str] = Counter()
            for (of_half, of_language), count in counts.items():
                if of_half == half and language in (of_language, "both"):
                    total += count
            if total["all"]:
                print(
                    f"{half:5} {language:9} {total['all']:9}  {total['right'] / total['all']:9.3f}"
                    f"  {_f1(total):.3f}"
                )
    weakest = sorted(by_slot.items(), key=lambda item: _f1(item[1]))[:8]
    print("weakest:", ", ".join(f"{name} {_f1(count):.2f}" for name, count in weakest))
    print(f"median {statistics.median(times) * 1e3:.2f} ms, worst {max(times) * 1e3:.2f} ms")


def _f1(count: Counter[str]) -> float:
    return 2 * count["hit"] / max(1, 2 * count["hit"] + count["missed"] + count["wrong"])


if __name__ == "__main__":
    main()
