"""What a shop's pictures teach: a metric, words for what is seen, weights; and what they cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from db.models import Event, Media
from db.unit import read_unit, turn_unit
from knowledge.encoders.basis import Features, learn_basis, within
from knowledge.errors import IndexDamaged
from knowledge.pictures import Concept, PictureLabels, PictureModel, learn, read_labels
from knowledge.pictures.weights import learn_with_weights, touched_pairs
from tests.knowledge.made import NOW, catalogue, shop_with

D = 24
TYPES = ("tee", "hoodie", "shorts", "bag")
COLORS = ("red", "navy", "green")


def made(
    count: int = 64, seed: int = 0, noise: float = 0.3
) -> tuple[np.ndarray, list[PictureLabels], dict[str, np.ndarray]]:
    """Pictures of `count` products in three colours: type and colour each have a direction, and
    one strong direction says only how a picture was taken."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(np.random.default_rng(99).normal(size=(D, D)))[0].astype(np.float32)
    rows, labels, texts = [], [], {}
    for number in range(count):
        kind = TYPES[number % len(TYPES)]
        own = rng.normal(size=D).astype(np.float32) * noise
        texts[f"p{number}"] = axes[TYPES.index(kind)] + 0.1 * rng.normal(size=D).astype(np.float32)
        for color in COLORS:
            for _ in range(2):
                row = axes[TYPES.index(kind)] + 0.7 * axes[8 + COLORS.index(color)] + own
                row = row + rng.choice((-1.5, 1.5)) * axes[20]
                rows.append(row / np.linalg.norm(row))
                concepts = frozenset({Concept("category", kind), Concept("color", color)})
                labels.append(PictureLabels(f"p{number}", color, concepts))
    return np.asarray(rows, np.float32), labels, texts


def first_is_own(vectors: np.ndarray, labels: list[PictureLabels]) -> float:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    nearest = likeness.argmax(axis=1)
    own = [
        (labels[row].product_id, labels[row].color) == (labels[n].product_id, labels[n].color)
        for row, n in enumerate(nearest)
    ]
    return float(np.mean(own))


