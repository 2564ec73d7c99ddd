"""Intent classifier: MiniLM under its LoRA adapter fused with a multilingual model, calibrated."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.conversation import Language
from assistant.understanding.evidence import Calibration, Floats, Neighbours
from assistant.understanding.foreign import reads_foreign
from assistant.understanding.intents import OUT_OF_SCOPE
from assistant.understanding.traditional import simplified
from knowledge.encoders import Multilingual
from knowledge.encoders.files import THREADS
from knowledge.encoders.recent import Recent

FORMAT: Final = 2
"""Version of the files in models/intents; a folder of another version is refused."""

ALTERNATIVES: Final = 4

LATELY: Final = 256
"""Readings that are held: a turn is read as a whole and by its parts, some of them twice."""


class ClassifierError(Exception):
    """The intent model cannot be loaded; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The intent of one utterance. `confidence` is calibrated: of those at 0.8, 80 % are right."""

    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    """Next likely intents with their confidence, best first."""


class MultilingualEncoder(Protocol):
    """Turns texts of any language into unit vectors."""

    def encode(self, texts: list[str]) -> Floats:
        """N texts -> float32 [N, 512]."""
        ...


# --- features that training and runtime share -------------------------------------------------

_SPACE = re.compile(r"\s+")
_LATIN = re.compile(r"[a-z]+")
_ID = re.compile(r"#?[a-z]{0,3}\d[\d-]{3,}")
_HAN = re.compile(r"[\u3400-\u9fff]")


def normalise(text: str) -> str:
    """Text as the classifier reads it: full-width forms folded, spaces single, traditional
    characters simplified."""
    folded = simplified(unicodedata.normalize("NFKC", text).replace("’", "'"))
    return _SPACE.sub(" ", folded).strip()


def ngrams(text: str, buckets: int) -> NDArray[np.int64]:
    """Sorted bucket numbers of a text's words and character n-grams, each once.

    Chinese gives runs of one to three characters; Latin words give themselves, their pairs and
    their inner runs of three to five letters. A long number is one feature whatever its digits.
    """
    low = _ID.sub("0", normalise(text).lower())
    found: set[str] = set()
    tokens = re.findall(r"[a-z']+|\d+|[\u3400-\u9fff]+|[?!？！]", low)
    for token in tokens:
        if _HAN.match(token):
            padded = f"^{token}$"
            for width in (1, 2, 3):
                found.update(padded[i : i + width] for i in range(len(padded) - width + 1))
            continue
        found.add(f"w:{token}")
        if _LATIN.match(token):
            padded = f"<{token}>"
            for width in (3, 4, 5):
                found.update(padded[i : i + width] for i in range(len(padded) - width + 1))
    found.update(f"p:{a} {b}" for a, b in itertools.pairwise(tokens))
    found.add(f"p:^ {tokens[0]}" if tokens else "empty")
    return np.unique(
        np.fromiter((zlib.crc32(f.encode()) % buckets for f in found), np.int64, len(found))
    )


class EncoderHead:
    """MiniLM with a LoRA adapter, and a linear head: utterances -> features and logits."""

    def __init__(
        self,
        session: ort.InferenceSession,
        tokenizer: Tokenizer,
        lora: Mapping[str, Floats],
        weight: Floats,
        bias: Floats,
        max_tokens: int,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        # Made once: a run then copies no adapter weights.
        self._lora = {
            name: ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value, np.float32))
            for name, value in lora.items()
        }
        self._weight, self._bias, self._max = weight, bias, max_tokens

    def features(self, texts: Sequence[str]) -> Floats:
        """N texts -> mean-pooled vectors under the adapter, float32 [N, 384]."""
        # Only the first tokens matter for intent; cutting characters first keeps a pasted page
        # from being tokenised whole.
        encoded = [self._tokenizer.encode(normalise(text)[: self._max * 12]).ids for text in texts]
        rows = [
            ids if len(ids) <= self._max else [*ids[: self._max - 1], ids[-1]] for ids in encoded
        ]
        width = max(map(len, rows))
        ids = np.zeros((len(rows), width), np.int64)
        mask = np.zeros_like(ids)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        feed = {
            "input_ids": ort.OrtValue.ortvalue_from_numpy(ids),
            "attention_mask": ort.OrtValue.ortvalue_from_numpy(mask),
            **self._lora,
        }
        (result,) = self._session.run_with_ort_values(["embedding"], feed)
        return np.asarray(result.numpy(), np.float32)

    def logits(self, features: Floats) -> Floats:
        """[N, 384] -> [N, C]."""
        return np.asarray(features @ self._weight + self._bias, np.float32)


class MultilingualHead:
    """A two-layer network on multilingual sentence vectors plus a linear map of n-grams.

    Tensors named lora.<matrix>.a [in, rank] and .b [rank, out] change the encoder's own matrices.
    """

    def __init__(self, encoder: MultilingualEncoder, tensors: Mapping[str, Floats]) -> None:
        """Raises ValueError where there are such tensors and the encoder cannot be changed."""
        changes = {
            name.removeprefix("lora.").removesuffix(".a"): np.asarray(
                np.asarray(value, np.float32)
                @ np.asarray(tensors[name.removesuffix("a") + "b"], np.float32)
            )
            for name, value in tensors.items()
            if name.startswith("lora.") and name.endswith(".a")
        }
        if changes and not isinstance(encoder, Multilingual):
            raise ValueError("its multilingual adapter fits the shipped encoder only")
        self._encoder = (
            encoder.adapted(changes) if changes and isinstance(encoder, Multilingual) else encoder
        )
        self._t = {name: np.asarray(value, np.float32) for name, value in tensors.items()}
        self._buckets = self._t["ngrams"].shape[0]

    def features(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """N texts -> hidden features [N, H] and the n-grams' share of the logits [N, C]."""
        vectors = np.asarray(self._encoder.encode([normalise(t)[:600] for t in texts]), np.float32)
        hidden = np.maximum(vectors @ self._t["hidden.weight"] + self._t["hidden.bias"], 0.0)
        table = self._t["ngrams"]
        rows = []
        for text in texts:
            found = ngrams(text[:600], self._buckets)
            weights = self._t["idf"][found]
            rows.append(weights @ table[found] / max(float(np.linalg.norm(weights)), 1e-9))
        return np.asarray(hidden, np.float32), np.asarray(np.stack(rows), np.float32)

    def logits(self, hidden: Floats, grams: Floats) -> Floats:
        """[N, H] and [N, C] -> [N, C]."""
        return np.asarray(hidden @ self._t["out.weight"] + self._t["out.bias"] + grams, np.float32)


