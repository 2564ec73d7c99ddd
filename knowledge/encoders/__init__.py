"""Encoders: text, multilingual text and pictures to vectors, on ONNX Runtime and numpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from knowledge.encoders.base import ImageEncoder, TextEncoder, Vectors, WordsForPictures
from knowledge.encoders.clip import Clip
from knowledge.encoders.efficientnet import EfficientNet
from knowledge.encoders.minilm import MiniLM
from knowledge.encoders.multilingual import Multilingual

__all__ = [
    "Clip",
    "EfficientNet",
    "Encoders",
    "ImageEncoder",
    "MiniLM",
    "Multilingual",
    "TextEncoder",
    "Vectors",
    "WordsForPictures",
]


@dataclass(frozen=True, slots=True)
class Encoders:
    """The three encoders of a shop; none loads its weights before it is first used."""

    text: TextEncoder = field(default_factory=MiniLM)
    multilingual: TextEncoder = field(default_factory=Multilingual)
    image: ImageEncoder = field(default_factory=EfficientNet)

    @classmethod
    def of(cls, image: str, adapter: Path | None = None) -> Encoders:
        """The encoders of a shop.

        Args:
            image: "efficientnet", or a CLIP model by folder or name.
            adapter: folder of the shop's own adapter of the text encoder.
        """
        return cls(
            text=MiniLM(adapter=adapter),
            image=EfficientNet() if image == "efficientnet" else Clip(image),
        )
