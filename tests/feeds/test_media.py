"""Pictures: good ones made small and stored once, bad ones refused, nothing outside the folder."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from db.models import Media, Product
from knowledge.media import LONGEST_SIDE, ImageRefused, ImageStore, shrink
from tests.feeds.conftest import Shop


def picture(size: tuple[int, int] = (900, 600), form: str = "JPEG", mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, (200, 30, 30) if mode == "RGB" else (200, 30, 30, 90)).save(out, form)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    (tmp_path / "photos").mkdir()
    return ImageStore(tmp_path / "photos", tmp_path / "shop")


def test_a_photo_is_stored_small(tmp_path: Path, store: ImageStore) -> None:
    (tmp_path / "photos/a.jpg").write_bytes(picture())
    stored = store.take("a.jpg")
    with Image.open(tmp_path / "shop" / stored) as small:
        assert small.format == "JPEG"
        assert small.size == (LONGEST_SIDE, 341)


def test_a_see_through_picture_stays_see_through(tmp_path: Path, store: ImageStore) -> None:
    (tmp_path / "photos/a.png").write_bytes(picture(form="PNG", mode="RGBA"))
    with Image.open(tmp_path / "shop" / store.take("a.png")) as small:
        assert (small.format, small.mode) == ("PNG", "RGBA")


def test_metadata_is_left_behind_and_the_turn_is_applied() -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret")
    data, ending = shrink(out.getvalue())
    assert ending == "jpg"
    assert b"taken at home" not in data
    assert b"secret" not in data
    with Image.open(BytesIO(data)) as upright:
        assert upright.size == (20, 40)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a picture"),
        (b"#!/bin/sh\necho hello", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (picture()[:2000], "broken"),
        (picture(form="PNG")[:-40], "broken"),
        (png_header(30_000, 30_000), "pixels"),
        (png_header(8_000, 8_000), "pixels"),
        (png_header(500, 500), "broken"),
        (picture(form="TIFF"), "not a picture"),
    ],
)
def test_bad_pictures_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ImageRefused) as refusal:
        shrink(data)
    assert reason in refusal.value.reason
    assert refusal.value.hint


@pytest.mark.parametrize(
    "name",
    ["../secret.jpg", "/etc/passwd", "a/../../secret.jpg", "link.jpg", "sub/out/secret.jpg",
     "https://example.com/a.jpg", "file:///etc/passwd", "none.jpg", "", ".", "sub", "a\0b",
     "x" * 5000],
)  # fmt: skip
def test_nothing_outside_the_folder_is_read(tmp_path: Path, store: ImageStore, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(picture())
    (tmp_path / "photos/link.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "photos/sub").mkdir()
    (tmp_path / "photos/sub/out").symlink_to(tmp_path)
    with pytest.raises(ImageRefused):
        store.take(name)
    assert not (tmp_path / "shop/images").exists()


def test_one_picture_under_two_names_is_stored_once(tmp_path: Path, store: ImageStore) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "photos" / name).write_bytes(picture())
    assert store.take("a.jpg") == store.take("b.jpg")
    assert len(list((tmp_path / "shop/images").iterdir())) == 1


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=30))
def test_damaged_pictures_are_taken_or_refused(place: int, junk: bytes) -> None:
    for form in ("JPEG", "PNG", "GIF", "WEBP", "BMP"):
        data = picture((60, 40), form)
        spot = place % len(data)
        damaged = data[:spot] + junk + data[spot + len(junk) :]
        try:
            small, _ = shrink(damaged)
        except ImageRefused:
            continue
        with Image.open(BytesIO(small)) as image:
            assert max(image.size) <= LONGEST_SIDE


def test_a_product_is_imported_without_its_bad_picture(shop: Shop) -> None:
    shop.write("pics/good.jpg", picture())
    shop.write("pics/bad.jpg", b"not a picture")
    feed = shop.write(
        "products.csv",
        "id,title,price,image,variant_of,color\n"
        "m,Mug,,good.jpg,,\nm-r,Mug,5,good.jpg|bad.jpg,m,Red\n",
    )
    report = shop.take(feed, images=shop.feeds / "pics")
    (refusal,) = report.refusals
    assert (refusal.kind, refusal.record, refusal.field, refusal.line) == ("image", "m", "image", 2)
    assert "bad.jpg" in refusal.reason
    with shop.session() as session:
        assert session.get_one(Product, "m").variants[0].color == "red"
        media = session.scalars(select(Media).order_by(Media.position)).all()
        assert [m.variant_id for m in media] == [None, "m-r"]
        assert all((shop.folder / m.path).is_file() for m in media)
    assert report.added["image"] == 2
    again = shop.take(feed, images=shop.feeds / "pics")
    assert (again.added["image"], again.updated["image"]) == (0, 2)
    with shop.session() as session:
        assert len(session.scalars(select(Media)).all()) == 2
