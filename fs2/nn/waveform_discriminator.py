"""Parallel WaveGAN's discriminator: is a waveform recorded or generated? (Yamamoto et al. 2020)."""

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

SLOPE = 0.2
"""Negative slope of the leaky ReLUs, as published (Yamamoto et al. 2020)."""


class WaveformDiscriminator(nn.Module):
    """Non-causal convolutions whose dilation grows by one a layer, with leaky ReLU and weight norm.

    The first and last are not dilated. The result is a score for each sample (section 2.2).
    """

    def __init__(self, layers: int = 10, channels: int = 64, kernel: int = 3) -> None:
        super().__init__()
        dilations = [1, *range(1, layers - 1), 1]
        widths = [1, *[channels] * (layers - 1), 1]
        self.layers = nn.ModuleList(
            weight_norm(
                nn.Conv1d(
                    widths[layer],
                    widths[layer + 1],
                    kernel,
                    dilation=dilation,
                    padding=kernel // 2 * dilation,
                )
            )
            for layer, dilation in enumerate(dilations)
        )

    def forward(self, samples: Tensor) -> Tensor:
        """(batch, samples) -> scores (batch, samples): near 1 for recorded, 0 for generated."""
        x = samples.unsqueeze(1)  # (batch, 1, samples)
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), SLOPE)  # (batch, channels, samples)
        return self.layers[-1](x).squeeze(1)  # (batch, samples)
