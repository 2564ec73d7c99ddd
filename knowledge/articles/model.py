"""What was learned about answering: the topics of a question, the weights of the evidence.

models/answers holds weights.json (per mode: weights of the ranking, and of the decision whether
the best passage answers) and topics.safetensors (regressions from the sentence vectors of the
multilingual encoder, and for English of MiniLM, to topics; and from the former to whether an
utterance is a shop's business at all).
`python -m benchmarks.knowledge.fit_answers` writes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.files import models_folder, require
from knowledge.errors import ModelDamaged

Floats = NDArray[np.float64]
SHARPNESS = 1.5
"""Power that topic probabilities are raised to: a question has mostly one."""
LIKELIER = 3.0
"""How much likelier a topic is where the intent of the question is one of its subject."""


MOST = 6.0
"""Logit beyond which the passage's own evidence is not told apart where a reading weighs in."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A logistic regression: each fact brought to mean 0 and deviation 1, weighed and summed."""

    weights: Mapping[str, float]
    mean: Mapping[str, float]
    spread: Mapping[str, float]
    bias: float

    def logit(self, facts: Mapping[str, float]) -> float:
        """The sum, within -30 and 30; a fact that is not known counts as usual."""
        total = self.bias
        for name, weight in self.weights.items():
            total += (
                weight * (facts.get(name, self.mean[name]) - self.mean[name]) / self.spread[name]
            )
        return max(-30.0, min(30.0, total))


@dataclass(frozen=True, slots=True)
class Mode:
    """Weights for one language and the evidence there is.

    `rank` weighs a passage's evidence, `answer` what is known of the best passage into the logit
    that it answers; its bias puts the chosen operating point at one half. `heard` does so with that
    logit and with how the question was read, such as the share of intents that are after goods.
    """

    rank: Mapping[str, float]
    answer: Weighed
    heard: Weighed | None = None

    def answers(self, facts: Mapping[str, float]) -> float:
        """What `heard` weighs as "answers": the logit that the passage does, within bounds."""
        return max(-MOST, min(MOST, self.answer.logit(facts)))

    def probability(
        self, facts: Mapping[str, float], heard: Mapping[str, float] | None = None
    ) -> float:
        """How likely the best passage answers, from 0 to 1; one half is where to answer from."""
        logit = self.answer.logit(facts)
        if heard is not None and self.heard is not None:
            logit = self.heard.logit({**facts, **heard, "answers": self.answers(facts)})
        return 1.0 / (1.0 + math.exp(-logit))


class AnswerModel:
    """The contents of models/answers."""

    def __init__(
        self,
        modes: Mapping[str, Mode],
        topics: Sequence[str],
        weight: Floats,
        bias: Floats,
        foreign: Floats,
        english: Floats,
    ) -> None:
        """`weight` is [topics, D] and `bias` is [topics], for vectors of the multilingual encoder
        of D numbers; `foreign` is [D + 1], the last being its bias. `english` is [topics, E + 1]
        for vectors of MiniLM, the last being the bias."""
        self.modes = modes
        self.topics = tuple(topics)
        self.weight, self.bias, self.foreign = weight, bias, foreign
        self.english = english

    def foreignness(self, vector: NDArray[np.float32] | None) -> float:
        """Logit, within -5 and 5, that an utterance is no shop's business; 0 without a vector."""
        if vector is None or not vector.any():
            return 0.0
        return float(np.clip(self.foreign[:-1] @ vector + self.foreign[-1], -5.0, 5.0))

    def topic_shares(
        self,
        vector: NDArray[np.float32] | None,
        likely: Sequence[str] = (),
        english: NDArray[np.float32] | None = None,
    ) -> Floats:
        """Probability of each topic, [topics], given the question's multilingual vector, and the
        one of MiniLM where the question is in English.

        `likely` are topics that something else speaks for, such as the intent. Without a vector
        they share all there is, or nothing is known and all are 0.
        """
        prior = np.array([topic in likely for topic in self.topics], dtype=np.float64)
        if vector is None or not vector.any():
            return prior / prior.sum() if prior.any() else prior
        logits = self._logits(vector[None], None if english is None else english[None])[0]
        share = _softmax(SHARPNESS * logits) * np.where(prior > 0, LIKELIER, 1.0)
        return np.asarray(share / share.sum(), dtype=np.float64)

    def standing(self, encoder: str, vectors: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """How vectors of one encoder stand to the topics: the probability of each, and the unit
        vector of what speaks for each, both [texts, topics]; "text" is MiniLM, "multi" the other.
        """
        if encoder == "text":
            logits = vectors @ self.english[:, :-1].T + self.english[:, -1]
        else:
            logits = vectors @ self.weight.T + self.bias
        logits = np.asarray(logits, dtype=np.float64)
        centred = np.maximum(logits, -12.0)
        centred = centred - centred.mean(axis=1, keepdims=True)
        norm = np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
        return _softmax(logits), centred / norm

    def _logits(self, vectors: NDArray[np.float32], english: NDArray[np.float32] | None) -> Floats:
        logits = vectors @ self.weight.T + self.bias
        if english is None:
            return np.asarray(logits, dtype=np.float64)
        other = english @ self.english[:, :-1].T + self.english[:, -1]
        return np.asarray((logits + other) / 2, dtype=np.float64)


def _softmax(logits: Floats) -> Floats:
    share = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(share / share.sum(axis=-1, keepdims=True), dtype=np.float64)


def _mode(values: Mapping[str, Any]) -> Mode:
    heard = values.get("heard")
    return Mode(values["rank"], Weighed(**values["answer"]), Weighed(**heard) if heard else None)


@lru_cache(maxsize=4)
def load_model(folder: Path | None = None) -> AnswerModel:
    """The shipped weights, or those of another folder.

    Raises:
        ModelMissing, ModelDamaged: a file is not there, or not what it should be.
    """
    from safetensors.numpy import load_file

    folder = folder or models_folder() / "answers"
    weights, tensors = require(folder / "weights.json"), require(folder / "topics.safetensors")
    try:
        data = json.loads(weights.read_text(encoding="utf-8"))
        modes = {name: _mode(values) for name, values in data["modes"].items()}
        arrays = load_file(tensors)
        weight = np.asarray(arrays["weight"], dtype=np.float64)
        bias = np.asarray(arrays["bias"], dtype=np.float64)
        foreign = np.asarray(arrays["foreign"], dtype=np.float64)
        english = np.asarray(arrays["english"], dtype=np.float64)
        if {len(weight), len(bias), len(english)} != {len(data["topics"])}:
            raise ValueError("topics and weights differ in number")
    except Exception as error:  # safetensors and json share no base class
        raise ModelDamaged(f"{folder}: {error}. Restore the shipped files.") from error
    return AnswerModel(modes, data["topics"], weight, bias, foreign, english)
