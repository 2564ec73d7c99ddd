"""The tiny base and the models folder that is made of it, once for all training tests."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.training.tiny import make_base, write_corpus


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT as a local folder."""
    return make_base(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="session")
def models_folder(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny BERT exported as the shipped one is."""
    from assistant.training.export import export_text_encoder

    folder = tmp_path_factory.mktemp("models")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        export = export_text_encoder(str(base), folder / "minilm")
    assert export.float_difference < 1e-4
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of a few utterances in two languages."""
    return write_corpus(tmp_path / "corpus")
