"""A folder of everything that can be wrong with a catalogue, through the command line."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HEAD = "id,title,price,image\n"
NESTED = '{"a":' * 50 + "1" + "}" * 50
LONG = 50_000_000


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG of this size with whatever data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        body = kind + body
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fault in files of its own; the ids of good rows begin with "good"."""
    folder = tmp_path_factory.mktemp("zoo")
    pictures = folder / "pictures"
    (pictures / "folder.jpg").mkdir(parents=True)
    out = io.BytesIO()
    Image.new("RGB", (600, 400), (10, 90, 200)).save(out, "JPEG")
    (pictures / "good.jpg").write_bytes(out.getvalue())
    (pictures / "cut.jpg").write_bytes(out.getvalue()[:900])
    (pictures / "text.jpg").write_text("no picture")
    (pictures / "bomb.png").write_bytes(png(20_000, 20_000, zlib.compress(b"\0" * 10_000_000)))
    (folder / "pictures.csv").write_text(
        HEAD + "good1,One,5,good.jpg\ngood2,Two,5,cut.jpg\ngood3,Three,5,text.jpg\n"
        "good4,Four,5,bomb.png\ngood5,Five,5,folder.jpg\ngood6,Six,5,../secret.jpg\n"
        "good7,Seven,5,none.jpg\n"
    )
    (folder / "prices.csv").write_text(
        HEAD + "a,A,-3,\nb,B,1e400,\nc,C,99999999999999,\nd,D,,\ngood8,Eight,5,\n"
        "good8,Again,6,\n,No id,5,\ne,,5,\n"
    )
    (folder / "bytes.csv").write_bytes(
        HEAD.encode() + b'f,"never closed,2,\ngood9,Nine,3,\ng,P\xff\xfe,3,\n\0\0\ngood10,Ten,4,\n'
        b'h,"stray" quote,4,\n'
    )
    (folder / "values.jsonl").write_text(
        '{"id": "i", "title": "I", "price": NaN}\n{"id": "j", "title": "J", "price": -Infinity}\n'
        + "[" * 100_000
        + f'\n{{"id": "k", "title": "K", "price": 1, "attributes": {NESTED}}}\nnull\n'
        '{"id": "good11", "title": "Eleven", "price": 1}\n{"id": "l", "title": "L"}\n'
    )
    with (folder / "long.jsonl").open("w") as lines:
        lines.write('{"id": "good12", "title": "Twelve", "price": 1}\n{"id": "m", "title": "')
        lines.write("x" * LONG + '", "price": 1}\n')
        lines.write('{"id": "good13", "title": "Thirteen", "price": 1}\n')
    with (folder / "long.csv").open("w") as lines:
        lines.write(HEAD + "n," + "x" * LONG + ",1,\ngood14,Fourteen,1,\n")
    (folder / "broken.jsonl").write_bytes(
        b'{"id": "good15", "title": "Fifteen", "price": 1}\n{"id": "o", "title": "\xff"}\n'
    )
    (folder / "empty.csv").write_text("")
    (folder / "products.csv").write_text("id,titel,price\np,P,1\n")
    (folder / "wide.csv").write_bytes("id,title,price\nq,Q,nothing\n".encode("utf-16"))
    (folder / "nested.json").write_text('{"products": ' + "[" * 100_000)
    (folder / "number.json").write_text(
        '{"products": {"p": {"price": NaN}}, "users": {}, "orders": {}}'
    )
    (folder / "readme.txt").write_text("not a feed")
    return folder