def test_pictures_of_one_thing_come_together() -> None:
    vectors, labels, texts = made()
    model = learn(vectors, labels, texts)
    other, others, _ = made(seed=1)
    assert first_is_own(model.stored(other), others) > first_is_own(other, others) + 0.1
    assert np.allclose(np.linalg.norm(model.stored(other), axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(model.asked(other), axis=1), 1, atol=1e-5)


def test_words_find_pictures_of_products_never_seen() -> None:
    vectors, labels, texts = made(noise=0.1)
    model = learn(vectors, labels, texts)
    other, others, new = made(seed=1, noise=0.1)
    stored = model.stored(other)
    for kind in TYPES:
        for color in COLORS:
            wanted = {Concept("category", kind), Concept("color", color)}
            best = np.argsort(-(stored @ model.said(wanted)))[:10]
            assert all(others[row].concepts == wanted for row in best)
    sentence = new["p1"]
    best = np.argsort(-(stored @ model.said((), sentence)))[:10]
    assert all(Concept("category", "hoodie") in others[row].concepts for row in best)
    assert not model.said([Concept("category", "boat")]).any()


def test_what_is_seen_in_a_picture_is_what_it_shows() -> None:
    vectors, labels, texts = made(noise=0.1)
    model = learn(vectors, labels, texts)
    other, others, _ = made(seed=1, noise=0.1)
    for vector, label in list(zip(model.asked(other), others, strict=True))[::7]:
        seen = {c: v for c, v in model.seen(vector).items() if c.field == "category"}
        assert max(seen, key=lambda c: seen[c]) in label.concepts


def test_what_can_be_seen_stands_in_an_order_that_no_process_changes() -> None:
    vectors, labels, texts = made()
    seen = learn(vectors, labels, texts).concepts
    # All kinds are equally frequent, all colours too: ties go by which picture came first.
    assert seen == (
        *(Concept("color", color) for color in COLORS),
        *(Concept("category", kind) for kind in TYPES),
    )


def test_few_pictures_teach_nothing() -> None:
    vectors, labels, texts = made(count=4)
    model = learn(vectors[:20], labels[:20], texts)
    assert np.allclose(model.stored(vectors), vectors, atol=1e-5)
    assert model.concepts == ()
    assert not model.kind(vectors[0]).any()
    assert not model.said([Concept("category", "tee")], texts["p0"]).any()


def test_a_model_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    vectors, labels, texts = made()
    model = learn(vectors, labels, texts)
    model.save(tmp_path / "pictures.safetensors")
    again = PictureModel.load(tmp_path / "pictures.safetensors")
    assert np.array_equal(again.stored(vectors), model.stored(vectors))
    assert (again.concepts, again.notes) == (model.concepts, model.notes)
    for wrong in (b"", b"not a model" * 9):
        (tmp_path / "bad").write_bytes(wrong)
        with pytest.raises(IndexDamaged, match="built anew"):
            PictureModel.load(tmp_path / "bad")
    with pytest.raises(IndexDamaged):
        PictureModel.load(tmp_path / "none")


def test_weights_follow_what_the_shop_has(tmp_path: Path) -> None:
    engine = shop_with(tmp_path, [])
    vectors, labels, texts = made()
    rng = np.random.default_rng(3)
    useless = {id_: rng.normal(size=D).astype(np.float32) for id_ in texts}
    blind = rng.normal(size=vectors.shape).astype(np.float32)
    with read_unit(engine) as session:
        seeing = learn_with_weights(session, vectors, labels, useless)
        reading = learn_with_weights(session, blind, labels, texts)
        few = learn_with_weights(session, vectors[:40], labels[:40], texts)
    assert seeing.weights["similar"]["image"] > reading.weights["similar"]["image"]
    assert few.weights == {}
    assert any("as shipped" in note for note in few.notes)
    engine.dispose()


def test_clicks_pair_what_one_conversation_touched(tmp_path: Path) -> None:
    events = [
        Event(conversation_id=talk, kind=kind, product_id=product, created_at=NOW)
        for talk, kind, product in (
            ("a", "view", "tee"),
            ("a", "cart_add", "run"),
            ("a", "dislike", "hike"),
            ("b", "view", "hike"),
            (None, "view", "lap8"),
        )
    ]
    engine = shop_with(tmp_path, [*catalogue(), *events])
    with read_unit(engine) as session:
        assert touched_pairs(session) == {("tee", "run"), ("run", "tee")}
    engine.dispose()


def test_labels_come_from_the_variant_that_is_pictured(tmp_path: Path) -> None:
    engine = shop_with(tmp_path, catalogue())
    with turn_unit(engine) as session:
        session.add(Media(product_id="run", variant_id="run-2", path="images/x.png", position=9))
    with read_unit(engine) as session:
        asked = [("run", "images/x.png"), ("run", "images/navy.png"), ("hike", "images/brown.png")]
        found = read_labels(session, [*asked, ("nobody", "images/brown.png")])
    assert [found[one].color for one in asked] == ["red", "", "brown"]
    assert set(found) == set(asked)
    assert Concept("path", "Shoes / Running Shoes") in found[asked[0]].concepts
    assert Concept("color", "red") in found[asked[0]].concepts
    engine.dispose()


def test_a_basis_needs_both_kinds_of_pictures_and_pairs() -> None:
    from knowledge.encoders.basis import WIDTH

    rng = np.random.default_rng(0)
    values = rng.normal(size=(12, 2, WIDTH)).astype(np.float32)
    plain = np.array([True, False] * 6)
    basis = learn_basis(Features(values, plain), np.arange(12) // 4, dimension=8)
    rows = basis.vectors(Features(values, plain))
    assert rows.shape == (12, 8)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    with pytest.raises(ValueError, match="plain"):
        learn_basis(Features(values, np.ones(12, bool)), np.arange(12) // 4)
    with pytest.raises(ValueError, match="two pictures"):
        within(values[:, 0], np.arange(12))


def test_the_model_is_kept_with_the_index_and_found_missing(folder: Path, engine: Engine) -> None:
    from knowledge.shop import Knowledge
    from tests.knowledge.made import fake_encoders

    knowledge = Knowledge(folder, engine, fake_encoders())
    knowledge.sync()
    assert knowledge.index.snapshot().pictures is not None
    knowledge.close()
    (kept,) = (folder / "index").glob("g*/pictures.safetensors")
    kept.write_bytes(b"cut")
    again = Knowledge(folder, engine, fake_encoders())
    again.index.open()
    assert "pictures.safetensors" in again.notice
    again.sync()
    assert again.notice == ""
    assert again.index.snapshot().pictures is not None
    again.close()
