"""Number formats of training: matrix products in bfloat16 where the processor has them."""

from __future__ import annotations

from typing import Any

from assistant.training.errors import MissingExtra

try:
    import torch
except ImportError as error:
    raise MissingExtra("torch") from error


def autocast(precision: str) -> Any:
    """A context under which products are computed in the chosen format; weights stay float32.

    "auto" takes bfloat16 where the processor multiplies it by itself (AVX-512 BF16, AMX), which
    is about a third quicker; elsewhere it would be slower, and float32 it is.
    """
    chosen = precision == "bfloat16" or (precision == "auto" and multiplies_bfloat16())
    return torch.autocast("cpu", torch.bfloat16, enabled=chosen)


def multiplies_bfloat16() -> bool:
    """Whether this processor has instructions for it."""
    known = (getattr(torch.cpu, name, None) for name in _CHECKS)
    return any(bool(check()) for check in known if check is not None)


_CHECKS = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
