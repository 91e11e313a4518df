"""What the variance adaptor takes and gives (paper sections 2.2 and 2.3)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from torch import Tensor

from fs2.nn.length_regulator import average_by_phoneme

if TYPE_CHECKING:  # speaking does without h5py
    from fs2.training.data import Batch


@dataclass
class Variances:
    """Given values, such as a recording's in training; what is None is predicted.

    Attributes:
        durations: (batch, phonemes), int64, frames.
        log_f0: (batch, frames), interpolated, natural log of Hz.
        voiced: (batch, frames), bool.
        energy: (batch, frames), L2 norm of the STFT frame.
    """

    durations: Tensor | None = None
    log_f0: Tensor | None = None
    voiced: Tensor | None = None
    energy: Tensor | None = None

    COLUMNS = ("durations", "pitch_contour", "pitch_mean", "pitch_std", "f0", "energy")
    """The columns of the features file that `of` reads."""

    @classmethod
    def of(cls, batch: "Batch") -> Self:
        """The recordings' variances of a batch: teacher forcing (paper section 2.3)."""
        mean, std = batch["pitch_mean"], batch["pitch_std"]
        return cls(
            durations=batch["durations"],
            log_f0=batch["pitch_contour"] * std[:, None] + mean[:, None],
            voiced=batch["f0"] > 0,
            energy=batch["energy"],
        )

    def by_phoneme(self, durations: Tensor, frame_mask: Tensor) -> Self:
        """Means over each phoneme's frames of what is given, (batch, phonemes).

        Unvoiced frames count with their interpolated F0; a phoneme is voiced if most frames are.
        """

        def mean(values: Tensor | None) -> Tensor | None:
            return None if values is None else average_by_phoneme(values, durations, frame_mask)

        voiced = None if self.voiced is None else mean(self.voiced.float())
        return type(self)(
            durations=self.durations,
            log_f0=mean(self.log_f0),
            voiced=None if voiced is None else voiced > 0.5,
            energy=mean(self.energy),
        )


@dataclass
class VariancePrediction:
    """What the predictors say, in the units of the losses.

    With `variance_level: phoneme`, pitch and energy have phonemes in place of frames.

    Attributes:
        log_durations: (batch, phonemes), log(frames + 1).
        pitch: (batch, frames, scales) pitch spectrogram; (batch, frames, 1) standardised log F0
            if the contour is predicted; None without pitch.
        pitch_moments: (batch, 2), standardised mean and deviation of log F0; None unless cwt.
        voicing: (batch, frames), logit; None unless it is predicted.
        energy: (batch, frames), standardised; None without energy.
    """

    log_durations: Tensor
    pitch: Tensor | None = None
    pitch_moments: Tensor | None = None
    voicing: Tensor | None = None
    energy: Tensor | None = None


@dataclass
class Adapted:
    """The adaptor's result.

    Attributes:
        states: (batch, frames, hidden), zero in padding.
        mask: (batch, frames), true inside a clip.
        frame_lengths: (batch,), int64.
        durations: (batch, phonemes), int64, frames; given or predicted, and so the next two.
        f0: (batch, frames), Hz, 0 in unvoiced frames if voicing is predicted; None without pitch.
        energy: (batch, frames), L2 norm of the STFT frame; None without energy.
        prediction: What the predictors said.
    """

    states: Tensor
    mask: Tensor
    frame_lengths: Tensor
    durations: Tensor
    f0: Tensor | None
    energy: Tensor | None
    prediction: VariancePrediction
