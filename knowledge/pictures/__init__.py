"""What a shop's own pictures teach at import: a metric, words for what is seen, and weights."""

from knowledge.pictures.labels import Concept, PictureLabels, read_labels
from knowledge.pictures.model import PictureModel, learn

__all__ = ["Concept", "PictureLabels", "PictureModel", "learn", "read_labels"]
