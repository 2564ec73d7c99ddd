"""Dialogues on the real catalogues: what is shown and written, held against the rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.acceptance import ICECAT, JACKET, MAGENTO
from benchmarks.acceptance_checks import Desk, Step, Talk, Wanted, changed
from tests.real.conftest import AISLE, ROOT, aisle_import


@pytest.fixture(scope="module")
def electronics(icecat: Path) -> Iterator[Talk]:
    talk = Talk(icecat)
    yield talk
    talk.close()


@pytest.fixture(scope="module")
def clothes(magento: Path, photos: Path) -> Iterator[Talk]:
    talk = Talk(magento, photos)
    yield talk
    talk.close()


@pytest.fixture
def desk(retail: Path) -> Iterator[Desk]:
    desk = Desk(retail)
    yield desk
    desk.close()


def held(talk: Talk, steps: tuple[Step, ...]) -> list[str]:
    """What failed of a dialogue, which has at least one check."""
    before, talk.failures = talk.passed, []
    talk.dialogue(steps)
    assert talk.passed > before or talk.failures
    return talk.failures


@pytest.mark.parametrize("steps", ICECAT, ids=lambda steps: steps[0].say[:30])
def test_electronics(electronics: Talk, steps: tuple[Step, ...]) -> None:
    assert held(electronics, steps) == []


@pytest.mark.parametrize("steps", MAGENTO, ids=lambda steps: steps[0].say[:30] or "photo")
def test_clothes(clothes: Talk, steps: tuple[Step, ...]) -> None:
    assert held(clothes, steps) == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(kinds=("Jackets",), high=40),
        Wanted(kinds=("Tanks",), high=30),
        Wanted(kinds=("Tanks",), colors=("red",)),
        Wanted(kinds=("Tanks",), audience="men"),
        Wanted(kinds=("Tanks",), not_material="nylon"),
    ],
)
def test_the_checks_see_what_is_outside(clothes: Talk, wanted: Wanted) -> None:
    assert held(clothes, (Step("blue women's tank top under 40", wanted),)) != []


@pytest.mark.parametrize("way", ["option", "command"])
def test_a_photo_through_the_command_line(
    magento: Path, photos: Path, tmp_path: Path, way: str
) -> None:
    shop = Path(shutil.copytree(magento, tmp_path / "shop"))
    reply = plain(shop, photo_of(photos, tmp_path), "jackets like this under 60", way)
    assert reply["cards"][0]["product_id"] == "MJ01"
    with sqlite3.connect(shop / "shop.db") as db:
        for card in reply["cards"]:
            path, price = db.execute(
                "select p.category_path, v.price from products p join variants v"
                " on v.product_id = p.id where v.id = ?",
                (card["variant_id"],),
            ).fetchone()
            assert "Jackets" in path
            assert price <= 6000
            assert (shop / card["image_path"]).is_file()


def test_a_photo_that_cannot_be_compared_is_not_said_to_be(
    clothes: Talk, magento: Path, photos: Path, tmp_path: Path
) -> None:
    """A second chat on one shop searches by words alone."""
    assert clothes.assistant.shop.knowledge.index.owned
    used = clothes.dialogue((Step("jackets like this under 60", photo=JACKET),))[0]
    told = plain(magento, photo_of(photos, tmp_path), "jackets like this under 60", "option")
    assert told["cards"]
    assert told["text"] != used.text
    alone = plain(magento, photo_of(photos, tmp_path), "", "command")
    assert alone["cards"] == []
    assert alone["text"] not in (used.text, told["text"])


def photo_of(photos: Path, folder: Path) -> Path:
    """A shopper's photo of a jacket."""
    photo = folder / "mine.jpg"
    photo.write_bytes(changed(photos / JACKET))
    return photo


def plain(shop: Path, photo: Path, words: str, way: str) -> dict[str, Any]:
    """The first reply of the plain chat to a photo with words, given by option or by command."""
    command = [sys.executable, "run_chat.py", "--shop", str(shop), "--plain", "--json"]
    command += ["--image", str(photo)] if way == "option" else []
    said = f"{words}\n" if way == "option" else f"/image {photo} {words}\n\n"
    done = subprocess.run(command, cwd=ROOT, input=said, capture_output=True, text=True, check=True)
    replies: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    return next(reply for reply in replies if reply["intent"] != "command")


@pytest.mark.parametrize("by_name", [False, True])
def test_an_order_is_tracked_and_cancelled(desk: Desk, by_name: bool) -> None:
    desk.tracked_and_cancelled(desk.people()[int(by_name)], by_name)
    assert (desk.failures, desk.passed) == ([], 8)


def test_an_order_is_cancelled_in_chinese(desk: Desk) -> None:
    desk.cancelled_in_chinese(desk.people()[2])
    assert (desk.failures, desk.passed) == ([], 3)


def test_a_delivered_order_stays(desk: Desk) -> None:
    desk.refused(desk.people()[3])
    assert desk.failures == []


def test_the_order_of_another_is_like_none(desk: Desk) -> None:
    people = desk.people()
    desk.strangers(people[4], people[5])
    assert desk.failures == []


def test_nothing_of_the_clothes_is_dropped_in_silence(magento: Path) -> None:
    """What no reader takes stands in the report, as do rows and parts that were left out."""
    report = json.loads((magento / "import-report.json").read_text(encoding="utf-8"))
    notes = {Path(note["file"]).name: note["text"] for note in report["notes"]}
    assert "shipping_rates.csv" in notes
    assert {(r["kind"], r["record"]) for r in report["refusals"] if r["kind"] == "product"} == {
        ("product", "24-WG080"),
        ("product", "24-WG085_Group"),
    }
    every = [r for r in report["refusals"] if r["kind"] == "review"]
    assert report["added"]["review"] + len(every) == 500
    assert all(r["file"] and r["line"] and r["field"] and r["reason"] for r in report["refusals"])


def test_an_import_killed_at_any_time_is_completed_by_the_next(
    icecat: Path, tmp_path: Path
) -> None:
    """kill -9 while the records are read and written, and while they are indexed."""
    source, shop = tmp_path / "products.jsonl", tmp_path / "shop"
    lines = (icecat.parent / "products.jsonl").read_text(encoding="utf-8").splitlines()[:200]
    source.write_text("\n".join(lines), encoding="utf-8")
    for told in (b"products.jsonl", b"Indexing products"):
        process = subprocess.Popen(
            [str(AISLE), "import", str(source), "--shop", str(shop)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        heard = b""
        while told not in heard and (byte := process.stderr.read(1)):
            heard += byte
        process.kill()
        process.communicate()
        assert process.returncode == -9
        with sqlite3.connect(shop / "shop.db") as db:
            assert db.execute("select count(*) from products").fetchone()[0] in (0, len(lines))
    done = aisle_import(shop, source)
    assert done.returncode == 0, done.stderr[-2000:]
    with sqlite3.connect(shop / "shop.db") as db:
        for table in ("products", "variants"):
            assert db.execute(f"select count(*) from {table}").fetchone() == (len(lines),)
        assert db.execute("select count(*) from outbox").fetchone() == (0,)
    talk = Talk(shop)
    try:
        assert talk.assistant.shop.knowledge.index.health()[0]
        assert talk.say("show me notebooks", "after").cards
    finally:
        talk.close()