class IntentClassifier:
    """Utterances -> intents with calibrated confidence. Thread-safe; one turn takes a few ms."""

    def __init__(
        self,
        labels: Sequence[str],
        encoder: EncoderHead,
        multilingual: MultilingualHead,
        neighbours: Neighbours,
        calibrations: Mapping[Language, Calibration],
    ) -> None:
        self.labels = tuple(labels)
        self._encoder, self._multilingual = encoder, multilingual
        self._neighbours = neighbours
        self._calibrations = dict(calibrations)
        self._out_of_scope = self.labels.index(OUT_OF_SCOPE)
        self._lately: Recent[tuple[str, str], Prediction] = Recent(LATELY)
        # Both models run at once where there are two cores: they let go of the interpreter.
        self._aside = ThreadPoolExecutor(THREADS, "aisle-intent") if THREADS > 1 else None

    @classmethod
    def load(
        cls,
        models: Path,
        *,
        session: ort.InferenceSession | None = None,
        tokenizer: Tokenizer | None = None,
        multilingual: MultilingualEncoder | None = None,
        intents: Path | None = None,
    ) -> IntentClassifier:
        """The shipped classifier from a models folder.

        `session`, `tokenizer` and `multilingual` are loaded unless the caller shares the ones it
        already has (those of models/minilm, the tokenizer not cutting below 128 tokens nor padding;
        a knowledge.encoders.Multilingual). `intents` is the folder of the intent model,
        `models`/intents by default.

        Raises:
            ClassifierError: a file is missing, damaged, or of another version.
        """
        folder = intents if intents is not None else models / "intents"
        settings, tensors = _read(folder)
        if settings.get("graph") == "own" or settings.get("method") == "full":
            session = open_session(folder / "model.onnx")  # a base of its own
            own = folder / "tokenizer.json"
            tokenizer = open_tokenizer(own) if own.is_file() else tokenizer
        elif session is None:
            session = open_session(models / "minilm" / "model.onnx")
        if tokenizer is None:
            tokenizer = open_tokenizer(models / "minilm" / "tokenizer.json")
        if multilingual is None:
            multilingual = Multilingual(threads=1)
        return cls.assemble(settings, tensors, session, tokenizer, multilingual)

    @classmethod
    def assemble(
        cls,
        settings: Mapping[str, Any],
        tensors: Mapping[str, Floats],
        session: ort.InferenceSession,
        tokenizer: Tokenizer,
        multilingual: MultilingualEncoder,
    ) -> IntentClassifier:
        """A classifier from the contents of labels.json and adapter.safetensors.

        Raises:
            ClassifierError: settings or tensors lack a part.
        """

        def part(prefix: str) -> dict[str, Floats]:
            return {
                name.removeprefix(prefix): np.asarray(value, np.float32)
                for name, value in tensors.items()
                if name.startswith(prefix)
            }

        try:
            return cls(
                settings["labels"],
                EncoderHead(
                    session,
                    tokenizer,
                    {f"lora.{name}": value for name, value in part("lora.").items()},
                    part("head.")["weight"],
                    part("head.")["bias"],
                    int(settings["max_tokens"]),
                ),
                MultilingualHead(multilingual, part("multilingual.")),
                Neighbours(
                    np.asarray(tensors["neighbours.vectors"], np.int8),
                    np.asarray(tensors["neighbours.labels"]).tolist(),
                    len(settings["labels"]),
                    settings["labels"].index(OUT_OF_SCOPE),
                    part("neighbours.").get("basis"),
                ),
                {name: Calibration(**values) for name, values in settings["calibration"].items()},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ClassifierError(
                f"The intent model lacks a part ({error}). Train it anew: aisle train intents"
            ) from error

    @property
    def halves(self) -> tuple[EncoderHead, MultilingualHead]:
        """Both models, for those who settle what stands beside them."""
        return self._encoder, self._multilingual

    def probabilities(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """Calibrated probabilities, float32 [N, C] in the order of `labels`."""
        result = np.zeros((len(texts), len(self.labels)), np.float32)
        english = [
            i
            for i, (text, language) in enumerate(zip(texts, languages, strict=True))
            if _reads_english(text, language)
        ]
        others = sorted(set(range(len(texts))) - set(english))
        # MiniLM knows English, and few characters beyond Latin ones; it has no say on the rest.
        for rows, by_both in ((english, True), (others, False)):
            if rows:
                chosen = [texts[i] for i in rows]
                result[rows] = self._fused(chosen, self._begin(chosen) if by_both else None)
        return result

    def predict(self, texts: list[str], languages: list[str]) -> list[Prediction]:
        """The intent of each text; `languages` holds "en" or "zh" for each.

        Each is read for itself: how the graph rounds depends on what shares a batch, and a reading
        must not depend on what it was asked beside.
        """
        keys = list(zip(texts, languages, strict=True))
        found = {key: held for key in keys if (held := self._lately.peek(key)) is not None}
        begun = {
            (text, language): self._begin([text]) if _reads_english(text, language) else None
            for text, language in dict.fromkeys(keys)
            if (text, language) not in found
        }
        for key, own in begun.items():
            found[key] = self._ranked(self._fused([key[0]], own)[0])
            self._lately.put(key, found[key])
        return [found[key] for key in keys]

    def _begin(self, texts: list[str]) -> Future[Floats]:
        """MiniLM's features of some texts, under way."""
        if self._aside is not None:
            return self._aside.submit(self._encoder.features, texts)
        done: Future[Floats] = Future()
        done.set_result(self._encoder.features(texts))
        return done

    def _fused(self, texts: list[str], own: Future[Floats] | None) -> Floats:
        """Calibrated probabilities [N, C]; without `own` the multilingual half alone decides."""
        hidden, grams = self._multilingual.features(texts)
        nearest, strange = self._neighbours.look(hidden)
        use = self._calibrations["zh" if own is None else "en"]
        first = self._encoder.logits(own.result()) if own is not None else None
        fused = use.fuse(first, self._multilingual.logits(hidden, grams), nearest)
        return use.sure(use.gate(fused, strange, self._out_of_scope))

    def _ranked(self, row: Floats) -> Prediction:
        best = np.argsort(-row, kind="stable")[: ALTERNATIVES + 1]
        ranked = [(self.labels[i], round(float(row[i]), 4)) for i in best]
        return Prediction(*ranked[0], tuple(ranked[1:]))


def _reads_english(text: str, language: str) -> bool:
    return language == "en" and reads_latin(text) and not reads_foreign(text)


def reads_latin(text: str) -> bool:
    """True where most letters of a text are ASCII: what MiniLM's vocabulary covers."""
    letters = [char for char in text if char.isalpha()]
    return not letters or 2 * sum(char.isascii() for char in letters) > len(letters)


def open_session(path: Path) -> ort.InferenceSession:
    """An ONNX Runtime session on one thread.

    Raises:
        ClassifierError: the graph is missing or damaged.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    if not path.is_file():
        raise ClassifierError(f"{path} is missing. Set AISLE_MODELS to the folder with the models.")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no public base class
        raise ClassifierError(f"{path} cannot be read as an ONNX graph: {error}") from error


def open_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of the sentence encoder.

    Raises:
        ClassifierError: the file is missing or damaged.
    """
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises the bare class
        raise ClassifierError(f"{path} cannot be read as a tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Floats]]:
    labels, adapter = folder / "labels.json", folder / "adapter.safetensors"
    advice = "Train it anew: aisle train intents"
    try:
        settings = json.loads(labels.read_text(encoding="utf-8"))
        tensors = load_file(adapter)
    except OSError as error:
        raise ClassifierError(f"{error.filename or folder} cannot be read. {advice}") from error
    except (ValueError, SafetensorError) as error:
        raise ClassifierError(f"The files in {folder} are damaged: {error}. {advice}") from error
    if settings.get("format") != FORMAT:
        raise ClassifierError(f"{labels} is of another version than this program. {advice}")
    return settings, {name: np.asarray(value) for name, value in tensors.items()}
