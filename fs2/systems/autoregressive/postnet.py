"""The post-net: convolutions that refine a mel (Shen et al. 2018, section 2.2)."""

from itertools import pairwise

from torch import Tensor, nn

from fs2.systems.autoregressive.settings import AutoregressiveModel


class Postnet(nn.Module):
    """Convolutions over time with batch norm, tanh after all but the last, and dropout.

    Args:
        model: The section model of the configuration.
        n_mels: Bands of the mel spectrogram.
    """

    def __init__(self, model: AutoregressiveModel, n_mels: int) -> None:
        super().__init__()
        layers, kernel = model.postnet_layers, model.postnet_kernel
        widths = [n_mels, *[model.postnet_channels] * (layers - 1), n_mels][: layers + 1]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(before, after, kernel, padding=kernel // 2, bias=False)
            for before, after in pairwise(widths)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for width in widths[1:])
        self.dropout = nn.Dropout(model.postnet_dropout)
        if layers:  # it begins with nothing to add
            nn.init.zeros_(self.norms[-1].get_parameter("weight"))

    def forward(self, mel: Tensor, mask: Tensor) -> Tensor:
        """What is to be added to the mel: (batch, frames, n_mels), mask (batch, frames)."""
        inside = mask[:, None]  # (batch, 1, frames)
        x = mel.transpose(1, 2) * inside  # (batch, n_mels, frames)
        last = len(self.convolutions) - 1
        for place, (convolution, norm) in enumerate(
            zip(self.convolutions, self.norms, strict=True)
        ):
            x = norm(convolution(x))  # (batch, channels, frames)
            x = self.dropout(x if place == last else x.tanh()) * inside
        return x.transpose(1, 2)
