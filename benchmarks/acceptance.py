"""Real catalogues imported as a shop owner does it, and talked to as a shopper does.

    python -m benchmarks.acceptance --data DIR [--only icecat magento retail] [--shops DIR]

Each catalogue below DIR (icecat/products.jsonl, magento/, tau_retail/db.json) is imported with
`aisle import` into a fresh shop, or the shops `DIR/icecat`, `DIR/magento` and `DIR/retail` are
copied from --shops. Then dialogues are held with the assistant of the chat. Every turn is checked
against the rows of the shop's database, read with SQL of this module's own: each shown product
inside each stated limit, none left out that would have fitted on the page, orders and refunds
written or not written. Wording is not checked. The exit status is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.acceptance_checks import Desk, Step, Talk, Wanted

BLUE = ("blue", "navy")
SIXTEEN = Wanted(kinds=("Notebook",), not_brand="Acer", high=800, numbers={"memory": (16, 16)})
MONITORS = Wanted(kinds=("Monitor",), high=400, numbers={"screen size": (27, 27)})
TANKS = Wanted(kinds=("Tanks",), colors=BLUE, audience="women", high=40)
KEYBOARDS = Wanted(kinds=("Keyboard",), colors=("black",), high=200)

ICECAT = (
    (
        Step("laptops under 800 with 16 GB of memory, not Acer", SIXTEEN),
        Step("the second one, does it have an SSD?", about=2, fact=("storage type", "SSD", "SSD")),
        Step("cheaper", SIXTEEN, cheaper=True),
    ),
    (
        Step("800以下、16GB内存的笔记本电脑，不要宏碁", SIXTEEN),
        Step("第二个有固态硬盘吗？", about=2, fact=("storage type", "SSD", "固态硬盘")),
        Step("便宜一点的", SIXTEEN, cheaper=True),
    ),
    (
        Step("notebooks between 900 and 1500 with at least 16 GB of memory, not Acer",
             Wanted(kinds=("Notebook",), not_brand="Acer", low=900, high=1500,
                    numbers={"memory": (16, 10_000)})),
        Step("the second one, how much memory does it have?", about=2,
             fact=("memory", "16", "16 GB")),
        Step("only HP",
             Wanted(kinds=("Notebook",), brand="HP", low=900, high=1500,
                    numbers={"memory": (16, 10_000)})),
    ),
    (
        Step("27 inch monitors under 400", MONITORS),
        Step("the first one, what resolution does it have?", about=1, names="display resolution"),
        Step("not Samsung", MONITORS.but(not_brand="Samsung")),
        Step("cheaper", MONITORS.but(not_brand="Samsung"), cheaper=True),
    ),
    (
        Step("有没有200以下的黑色键盘", KEYBOARDS),
        Step("不要罗技", KEYBOARDS.but(not_brand="Logitech")),
        Step("便宜点的", KEYBOARDS.but(not_brand="Logitech"), cheaper=True),
    ),
)  # fmt: skip

JACKET = "mj01-yellow_main.jpg"
MAGENTO = (
    (
        Step("blue women's tank top under 40", TANKS),
        Step("the second one, what is it made of?", about=2, names="material"),
        Step("cheaper", TANKS, cheaper=True),
    ),
    (
        Step("40以下的蓝色女士背心", TANKS),
        Step("便宜一点的", TANKS, cheaper=True),
    ),
    (
        Step("red men's shorts under 50, not nylon",
             Wanted(kinds=("Shorts",), colors=("red",), audience="men", not_material="nylon",
                    high=50)),
    ),
    (
        Step("", photo=JACKET, like="Jackets", first="MJ01"),
        Step("in blue", Wanted(colors=BLUE), full=False),
    ),
    (
        Step("like this in blue under 60", Wanted(colors=BLUE, high=60), photo=JACKET),
        Step("cheaper", Wanted(colors=BLUE, high=60), cheaper=True),
    ),
    (
        Step("有类似的蓝色的吗，60以下", Wanted(colors=BLUE, high=60), photo=JACKET),
        Step("不要连帽衫", full=False),
    ),
    (
        Step("jackets like this under 60, not red",
             Wanted(kinds=("Jackets",), not_colors=("red",), high=60), photo=JACKET),
    ),
)  # fmt: skip
"""Dialogues with the shop of clothes; photos are names in its folder of pictures."""


def run_import(sources: list[Path], shop: Path, images: Path | None = None) -> float:
    """`aisle import` in a process of its own; prints what it took and gives the seconds."""
    command = [str(Path(sys.executable).parent / "aisle"), "import", *map(str, sources)]
    command += ["--shop", str(shop), "--json"]
    command += ["--images", str(images)] if images else []
    started, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=False, capture_output=True)
    took = time.monotonic() - started
    if done.returncode:
        raise SystemExit(done.stderr.decode("utf-8", "replace"))
    report = json.loads(done.stdout)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(
        f"  {took:.1f} s, {busy:.1f} s of CPU; added {report['added']}; refused {report['refused']}"
    )
    return took


def products(shop: Path, dialogues: tuple[tuple[Step, ...], ...], photos: Path | None) -> Talk:
    """Hold dialogues about products and print them with their verdicts."""
    talk = Talk(shop, photos)
    try:
        for dialogue in dialogues:
            talk.dialogue(dialogue)
    finally:
        talk.close()
    return talk


def jackets(shop: Path, photos: Path) -> Talk:
    """Every jacket's first photo, mirrored, cut and darkened: is it found, are its like?"""
    talk = Talk(shop, photos, quiet=True)
    own = like = shown = asked = 0
    try:
        for product_id in talk.rows("Jackets"):
            found = sorted(photos.glob(f"{product_id.lower()}-*_main.jpg"))
            if not found:
                continue
            reply = talk.dialogue((Step("", photo=found[0].name),))[0]
            asked += 1
            own += bool(reply.cards) and reply.cards[0].product_id == product_id
            like += sum(talk.is_kind(card.product_id, "Jackets") for card in reply.cards)
            shown += len(reply.cards)
        talk.verdict(own >= 0.8 * asked, f"{own} of {asked} jackets come first by their own photo")
        talk.verdict(2 * like >= shown, f"{like} of {shown} products shown are jackets")
    finally:
        talk.close()
    return talk


def retail(shop: Path, _: Path | None = None) -> Desk:
    """Identify, track, cancel; refusals; what another customer's order looks like."""
    desk = Desk(shop)
    try:
        desk.everything()
    finally:
        desk.close()
    return desk


def parts(data: Path) -> Iterator[tuple[str, list[Path], Callable[[Path], list[Talk | Desk]]]]:
    """Name, what is imported, and what is then held in the shop."""
    photos = data / "magento" / "images"
    yield (
        "icecat",
        [data / "icecat" / "products.jsonl"],
        lambda shop: [products(shop, ICECAT, None)],
    )
    yield (
        "magento",
        [data / "magento"],
        lambda shop: [products(shop, MAGENTO, photos), jackets(shop, photos)],
    )
    yield "retail", [data / "tau_retail" / "db.json"], lambda shop: [retail(shop)]


def main() -> int:
    """Import, talk, count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shops", type=Path, help="folder of shops imported before")
    parser.add_argument("--only", nargs="+", default=["icecat", "magento", "retail"])
    arguments = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, sources, held in parts(arguments.data):
            if name not in arguments.only:
                continue
            shop = Path(folder) / name
            print(f"== {name}", flush=True)
            if arguments.shops:
                shutil.copytree(arguments.shops / name, shop)
            else:
                run_import(sources, shop)
            for talk in held(shop):
                passed, failed = passed + talk.passed, failed + talk.failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
