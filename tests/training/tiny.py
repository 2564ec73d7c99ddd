"""A training so small that a test can afford it: rows, a random BERT, fixed vectors."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

ROWS = {
    "greet": ["hello", "hi there", "good morning", "hey you", "hello again", "hi", "howdy"],
    "cancel_order": [
        "cancel my order", "please cancel it", "stop my order", "cancel order 17", "call it off",
        "I want it cancelled", "cancel everything I ordered",
    ],
    "out_of_scope": [
        "who won the match", "write me a poem", "what is two plus two", "sing a song",
        "is it going to rain", "capital of Peru", "tell me a joke",
    ],
}  # fmt: skip
CHINESE = {
    "greet": ["你好", "早上好", "您好啊", "嗨"],
    "cancel_order": ["取消订单", "帮我取消", "我要取消刚才的单", "别发货了，取消"],
    "out_of_scope": ["今天天气", "写首诗", "谁赢了比赛", "讲个笑话"],
}


class HashedVectors:
    """Stands in for the multilingual model: a fixed random vector for each character."""

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = [
            sum((np.random.default_rng(ord(c)).normal(size=512) for c in text), np.zeros(512))
            for text in texts
        ]
        stacked = np.array(rows) / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
        return np.asarray(stacked, np.float32)


def make_base(folder: Path, width: int = 32, seed: int = 0) -> Path:
    """A random BERT of two narrow layers with a word tokenizer, as a local model folder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    words = sorted({w.lower() for rows in ROWS.values() for row in rows for w in row.split()})
    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    import torch

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=1000, hidden_size=width, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


def write_corpus(folder: Path) -> Path:
    """The rows as a corpus folder."""
    for language, rows in (("en", ROWS), ("zh", CHINESE)):
        for label, texts in rows.items():
            file = folder / language / f"{label}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return folder


def small_arguments(base: Path, **changes: Any) -> Any:
    """Settings under which a whole run takes a fraction of a second."""
    from assistant.training.arguments import IntentTrainingArguments

    small = IntentTrainingArguments(
        base=str(base), epochs=2, multilingual_epochs=6, rank=2, hidden=8, buckets=256, threads=1
    )
    return dataclasses.replace(small, **changes)


def train(arguments: Any, models: Path, out: Path, corpus: Path, **more: Any) -> Any:
    """A run without the multilingual download."""
    from assistant.training.intents import train_intents

    return train_intents(arguments, models, out, [corpus], multilingual=HashedVectors(), **more)


def weights(folder: Path) -> str:
    """Of a model's weights, one number."""
    return hashlib.sha256((folder / "adapter.safetensors").read_bytes()).hexdigest()
