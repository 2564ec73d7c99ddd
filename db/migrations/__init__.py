"""Numbered steps that bring a shop's tables forward."""

from typing import Final

HEAD: Final = "0009"
"""The newest revision; a test holds it to the newest file in `versions`."""
