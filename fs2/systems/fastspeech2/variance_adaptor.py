"""The variance adaptor: duration, pitch and energy (paper sections 2.2 and 2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.config.schema import Features
from fs2.features.pitch_spectrogram import recompose
from fs2.nn.feed_forward_transformer import Dropout, TimeConv, length_mask
from fs2.systems.fastspeech2.length_regulator import average_by_phoneme, regulate_length
from fs2.systems.fastspeech2.settings import Model


@dataclass
class Variances:
    """Ground truth, as the features file holds it; teacher-forces the decoder in training.

    Attributes:
        durations: (batch, phonemes), int64, frames.
        log_f0: (batch, frames), interpolated, natural log of Hz.
        voiced: (batch, frames), bool.
        energy: (batch, frames), L2 norm of the STFT frame.
    """

    durations: Tensor
    log_f0: Tensor
    voiced: Tensor
    energy: Tensor


@dataclass
class VariancePrediction:
    """What the predictors say, in the units of the losses.

    With `variance_level: phoneme`, pitch and energy have phonemes in place of frames.

    Attributes:
        log_durations: (batch, phonemes), log(frames + 1).
        pitch: (batch, frames, scales) pitch spectrogram; (batch, frames, 1) standardised log F0
            if the contour is predicted; None without pitch.
        pitch_moments: (batch, 2), standardised mean and deviation of log F0; None unless cwt.
        voicing: (batch, frames), logit; None without the unvoiced channel.
        energy: (batch, frames), standardised; None without energy.
    """

    log_durations: Tensor
    pitch: Tensor | None = None
    pitch_moments: Tensor | None = None
    voicing: Tensor | None = None
    energy: Tensor | None = None


@dataclass
class Adapted:
    """The adaptor's result at inference, in physical units; see Variances for the shapes.

    `f0` is in Hz and 0 in unvoiced frames if voicing is predicted; None without pitch.
    """

    states: Tensor
    frame_lengths: Tensor
    durations: Tensor
    f0: Tensor | None
    energy: Tensor | None


def variances_by_phoneme(variances: Variances, frame_mask: Tensor) -> Variances:
    """Means over each phoneme's frames of log F0 and energy, (batch, phonemes).

    Unvoiced frames count with their interpolated F0; a phoneme is voiced if most frames are.
    """

    def mean(values: Tensor) -> Tensor:
        return average_by_phoneme(values, variances.durations, frame_mask)

    return Variances(
        durations=variances.durations,
        log_f0=mean(variances.log_f0),
        voiced=mean(variances.voiced.to(variances.log_f0.dtype)) > 0.5,
        energy=mean(variances.energy),
    )


class VariancePredictor(nn.Module):
    """Convolutions with ReLU, layer norm and dropout, then a linear layer (paper figure 1c)."""

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
        """x (batch, time, channels), mask (batch, time).

        Returns the prediction (batch, time, outputs) and the hidden sequence
        (batch, time, hidden), both zero in padding.
        """
        inside = mask[..., None].to(x.dtype)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = self.dropout(norm(F.relu(convolution(x)))) * inside
        return self.output(x) * inside, x


class VarianceAdaptor(nn.Module):
    """Predicts duration, pitch and energy and adds pitch and energy to the regulated states.

    Pitch and energy are at frame level, after the length regulator; with `variance_level: phoneme`
    before it, as in FastPitch, against which the paper argues in section 2.3. An ablated input
    (`pitch: none`, `energy: false`) has no predictor and no embedding.

    Args:
        model: The section model of the configuration.
        features: The section features: the scales of the pitch spectrogram.
        statistics: Those of the training split, as in the features file.
    """

    NAMES = (
        "f0_minimum",
        "f0_maximum",
        "pitch_mean_mean",
        "pitch_mean_std",
        "pitch_std_mean",
        "pitch_std_std",
        "energy_minimum",
        "energy_maximum",
        "energy_mean",
        "energy_std",
    )

    def __init__(self, model: Model, features: Features, statistics: Mapping[str, float]) -> None:
        super().__init__()
        self.model = model
        values = {name: float(statistics[name]) for name in self.NAMES}
        self.values = {
            name: max(value, 1e-6) if name.endswith("_deviation") else value
            for name, value in values.items()
        }

        def predictor(outputs: int, layers: int, kernel: int) -> VariancePredictor:
            return VariancePredictor(
                model.hidden,
                model.predictor_hidden,
                outputs,
                layers,
                kernel,
                model.predictor_dropout,
            )

        self.duration_predictor = predictor(1, model.duration_layers, model.duration_kernel)
        if model.pitch != "none":
            outputs = features.wavelet_scales if model.pitch == "cwt" else 1
            self.pitch_predictor = predictor(
                outputs + model.predict_uv, model.predictor_layers, model.predictor_kernel
            )
            self.pitch_embedding = nn.Embedding(model.pitch_bins + model.predict_uv, model.hidden)
            if model.pitch == "cwt":
                self.pitch_moments = nn.Linear(model.predictor_hidden, 2)
        if model.energy:
            self.energy_predictor = predictor(1, model.predictor_layers, model.predictor_kernel)
            self.energy_embedding = nn.Embedding(model.energy_bins, model.hidden)

    def forward(
        self, states: Tensor, phoneme_mask: Tensor, frame_mask: Tensor, variances: Variances
    ) -> tuple[Tensor, VariancePrediction]:
        """Training: the ground truth is embedded, the predictions are for the losses.

        states (batch, phonemes, hidden), masks (batch, phonemes) and (batch, frames)
        -> (batch, frames, hidden) and the predictions.
        """
        prediction = VariancePrediction(self._log_durations(states, phoneme_mask))
        durations, frames = variances.durations, frame_mask.shape[1]
        by_phoneme = self.model.variance_level == "phoneme"
        if by_phoneme:
            x, mask = states, phoneme_mask
            variances = variances_by_phoneme(variances, frame_mask)
        else:
            x, mask = regulate_length(states, durations, frames), frame_mask
        inside = mask[..., None]
        x = x * inside
        if self.model.pitch != "none":
            self._predict_pitch(x, mask, prediction)
            x = (x + self._embed_pitch(variances.log_f0, variances.voiced)) * inside
        if self.model.energy:
            prediction.energy = self._predict_energy(x, mask)
            x = (x + self._embed_energy(variances.energy)) * inside
        if by_phoneme:
            x = regulate_length(x, durations, frames) * frame_mask[..., None]
        return x, prediction

    def infer(
        self,
        states: Tensor,
        phoneme_mask: Tensor,
        pace: float = 1.0,
        pitch: float = 1.0,
        energy: float = 1.0,
        pitch_std_scale: float = 1.0,
    ) -> Adapted:
        """Inference: the predictions, scaled by the factors, are embedded.

        `pitch_std_scale` acts on the deviation of log F0 that `pitch: cwt` predicts.
        """
        log_durations = self._log_durations(states, phoneme_mask).float()
        durations = ((log_durations.exp() - 1).clamp(min=0) / pace).round().long()
        durations = durations * phoneme_mask
        # A text never becomes nothing: a clip all of whose durations round to 0 keeps one frame.
        durations[:, 0] += durations.sum(dim=1) == 0
        frame_lengths = durations.sum(dim=1)
        frame_mask = length_mask(frame_lengths, int(frame_lengths.max()))
        frames = frame_mask.shape[1]
        by_phoneme = self.model.variance_level == "phoneme"
        if by_phoneme:
            x, mask = states, phoneme_mask
        else:
            x, mask = regulate_length(states, durations, frames), frame_mask
        inside = mask[..., None]
        x = x * inside
        f0 = energies = None
        if self.model.pitch != "none":
            prediction = VariancePrediction(log_durations)
            self._predict_pitch(x, mask, prediction)
            contour = self._contour(prediction, mask, pitch_std_scale)
            log_f0 = contour + torch.tensor(pitch).log()
            voiced = mask if prediction.voicing is None else (prediction.voicing > 0) & mask
            x = (x + self._embed_pitch(log_f0, voiced)) * inside
            f0 = log_f0.exp() * voiced
        if self.model.energy:
            standardised = self._predict_energy(x, mask).float()
            values = self.values
            energies = standardised * values["energy_std"] + values["energy_mean"]
            energies = (energies * energy).clamp(min=0) * mask
            x = (x + self._embed_energy(energies)) * inside
        if by_phoneme:
            x = regulate_length(x, durations, frames) * frame_mask[..., None]
            f0, energies = (
                None
                if column is None
                else regulate_length(column[..., None], durations, frames)[..., 0] * frame_mask
                for column in (f0, energies)
            )
        return Adapted(x, frame_lengths, durations, f0, energies)

    def f0(self, variances: Variances) -> Tensor | None:
        """The ground truth as `infer` would give it: (batch, frames), Hz; None without pitch."""
        if self.model.pitch == "none":
            return None
        f0 = variances.log_f0.exp()
        return f0 * variances.voiced if self.model.predict_uv else f0

    def standardise_log_f0(self, log_f0: Tensor) -> Tensor:
        """Log F0 by the mean and typical within-clip deviation of the training split."""
        return (log_f0 - self.values["pitch_mean_mean"]) / self.values["pitch_std_mean"]

    def standardise_moments(self, mean: Tensor, deviation: Tensor) -> Tensor:
        """Mean and deviation of log F0 of each clip (batch,) -> (batch, 2)."""
        values = self.values
        return torch.stack(
            (
                (mean - values["pitch_mean_mean"]) / values["pitch_mean_std"],
                (deviation - values["pitch_std_mean"]) / values["pitch_std_std"],
            ),
            dim=1,
        )

    def standardise_energy(self, energy: Tensor) -> Tensor:
        """Energy by the mean and deviation of the training split."""
        return (energy - self.values["energy_mean"]) / self.values["energy_std"]

    def _for_predictor(self, x: Tensor) -> Tensor:
        share = self.model.predictor_grad
        if share == 1:
            return x
        return x.detach() if share == 0 else share * x + (1 - share) * x.detach()

    def _log_durations(self, states: Tensor, mask: Tensor) -> Tensor:
        return self.duration_predictor(self._for_predictor(states), mask)[0].squeeze(2)

    def _predict_pitch(self, x: Tensor, mask: Tensor, prediction: VariancePrediction) -> None:
        output, hidden = self.pitch_predictor(self._for_predictor(x), mask)
        if self.model.predict_uv:
            prediction.voicing = output[..., -1]
            output = output[..., :-1]
        prediction.pitch = output
        if self.model.pitch == "cwt":
            time_mean = hidden.sum(dim=1) / mask.sum(dim=1, keepdim=True)
            prediction.pitch_moments = self.pitch_moments(time_mean)

    def _predict_energy(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.energy_predictor(self._for_predictor(x), mask)[0].squeeze(2)

    def _contour(
        self, prediction: VariancePrediction, mask: Tensor, deviation_scale: float
    ) -> Tensor:
        """Predicted log F0 (batch, frames), natural log of Hz."""
        assert prediction.pitch is not None
        values = self.values
        if self.model.pitch == "contour":
            contour = prediction.pitch.float().squeeze(2)
            return contour * values["pitch_std_mean"] + values["pitch_mean_mean"]
        assert prediction.pitch_moments is not None
        moments = prediction.pitch_moments.float()
        mean = moments[:, 0] * values["pitch_mean_std"] + values["pitch_mean_mean"]
        deviation = (moments[:, 1] * values["pitch_std_std"] + values["pitch_std_mean"]).clamp(
            min=0
        ) * deviation_scale
        contour = recompose(prediction.pitch.float(), mask)
        return contour * deviation[:, None] + mean[:, None]

    def _embed_pitch(self, log_f0: Tensor, voiced: Tensor) -> Tensor:
        """256 log-spaced bins of F0 (paper section 2.3)."""
        low, high = (torch.tensor(self.values[name]).log() for name in ("f0_minimum", "f0_maximum"))
        index = _bin(log_f0, float(low), float(high), self.model.pitch_bins)
        if self.model.predict_uv:
            index = torch.where(voiced, index, self.model.pitch_bins)
        return self.pitch_embedding(index)

    def _embed_energy(self, energy: Tensor) -> Tensor:
        """256 uniform bins of energy (paper section 2.3)."""
        low, high = self.values["energy_minimum"], self.values["energy_maximum"]
        return self.energy_embedding(_bin(energy, low, high, self.model.energy_bins))


def _bin(value: Tensor, low: float, high: float, bins: int) -> Tensor:
    """Index of the uniform bin of [low, high] that each value falls into; the ends are open."""
    scaled = (value - low) * (bins / max(high - low, 1e-6))
    return scaled.long().clamp(0, bins - 1)
