"""A CLIP model of a few thousand random weights, as files in a folder."""

from __future__ import annotations

import json
from pathlib import Path


def write_tiny_clip(folder: Path) -> Path:
    """Write one; needs torch and transformers."""
    import torch
    import transformers as hf

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    signs = [chr(code) for code in range(33, 127)]
    pieces = [*signs, *(f"{sign}</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({p: n for n, p in enumerate(pieces)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    small = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    end = len(pieces) - 1
    config = hf.CLIPConfig(
        text_config={
            **small,
            "vocab_size": len(pieces),
            "max_position_embeddings": 77,
            "bos_token_id": end - 1,
            "eos_token_id": end,
            "pad_token_id": end,
        },
        vision_config={**small, "image_size": 32, "patch_size": 16},
        projection_dim=12,
    )
    hf.CLIPModel(config).save_pretrained(folder)
    tokenizer = hf.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    crop = {"height": 32, "width": 32}
    processor = hf.CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=crop)
    hf.CLIPProcessor(processor, tokenizer).save_pretrained(folder)
    return folder
