"""The settings of an intent training run, each documented under itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.training.errors import TrainingError

Method = Literal["lora", "full"]


@dataclass(frozen=True, slots=True)
class IntentTrainingArguments:
    """How `aisle train intents` trains. The defaults make the shipped model."""

    method: Method = "lora"
    """"lora" trains low-rank matrices beside the frozen base and yields a 3 MB adapter. "full"
    trains every weight of the base and yields a base graph of its own, about 23 MB."""
    base: str = "all-MiniLM-L6-v2"
    """BERT by folder or hub name. An adapter fits only the graph of the base it was trained on."""
    seed: int = 7
    """Settles the split, the order of rows, dropout and the start of every new weight."""
    epochs: int = 6
    """Passes over the training part, at most; early stopping may end sooner."""
    patience: int = 3
    """Epochs without a better validation accuracy before training stops."""
    batch: int = 32
    """Rows a step; the multilingual head takes four times as many."""
    rank: int = 16
    """Rank of the LoRA matrices."""
    learning_rate: float | None = None
    """Peak of the one-cycle schedule for LoRA matrices or base weights; 1e-3 for "lora" and
    5e-5 for "full" where none is given."""
    head_learning_rate: float = 5e-3
    """Peak for the classification head, which starts from nothing."""
    dropout: float = 0.1
    """On sentence vectors before the head, and on the input of LoRA matrices."""
    label_smoothing: float = 0.1
    """Share of each label's probability spread over all labels."""
    weight_decay: float = 0.01
    """Of AdamW; not for biases."""
    max_tokens: int = 48
    """Longer utterances are cut, in training and afterwards."""
    validation: float = 0.1
    """Share of each label's rows held back for early stopping and calibration."""
    multilingual_epochs: int = 12
    """Passes for the multilingual head, whose sentence vectors are computed once."""
    hidden: int = 256
    """Width of the multilingual head's hidden layer."""
    buckets: int = 16384
    """Hash buckets of its word and character n-grams."""
    false_refusals: float = 0.03
    """Largest share of validation utterances in scope that may be refused as out of scope."""
    threads: int = 2
    """CPU threads. The result depends on it in the last digits."""

    def __post_init__(self) -> None:
        wrong = [
            name
            for name in ("epochs", "batch", "rank", "multilingual_epochs", "hidden", "threads")
            if getattr(self, name) < 1
        ]
        if wrong:
            raise TrainingError(f"{', '.join(wrong)} must be at least 1.")
        if not 0.02 <= self.validation <= 0.5:
            raise TrainingError("validation must be between 0.02 and 0.5 of the rows.")
        if not 8 <= self.max_tokens <= 512:
            raise TrainingError("max_tokens must be between 8 and 512.")
        if self.method not in ("lora", "full"):
            raise TrainingError(f'method must be "lora" or "full", not {self.method!r}.')

    @property
    def peak(self) -> float:
        """The learning rate in use."""
        if self.learning_rate is not None:
            return self.learning_rate
        return 1e-3 if self.method == "lora" else 5e-5

    def as_dict(self) -> dict[str, Any]:
        """All settings by name, for the card and the log."""
        return asdict(self)
