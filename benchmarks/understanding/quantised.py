"""What int8 costs the intent classifier: the shipped graph against the same weights in float32.

    python -m benchmarks.understanding.quantised [--intents FOLDER]

Protocol: every English row of the held-out and the blind utterances (MiniLM reads English only;
nothing else in the classifier is int8 but the neighbours' directions, in both runs), one row at a
time, through the runtime classifier twice: with MiniLM's int8 graph on ONNX Runtime, and with
PyTorch in float32 under the same adapter in its place. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import onnxruntime as ort

if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.training.data import CORPUS, load_examples
from assistant.training.evaluate import leaks
from assistant.understanding.classifier import IntentClassifier
from benchmarks.understanding.shop_intents import MODELS, SETS


class FloatSession:
    """Stands in for the int8 session: the base in float32 under the adapter that is fed."""

    def __init__(self) -> None:
        from assistant.training.encoder import load_encoder

        self._encoder = load_encoder()
        self._attached = False
        # An OrtValue made of an array borrows its memory and does not keep it alive.
        self._given: list[np.ndarray[Any, np.dtype[np.float32]]] = []

    def run_with_ort_values(
        self, names: Sequence[str], feed: Mapping[str, ort.OrtValue]
    ) -> list[ort.OrtValue]:
        """The one output, for the token numbers and mask in `feed`."""
        import torch

        assert list(names) == ["embedding"]
        if not self._attached:
            rank = next(v.numpy().shape[1] for n, v in feed.items() if n.endswith(".a"))
            self._encoder.attach(rank)
            with torch.no_grad():
                for site, lora in self._encoder.adapters().items():
                    lora.a.copy_(torch.tensor(feed[f"{site}.a"].numpy()))
                    lora.b.copy_(torch.tensor(feed[f"{site}.b"].numpy()))
            self._encoder.eval()
            self._attached = True
        ids, mask = (torch.tensor(feed[n].numpy()) for n in ("input_ids", "attention_mask"))
        with torch.no_grad():
            vectors = np.ascontiguousarray(self._encoder(ids, mask).numpy(), np.float32)
        self._given.append(vectors)
        return [ort.OrtValue.ortvalue_from_numpy(vectors)]


def main() -> None:
    """Print both accuracies and how many rows are read otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    whole = cast(Any, FloatSession())
    models = (
        IntentClassifier.load(MODELS, intents=given.intents),
        IntentClassifier.load(MODELS, intents=given.intents, session=whole),
    )
    corpus = load_examples([CORPUS])
    for name, folders in SETS.items():
        rows = [e for e in load_examples(folders) if e.language == "en"]
        known = {e.place for e in leaks(corpus, rows)}
        rows = [e for e in rows if e.place not in known]
        wanted = np.array([models[0].labels.index(e.label) for e in rows])
        int8, float32 = (
            np.array([model.probabilities([e.text], ["en"])[0].argmax() for e in rows])
            for model in models
        )
        print(
            f"{name}, English: {len(rows)} rows  int8 {(int8 == wanted).mean():.4f}  float32 "
            f"{(float32 == wanted).mean():.4f}  read otherwise {(int8 != float32).sum()}"
        )


if __name__ == "__main__":
    main()
