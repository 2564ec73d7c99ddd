"""AdaLoRA on the sentence encoder: peft finds each site's rank, then folds to plain LoRA.

Zhang et al. 2023, "Adaptive Budget Allocation for Parameter-Efficient Fine-Tuning",
arXiv:2303.10512.
"""

from __future__ import annotations

import warnings
from typing import Any

from assistant.training.encoder import LoraLinear, SentenceEncoder
from assistant.training.errors import MissingExtra

try:
    import torch
except ImportError as error:
    raise MissingExtra("torch") from error

TARGETS = (
    r"encoder\.layer\.\d+\."
    r"(attention\.self\.(query|key|value)|attention\.output\.dense|(intermediate|output)\.dense)"
)
"""The six linear maps of each layer, as encoder.SITES has them; not the unused pooler."""

NAME = "default"


class AdaLora:
    """Low-rank matrices in singular-value form whose ranks shrink to a budget while training.

    It starts with one and a half times `rank` at each site and ends with `rank` on average:
    sites that matter keep more, others less or none.
    """

    def __init__(
        self, encoder: SentenceEncoder, rank: int, steps: int, dropout: float, penalty: float = 0.1
    ) -> None:
        """Attach to `encoder`, whose own weights are frozen. `steps` is the whole run's length.

        Raises:
            MissingExtra: peft is not installed.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # peft's libraries' own, on import
                from peft import AdaLoraConfig, get_peft_model
        except ImportError as error:
            raise MissingExtra("peft") from error
        start = max(rank + 1, rank * 3 // 2)
        config = AdaLoraConfig(
            init_r=start,
            target_r=rank,
            lora_alpha=start,  # the scaling is then one
            lora_dropout=dropout,
            target_modules=TARGETS,
            tinit=steps // 10,
            tfinal=max(1, steps // 3),
            deltaT=max(1, steps // 200),
            total_step=steps,
        )
        self._encoder, self._penalty, self._step = encoder, penalty, 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # transformers', of names that peft still uses
            self._model = get_peft_model(encoder.bert, config).base_model
        self._config = self._model.peft_config[NAME]

    @property
    def settled(self) -> int:
        """The step from which the ranks change no more."""
        return int(self._config.total_step - self._config.tfinal)

    def penalty(self) -> Any:
        """What is added to the loss so that singular vectors stay orthogonal, a scalar."""
        total: Any = 0.0
        count = 0
        for name, value in self._model.named_parameters():
            if "lora_A" in name or "lora_B" in name:
                square = value @ value.T if "lora_A" in name else value.T @ value
                total = total + torch.linalg.norm(square - torch.eye(len(square)))
                count += 1
        return self._penalty * total / count

    def after_step(self) -> None:
        """Move the budget on: call after the optimiser's step, before gradients are cleared."""
        self._step += 1
        self._model.update_and_allocate(self._step)

    def state(self) -> tuple[dict[str, Any], Any]:
        """Importance of each singular value so far, and step and kept ranks."""
        allocator = self._model.rankallocator
        tensors = {
            f"{kind}/{name}": value
            for kind in ("ipt", "exp_avg_ipt", "exp_avg_unc")
            for name, value in getattr(allocator, kind).items()
        }
        return tensors, {"step": self._step, "pattern": self._config.rank_pattern}

    def restore(self, tensors: dict[str, Any], plain: Any) -> None:
        """Take back what `state` gave."""
        self._step, self._config.rank_pattern = plain["step"], plain["pattern"]
        for name, value in tensors.items():
            kind, _, parameter = name.partition("/")
            getattr(self._model.rankallocator, kind)[parameter] = value

    def fold(self) -> dict[str, int]:
        """Replace each site by a LoraLinear of the rank that is left; the ranks by site.

        A site with none left gets one pair of zeros, as the exported graph has it.
        """
        ranks = {}
        for name, parent, attribute in self._encoder.sites():
            site = getattr(parent, attribute)
            values = site.lora_E[NAME].detach()
            kept = values.flatten().nonzero().flatten()
            scale = site.scaling[NAME] / (site.ranknum[NAME].detach() + 1e-5)
            plain = LoraLinear(site.base_layer, max(1, len(kept)))
            with torch.no_grad():
                plain.a.zero_()
                if len(kept):
                    plain.a.copy_((site.lora_A[NAME].detach() * values)[kept].T)
                    plain.b.copy_((site.lora_B[NAME].detach()[:, kept] * scale).T)
            setattr(parent, attribute, plain)
            ranks[name] = len(kept)
        return ranks
