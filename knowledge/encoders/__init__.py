"""Encoders: text, multilingual text and pictures to vectors, on ONNX Runtime and numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.encoders.base import ImageEncoder, TextEncoder, Vectors
from knowledge.encoders.efficientnet import EfficientNet
from knowledge.encoders.minilm import MiniLM
from knowledge.encoders.multilingual import Multilingual

__all__ = [
    "EfficientNet",
    "Encoders",
    "ImageEncoder",
    "MiniLM",
    "Multilingual",
    "TextEncoder",
    "Vectors",
]


@dataclass(frozen=True, slots=True)
class Encoders:
    """The three encoders of a shop; none loads its weights before it is first used."""

    text: TextEncoder = field(default_factory=MiniLM)
    multilingual: TextEncoder = field(default_factory=Multilingual)
    image: ImageEncoder = field(default_factory=EfficientNet)
