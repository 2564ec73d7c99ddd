"""Everything retrieval raises, each message fit to be shown.

KnowledgeError
├── ModelError
│   ├── ModelMissing      a shipped model file is not where it should be
│   └── ModelDamaged      a model file cannot be loaded, or is not what its card says
├── PictureRefused        bytes that are no picture, or one too large to decode
├── IndexUnusable
│   ├── IndexDamaged      the files on disk are not what their manifest says
│   ├── IndexBusy         another process has it open, or builds it
│   ├── ServerMissing     the Chroma server that is set does not answer
│   ├── ClusterMissing    the Ray cluster that is asked for cannot be used
│   └── DiskFull          there is no room to build in; the old index serves on
├── ProductUnknown        no such product on sale
└── ShopMissing           the folder holds no shop
"""

from __future__ import annotations

from typing import Literal

PictureFault = Literal["bytes", "pixels", "format", "broken"]
"""Why a picture is refused: too large a file, too many pixels, not a picture, cut off."""


class KnowledgeError(Exception):
    """Something the shop knows cannot be read or searched."""


class ModelError(KnowledgeError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """A model file is not there."""


class ModelDamaged(ModelError):
    """A model file cannot be loaded."""


class PictureRefused(KnowledgeError):
    """The bytes are no picture that can be decoded safely."""

    def __init__(self, reason: PictureFault, message: str) -> None:
        """`reason` is for those who say it in their own words."""
        super().__init__(message)
        self.reason: PictureFault = reason


class IndexUnusable(KnowledgeError):
    """The index cannot be used; keyword search carries on."""


class IndexDamaged(IndexUnusable):
    """The index on disk is incomplete, stale in its models, or unreadable."""


class IndexBusy(IndexUnusable):
    """Another process has the index open, or is building one."""


class ServerMissing(IndexUnusable):
    """The Chroma server that the shop is set to use does not answer."""


class ClusterMissing(IndexUnusable):
    """The Ray cluster that bulk encoding was asked to run on cannot be used."""


class DiskFull(IndexUnusable):
    """There is no room for a new index; what served before serves on."""


class ProductUnknown(KnowledgeError, LookupError):
    """No product on sale has this id."""

    def __init__(self, product_id: str) -> None:
        super().__init__(f"no product {product_id!r} is on sale; check the id")
        self.product_id = product_id


class ShopMissing(KnowledgeError):
    """The folder is not a shop's folder."""
