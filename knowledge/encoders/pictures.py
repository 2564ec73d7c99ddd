"""Decoding pictures nobody vouches for: limits on bytes, pixels and formats, rotation."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

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
            "bytes",
            f"the picture has {len(data) / 1e6:.0f} MB; send one under {MAX_BYTES // 2**20} MB",
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of very large pictures and of odd metadata; the limit below decides.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise PictureRefused(
                        "pixels", f"the picture is {width} x {height} pixels; send a smaller one"
                    )
                if at_least is not None:
                    picture.draft("RGB", (at_least, at_least))
                upright = ImageOps.exif_transpose(picture)
                return on_white(upright)
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(
            "pixels", "the picture has far too many pixels; send a smaller one"
        ) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(
            "format",
            "the file is not a picture that can be read; send a JPEG, PNG, WebP, GIF or BMP",
        ) from error
    except Exception as error:
        # Pillow's decoders raise almost anything on files that were cut off or tampered with.
        raise PictureRefused(
            "broken", "the picture is cut off or damaged; take or export it again"
        ) from error


def small_jpeg(data: bytes, side: int) -> bytes:
    """The picture at most `side` pixels a side as a JPEG without metadata.

    Raises:
        PictureRefused: as `decode`.
    """
    picture = decode(data, at_least=2 * side)
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def on_white(picture: Image.Image) -> Image.Image:
    """Any mode as RGB; what is transparent shows white, and 16 bits a channel become 8."""
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        # Pillow clips these at 255, which leaves a white picture.
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0.0) > 255 else 255.0
        return Image.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")
