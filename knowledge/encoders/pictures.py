"""Decoding pictures nobody vouches for: limits on bytes, pixels and formats, rotation."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from knowledge.errors import PictureRefused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000


def decode(data: bytes, *, at_least: int | None = None) -> Image.Image:
    """The picture as RGB, upright, on white where it was transparent; the first frame of many.

    Args:
        data: bytes of a JPEG, PNG, WebP, GIF or BMP file.
        at_least: the caller needs no more than this many pixels a side; JPEGs then decode faster.

    Raises:
        PictureRefused: not such a file, damaged, over 20 MB or over 50 million pixels.
    """
    if len(data) > MAX_BYTES:
        raise PictureRefused(
            f"the picture has {len(data) / 1e6:.0f} MB; send one under {MAX_BYTES // 2**20} MB"
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of very large pictures and of odd metadata; the limit below decides.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise PictureRefused(
                        f"the picture is {width} x {height} pixels; send a smaller one"
                    )
                if at_least is not None:
                    picture.draft("RGB", (at_least, at_least))
                upright = ImageOps.exif_transpose(picture)
                return _on_white(upright)
    except PictureRefused:
        raise
    except Exception as error:
        raise PictureRefused(
            "the file is not a picture that can be read; send a JPEG, PNG, WebP, GIF or BMP"
        ) from error


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")
