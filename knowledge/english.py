"""Everyday English words: what is one of them is no slip of a shop's word."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def everyday_words() -> frozenset[str]:
    """The commoner words of five letters and more, lower case; from the vocabulary of BERT
    (Devlin et al. 2019, arXiv:1810.04805), which lists words by how common they are."""
    text = resources.files("knowledge").joinpath("english_words.csv").read_text("utf-8")
    return frozenset(text.split()[1:])
