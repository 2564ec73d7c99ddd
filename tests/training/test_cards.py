"""The manifest of the models folder tells a changed or missing file."""

from __future__ import annotations

from pathlib import Path

from assistant.training.cards import check_manifest, write_card, write_manifest

MODELS = Path(__file__).resolve().parents[2] / "models"


def test_the_shipped_models_are_those_of_the_manifest() -> None:
    assert check_manifest(MODELS) == []


def test_a_changed_and_a_missing_file_are_named(tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        (tmp_path / name).write_bytes(name.encode())
    assert set(write_manifest(tmp_path)) == {"a.onnx", "b.onnx"}
    (tmp_path / "a.onnx").write_bytes(b"other")
    (tmp_path / "b.onnx").unlink()
    assert check_manifest(tmp_path) == ["a.onnx: differs from the manifest", "b.onnx: missing"]


def test_a_card_names_its_files_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_bytes(b"abc")
    write_card(tmp_path / "card.md", "M", "A model.", {"Data": ["none"]}, [tmp_path / "m.bin"])
    text = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" in text
