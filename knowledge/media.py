"""Pictures taken into a shop: checked, decoded safely, made small, stored under their content."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from knowledge.encoders.pictures import on_white

MOST_BYTES = 30 << 20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class ImageRefused(ValueError):
    """A picture cannot be taken: `reason` and `hint` are fit to be shown."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason}. {hint}")
        self.reason = reason
        self.hint = hint


def shrink(data: bytes) -> tuple[bytes, str]:
    """A picture re-encoded at most 512 px a side, upright and without metadata.

    Returns:
        The bytes and their ending: "jpg", or "png" where the picture is partly transparent.

    Raises:
        ImageRefused: not a picture of a known format, broken, cut off, or far too large.
    """
    if len(data) > MOST_BYTES:
        raise ImageRefused(f"over {MOST_BYTES >> 20} MiB", "Make the picture smaller")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a bomb before it raises; the size is judged below in any case.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                width, height = (int(side) for side in picture.size)
                if width * height > MOST_PIXELS:
                    raise ImageRefused(
                        f"{width} x {height} pixels are too many",
                        f"Make the picture smaller than {MOST_PIXELS // 1_000_000} megapixels",
                    )
                if picture.format == "JPEG":
                    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.load()
                small = ImageOps.exif_transpose(picture)
                if small.mode.startswith(("I", "F")):
                    small = on_white(small)
                see_through = small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info
                small = small.convert("RGBA" if see_through else "RGB")
                small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                out = BytesIO()
                if (
                    see_through
                    and small.getchannel("A").histogram()[255] < small.width * small.height
                ):
                    # A fresh picture carries none of the metadata of the old one.
                    Image.frombytes("RGBA", small.size, small.tobytes()).save(out, "PNG")
                    return out.getvalue(), "png"
                plain = small.convert("RGB")
                Image.frombytes("RGB", plain.size, plain.tobytes()).save(out, "JPEG", quality=88)
                return out.getvalue(), "jpg"
    except ImageRefused:
        raise
    except UnidentifiedImageError:
        raise ImageRefused(
            "not a picture", f"Give a file in one of these formats: {', '.join(FORMATS)}"
        ) from None
    except Image.DecompressionBombError:
        raise ImageRefused("far too many pixels", "Make the picture smaller") from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        MemoryError,
        EOFError,
        IndexError,
        TypeError,
    ) as error:
        # Pillow's decoders raise all of these on files that were cut off or tampered with.
        raise ImageRefused(
            f"the picture is broken ({type(error).__name__})", "Export it again"
        ) from None


class ImageStore:
    """Takes pictures from an images folder into `images/` of a shop folder, each one once."""

    def __init__(self, source: Path, shop_folder: Path) -> None:
        self._source = source
        self._root = source.resolve()
        self._shop = shop_folder
        self._known: dict[str, str | ImageRefused] = {}

    def take(self, reference: str) -> str:
        """Store the picture named by `reference` (relative to the images folder).

        Returns:
            The stored path relative to the shop folder, "images/<hash>.jpg".

        Raises:
            ImageRefused: an address, a path out of the folder, no plain file, or a bad picture.
        """
        if reference not in self._known:
            try:
                self._known[reference] = self._take(reference)
            except ImageRefused as refusal:
                self._known[reference] = refusal
        answer = self._known[reference]
        if isinstance(answer, ImageRefused):
            raise ImageRefused(answer.reason, answer.hint)
        return answer

    def _take(self, reference: str) -> str:
        if "://" in reference:
            raise ImageRefused(
                "a web address, and nothing is downloaded", "Put the file into the images folder"
            )
        if "\0" in reference or Path(reference).is_absolute() or ".." in Path(reference).parts:
            raise ImageRefused(
                "the path leaves the images folder", "Name it relative to the images folder"
            )
        return self.put(self._read(self._source / reference))

    def _read(self, path: Path) -> bytes:
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(self._root):
                raise ImageRefused(
                    "a link that leaves the images folder", "Put the file itself into the folder"
                )
            # Opened without blocking, so that a named pipe cannot hold the import up.
            handle = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as stream:
                status = os.fstat(stream.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise ImageRefused("not a plain file", "Give a picture file")
                if status.st_size > MOST_BYTES:
                    raise ImageRefused(f"over {MOST_BYTES >> 20} MiB", "Make the picture smaller")
                return stream.read(MOST_BYTES + 1)
        except FileNotFoundError:
            raise ImageRefused("no such file in the images folder", "Check its name") from None
        except (OSError, ValueError, RuntimeError):
            raise ImageRefused("cannot be read", "Check the path and who may read it") from None

    def put(self, data: bytes) -> str:
        """Store a picture given as bytes; its path relative to the shop folder.

        Raises:
            ImageRefused: see `shrink`.
        """
        name = hashlib.sha256(data).hexdigest()[:24]
        folder = self._shop / "images"
        for ending in ("jpg", "png"):
            if (folder / f"{name}.{ending}").exists():
                return f"images/{name}.{ending}"
        small, ending = shrink(data)
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(small)
            Path(part).chmod(0o644)
            os.replace(part, folder / f"{name}.{ending}")
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return f"images/{name}.{ending}"
