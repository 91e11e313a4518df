"""The predictor of duration, pitch or energy (paper section 2.3, figure 1c)."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels.dropout import Dropout
from fs2.kernels.time_conv import TimeConv


class VariancePredictor(nn.Module):
    """Convolutions with ReLU, layer norm and dropout, then a linear layer (paper figure 1c).

    Args:
        channels: Channels of the input.
        hidden: Channels of the convolutions.
        outputs: Values that are predicted at each position.
        layers: Convolutions.
        kernel: Their taps.
        dropout: Probability.
    """

    def __init__(
        self,
        channels: int,
        hidden: int,
        outputs: int,
        layers: int,
        kernel: int,
        dropout: float,
    ) -> None:
        super().__init__()
        widths = [channels] + [hidden] * layers
        self.convolutions = nn.ModuleList(
            TimeConv(before, after, kernel) for before, after in pairwise(widths)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(layers))
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Predicted values of each position.

        Args:
            x: (batch, time, channels).
            mask: (batch, time), True inside a clip.

        Returns:
            The prediction (batch, time, outputs) and the hidden sequence (batch, time, hidden),
            both zero in padding.
        """
        mask = mask[..., None].to(x.dtype)  # (batch, time, 1)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = self.dropout(norm(F.relu(convolution(x)))) * mask  # (batch, time, hidden)
        return self.output(x) * mask, x


def scale_gradient(x: Tensor, share: float) -> Tensor:
    """The same values, of whose gradient only a share from 0 to 1 goes on to what made them."""
    if share == 1:
        return x
    return x.detach() if share == 0 else share * x + (1 - share) * x.detach()
