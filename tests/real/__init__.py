"""Tests on the real catalogues beside the project; they skip where those are absent."""