def run(shop: Path, *sources: Path) -> tuple[int, str, str, int]:
    """`aisle import`: exit status, standard output, errors, peak memory in MiB."""
    command = [str(Path(sys.executable).parent / "aisle"), "import", *map(str, sources)]
    out, err = shop.parent / "out.txt", shop.parent / "err.txt"
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(
            [*command, "--shop", str(shop), "--json", "--images", str(sources[0] / "pictures")],
            cwd=ROOT,
            stdout=stdout,
            stderr=stderr,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, out.read_text(), err.read_text(), used.ru_maxrss // 1024


EXPECTED = {
    ("pictures.csv", 3, "image", "broken"),
    ("pictures.csv", 4, "image", "not a picture"),
    ("pictures.csv", 5, "image", "pixels"),
    ("pictures.csv", 6, "image", "cannot be read"),
    ("pictures.csv", 7, "image", "leaves the images folder"),
    ("pictures.csv", 8, "image", "no such"),
    ("prices.csv", 2, "price", "negative"),
    ("prices.csv", 3, "price", "not a number"),
    ("prices.csv", 4, "price", "too large"),
    ("prices.csv", 5, "price", "no price"),
    ("prices.csv", 7, "id", "line 6 already"),
    ("prices.csv", 8, "id", "empty"),
    ("prices.csv", 9, "title", "empty"),
    ("bytes.csv", 2, "title", "never closed"),
    ("bytes.csv", 4, "title", "broken UTF-8"),
    ("bytes.csv", 5, "", "1 cells under 4 columns"),
    ("bytes.csv", 7, "", "not a CSV row"),
    ("values.jsonl", 1, "price", "NaN is not a JSON number"),
    ("values.jsonl", 2, "price", "-Infinity is not a JSON number"),
    ("values.jsonl", 3, "", "nested too deep"),
    ("values.jsonl", 4, "", "nested too deep"),
    ("values.jsonl", 5, "", "not a JSON object"),
    ("values.jsonl", 7, "price", "no price"),
    ("long.jsonl", 2, "title", "longer than 1024 KiB"),
    ("long.csv", 2, "title", "longer than 1024 KiB"),
    ("broken.jsonl", 2, "title", "broken UTF-8"),
    ("empty.csv", None, "", "empty"),
    ("products.csv", None, "title", "lacks 'title' (nearest column: 'titel')"),
    ("wide.csv", 2, "price", "not a number"),
    ("nested.json", None, "", "not valid JSON"),
    ("number.json", None, "price", "NaN is not a JSON number"),
}


def test_each_fault_is_named_and_every_good_row_is_taken(zoo: Path, tmp_path: Path) -> None:
    status, out, err, peak = run(tmp_path / "shop", zoo)
    assert "Traceback" not in err
    report = json.loads(out)
    found = [(Path(r["file"]).name, r["line"], r["field"], r["reason"]) for r in report["refusals"]]
    missed = [
        want
        for want in EXPECTED
        if not any(want[:3] == one[:3] and want[3] in one[3] for one in found)
    ]
    assert not missed, (missed, found)
    assert len(found) == len(EXPECTED), found
    assert all(refusal["hint"] for refusal in report["refusals"])
    # Whole files were refused, which a script that runs this has to learn.
    assert status == 1
    notes = " ".join(note["text"] for note in report["notes"])
    assert "1 .txt" in notes
    with sqlite3.connect(tmp_path / "shop/shop.db") as db:
        ids = {row[0] for row in db.execute("select id from products")}
        assert ids == {f"good{number}" for number in range(1, 16)}
        assert db.execute("select count(*) from variants").fetchone() == (15,)
        assert db.execute("select count(*) from media").fetchone() == (1,)
    assert len(list((tmp_path / "shop/images").iterdir())) == 1
    # The models that index the good rows are most of this; the files themselves are 100 MB.
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "products.csv").write_text(HEAD + "good1,One,5,\n")
    status, _, _, usual = run(tmp_path / "other", clean)
    assert status == 0
    assert peak < usual + 80


def test_a_folder_of_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    status, out, err, _ = run(tmp_path / "shop", tmp_path / "feeds")
    assert status == 1
    assert "no file to import" in json.loads(out)["notes"][0]["text"]
    assert "Traceback" not in err


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    feed = tmp_path / "products.csv"
    feed.write_text(HEAD)
    feed.chmod(0)
    status, out, err, _ = run(tmp_path / "shop", feed)
    assert status == 1
    (refusal,) = json.loads(out)["refusals"]
    assert "cannot be read" in refusal["reason"]
    assert "Traceback" not in err
