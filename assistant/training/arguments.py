"""The settings of an intent training run, each documented under itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from assistant.training.errors import TrainingError

Method = Literal["lora", "adalora", "full"]
Schedule = Literal["one-cycle", "linear"]
Labels = Literal["own", "data"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class IntentTrainingArguments:
    """How `aisle train intents` trains. The defaults make the shipped model."""

    method: Method = "lora"
    """"lora" trains low-rank matrices beside the frozen base and yields a 3 MB adapter. "adalora"
    does too, but lets the run settle which matrices keep how many ranks. "full" trains every
    weight of the base and yields a base graph of its own, about 23 MB for the default base."""
    base: str = "all-MiniLM-L6-v2"
    """BERT by folder or hub name. An adapter fits only the graph of the base it was trained on."""
    labels: Labels = "own"
    """"own": the shop's intents; any other label in the data is refused. "data": whatever labels
    the training part has, for data sets of other trades; nothing is added to their rows."""
    seed: int = 7
    """Settles the split, the order of rows, dropout and the start of every new weight."""
    epochs: int = 5
    """Passes over the training part, at most; early stopping may end sooner."""
    patience: int = 3
    """Epochs without a better validation accuracy before training stops; then the best epoch's
    weights count. 0: all epochs are run and the last weights count, for a handful of rows."""
    batch: int = 32
    """Rows a step; the multilingual head takes four times as many."""
    rank: int = 16
    """Rank of the LoRA matrices; the mean rank that "adalora" ends with."""
    merge: bool = False
    """Fold the adapter into the base and write an int8 graph of its own: faster by the adapter's
    products, larger by the base. Where the base is not that of the shared graph, it is done
    whatever this says."""
    learning_rate: float | None = None
    """Peak of the schedule for LoRA matrices or base weights; 1e-3 for "lora", 2e-3 for "adalora"
    and 5e-5 for "full" where none is given."""
    head_learning_rate: float = 5e-3
    """Peak for the classification head, which starts from nothing."""
    schedule: Schedule = "one-cycle"
    """How the learning rate goes: "one-cycle" rises for 15 % of the steps and falls along a
    cosine; "linear" rises for `warm_up` and falls in a line."""
    warm_up: float = 0.0
    """Share of the steps over which "linear" rises."""
    dropout: float = 0.1
    """On sentence vectors before the head, and on the input of MiniLM's LoRA matrices."""
    label_smoothing: float = 0.1
    """Share of each label's probability spread over all labels."""
    weight_decay: float = 0.01
    """Of AdamW; not for biases."""
    max_tokens: int = 48
    """Longer utterances are cut, in training and afterwards."""
    validation: float = 0.1
    """Share of each label's rows held back for early stopping and calibration."""
    multilingual_epochs: int = 8
    """Passes for the multilingual half."""
    multilingual_rank: int = 32
    """Rank of the LoRA matrices on the multilingual encoder; 0 leaves its vectors as they are."""
    multilingual_learning_rate: float = 2e-3
    """Peak of the schedule for those matrices."""
    hidden: int = 256
    """Width of the multilingual head's hidden layer."""
    neighbour_width: int = 96
    """Numbers that are kept of a training row's hidden vector, to find the nearest by."""
    buckets: int = 16384
    """Hash buckets of its word and character n-grams."""
    false_refusals: float = 0.03
    """Largest share of validation utterances in scope that may be refused as out of scope."""
    threads: int = 2
    """CPU threads. The result depends on it in the last digits."""
    precision: Precision = "auto"
    """Format of matrix products while training: "auto" is bfloat16 where the processor has it.
    The result depends on it, as on the processor; the files are the same in kind."""

    def __post_init__(self) -> None:
        wrong = [
            name
            for name in (
                "epochs",
                "batch",
                "rank",
                "multilingual_epochs",
                "hidden",
                "neighbour_width",
                "threads",
            )
            if getattr(self, name) < 1
        ]
        if wrong:
            raise TrainingError(f"{', '.join(wrong)} must be at least 1.")
        if not 0.02 <= self.validation <= 0.5:
            raise TrainingError("validation must be between 0.02 and 0.5 of the rows.")
        if not 8 <= self.max_tokens <= 512:
            raise TrainingError("max_tokens must be between 8 and 512.")
        for name, kind in (("method", Method), ("labels", Labels), ("schedule", Schedule),
                           ("precision", Precision)):  # fmt: skip
            if getattr(self, name) not in get_args(kind):
                known = ", ".join(get_args(kind))
                raise TrainingError(f"{name} must be one of {known}, not {getattr(self, name)!r}.")
        if self.multilingual_rank < 0:
            raise TrainingError("multilingual_rank must be 0 or more.")
        if not 0.0 <= self.warm_up < 1.0:
            raise TrainingError("warm_up must be a share of the steps, from 0 to below 1.")

    @property
    def peak(self) -> float:
        """The learning rate in use."""
        if self.learning_rate is not None:
            return self.learning_rate
        return {"lora": 1e-3, "adalora": 2e-3, "full": 5e-5}[self.method]

    def as_dict(self) -> dict[str, Any]:
        """All settings by name, for the card and the log."""
        return asdict(self)


PRESETS: Final[dict[str, dict[str, Any]]] = {
    "shipped": {},
    "few-shot": {
        "epochs": 14,
        "patience": 0,
        "multilingual_epochs": 15,
    },
    "bert-base-article": {
        "method": "full",
        "base": "bert-base-uncased",
        "batch": 32,
        "epochs": 3,
        "learning_rate": 2e-5,
        "head_learning_rate": 2e-5,
        "schedule": "linear",
        "label_smoothing": 0.0,
    },
}
"""Settings by name. "shipped" is the shipped model's; "bert-base-article" the common recipe of
fine-tuning all of BERT: Devlin et al. 2018, arXiv:1810.04805, appendix A.3."""


def preset(name: str, **changes: Any) -> IntentTrainingArguments:
    """A preset's settings, those in `changes` instead of its own.

    Raises:
        TrainingError: there is no such preset, or a setting is out of range.
    """
    if name not in PRESETS:
        raise TrainingError(f"There is no preset {name!r}; there are: {', '.join(PRESETS)}.")
    return IntentTrainingArguments(**{**PRESETS[name], **changes})
