"""The index: Chroma vectors and keyword search, rebuilt from SQL at will."""

from knowledge.index.aside import build_aside, roll_back
from knowledge.index.progress import Progress, bar
from knowledge.index.store import Index, Snapshot

__all__ = ["Index", "Progress", "Snapshot", "bar", "build_aside", "roll_back"]
