"""Pictures of the demo shop's products, drawn from what their records say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from knowledge.demo.catalogue import DemoProduct, Swatch
from knowledge.demo.pictures import (
    bedroom,
    clothes,
    devices,
    garden,
    home,
    kitchen,
    leisure,
    toys,
    wear,
)
from knowledge.demo.pictures.canvas import PALETTE, Pen

KINDS: dict[str, Callable[[Pen], None]] = {
    **clothes.KINDS,
    **wear.KINDS,
    **devices.KINDS,
    **kitchen.KINDS,
    **home.KINDS,
    **bedroom.KINDS,
    **garden.KINDS,
    **toys.KINDS,
    **leisure.KINDS,
}
JPEG_QUALITY = 84


def draw(product: DemoProduct, swatch: Swatch) -> Image.Image:
    """The product in one of its colours, RGB, 384 x 384; the same on every call.

    Raises:
        KeyError: the catalogue names a kind or a colour that nothing draws.
    """
    pen = Pen(
        product.record.id,
        PALETTE[swatch.name],
        PALETTE[swatch.accent] if swatch.accent else None,
        product.look,
        product.record.attributes,
    )
    KINDS[product.kind](pen)
    return pen.finish()


def write(product: DemoProduct, folder: Path) -> int:
    """Draw what is missing of the product's pictures below the shop folder; how many were drawn."""
    drawn = 0
    for swatch in product.swatches:
        path = folder / swatch.path
        if path.exists():
            continue
        buffer = BytesIO()
        draw(product, swatch).save(buffer, "JPEG", quality=JPEG_QUALITY)
        part = path.with_suffix(".part")
        part.write_bytes(buffer.getvalue())
        part.replace(path)
        drawn += 1
    return drawn


def write_all(products: Iterable[DemoProduct], folder: Path) -> int:
    """`write` for each of `products`; makes the images folder."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    return sum(write(product, folder) for product in products)
