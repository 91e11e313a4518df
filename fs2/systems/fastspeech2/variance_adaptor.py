"""The variance adaptor: duration, pitch and energy (paper sections 2.2 and 2.3)."""

import math

import torch
from torch import Tensor, nn

from fs2.config.features import Features
from fs2.features.pitch_spectrogram import recompose
from fs2.features.statistics import Statistics
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.length_regulator import longest, regulate_length
from fs2.nn.variance_predictor import VariancePredictor, scale_gradient
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.settings import AcousticModel
from fs2.systems.fastspeech2.variances import Adapted, VariancePrediction, Variances
from fs2.systems.phoneme_controls import PhonemeControls, spoken_durations


class VarianceAdaptor(nn.Module):
    """Predicts duration, pitch and energy and adds pitch and energy to the regulated states.

    Each of them is given (teacher forcing) or else the prediction is used, scaled by the controls.
    Pitch and energy are at frame level, after the length regulator; with `variance_level: phoneme`
    before it, as in FastPitch, against which the paper argues in section 2.3. An ablated input
    (`pitch: none`, `energy: false`) has no predictor and no embedding.

    Args:
        model: The section model of the configuration.
        features: The section features: the scales of the pitch spectrogram.
        statistics: Those of the training split.
    """

    def __init__(self, model: AcousticModel, features: Features, statistics: Statistics) -> None:
        super().__init__()
        self.model = model
        self.statistics = statistics.with_least_std()

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

    @property
    def by_phoneme(self) -> bool:
        """Whether pitch and energy are of phonemes."""
        return self.model.variance_level == "phoneme"

    def forward(
        self,
        states: Tensor,
        phoneme_mask: Tensor,
        given: Variances | None = None,
        controls: Controls | PhonemeControls | None = None,
    ) -> Adapted:
        """States of phonemes to states of frames.

        Args:
            states: (batch, phonemes, hidden).
            phoneme_mask: (batch, phonemes), true inside a clip.
            given: Values that stand in the place of predictions; the result has as many frames as
                they have.
            controls: Factors on the predictions.

        """
        given, controls = given or Variances(), controls or Controls()
        log_durations = self._predict_durations(states, phoneme_mask)  # (batch, phonemes)
        durations = given.durations
        if durations is None:
            durations = spoken_durations(log_durations, phoneme_mask, controls)
        frame_lengths = durations.sum(dim=1)
        frames = longest(frame_lengths) if given.log_f0 is None else given.log_f0.shape[1]
        frame_mask = length_mask(frame_lengths, frames)  # (batch, frames)
        if self.by_phoneme:
            x, mask = states, phoneme_mask  # (batch, phonemes, hidden)
            given = given.by_phoneme(durations, frame_mask)
        else:
            x, mask = regulate_length(states, durations, frames), frame_mask
            if isinstance(controls, PhonemeControls):
                controls = controls.at_frames(durations, frames)
        x = x * mask[..., None]  # (batch, frames or phonemes, hidden)
        prediction = VariancePrediction(log_durations)
        f0 = energy = None
        if self.model.pitch != "none":
            self._predict_pitch(x, mask, prediction)
            log_f0, voiced = self._pitch(given, prediction, mask, controls)
            x = (x + self._embed_pitch(log_f0, voiced)) * mask[..., None]
            f0 = self._audible_f0(given, log_f0, voiced)
        if self.model.energy:
            prediction.energy = self._predict_energy(x, mask)
            energy = given.energy
            if energy is None:
                assert controls.energy is not None
                energy = self._energy(prediction.energy, mask, controls.energy)
            x = (x + self._embed_energy(energy)) * mask[..., None]
        if self.by_phoneme:
            x = regulate_length(x, durations, frames) * frame_mask[..., None]
            f0, energy = (
                None
                if column is None
                else regulate_length(column[..., None], durations, frames)[..., 0] * frame_mask
                for column in (f0, energy)
            )
        return Adapted(x, frame_mask, frame_lengths, durations, f0, energy, prediction)

    def standardise_log_f0(self, log_f0: Tensor) -> Tensor:
        """Log F0 by the mean and typical within-clip deviation of the training split."""
        return (log_f0 - self.statistics.pitch_mean_mean) / self.statistics.pitch_std_mean

    def standardise_moments(self, mean: Tensor, std: Tensor) -> Tensor:
        """Mean and standard deviation of log F0 of each clip (batch,) -> (batch, 2)."""
        values = self.statistics
        return torch.stack(
            (
                (mean - values.pitch_mean_mean) / values.pitch_mean_std,
                (std - values.pitch_std_mean) / values.pitch_std_std,
            ),
            dim=1,
        )

    def standardise_energy(self, energy: Tensor) -> Tensor:
        """Energy by the mean and deviation of the training split."""
        return (energy - self.statistics.energy_mean) / self.statistics.energy_std

    def _for_predictor(self, x: Tensor) -> Tensor:
        return scale_gradient(x, self.model.predictor_grad)

    def _predict_durations(self, states: Tensor, mask: Tensor) -> Tensor:
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

    def _pitch(
        self,
        given: Variances,
        prediction: VariancePrediction,
        mask: Tensor,
        controls: Controls | PhonemeControls,
    ) -> tuple[Tensor, Tensor]:
        """Log F0 (batch, time), natural log of Hz, and where it is voiced."""
        if given.log_f0 is None:
            scale = controls.pitch_std_scale or 1.0
            assert controls.pitch is not None
            log_f0 = self._contour(prediction, mask, scale) + _log(controls.pitch)
        else:
            log_f0 = given.log_f0
        if given.voiced is not None:
            return log_f0, given.voiced
        return log_f0, mask if prediction.voicing is None else (prediction.voicing > 0) & mask

    def _audible_f0(self, given: Variances, log_f0: Tensor, voiced: Tensor) -> Tensor:
        """F0 (batch, time) in Hz; that of a recording goes on where it is unvoiced or padding."""
        if given.voiced is None or self.model.predict_uv:
            return log_f0.exp() * voiced
        return log_f0.exp()

    def _contour(self, prediction: VariancePrediction, mask: Tensor, std_scale: float) -> Tensor:
        """Predicted log F0 (batch, frames), natural log of Hz."""
        assert prediction.pitch is not None
        values = self.statistics
        if self.model.pitch == "contour":
            contour = prediction.pitch.float().squeeze(2)
            return contour * values.pitch_std_mean + values.pitch_mean_mean
        assert prediction.pitch_moments is not None
        moments = prediction.pitch_moments.float()
        mean = moments[:, 0] * values.pitch_mean_std + values.pitch_mean_mean
        std = (moments[:, 1] * values.pitch_std_std + values.pitch_std_mean).clamp(min=0)
        contour = recompose(prediction.pitch.float(), mask)
        return contour * (std * std_scale)[:, None] + mean[:, None]

    def _predict_energy(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.energy_predictor(self._for_predictor(x), mask)[0].squeeze(2)

    def _energy(self, predicted: Tensor, mask: Tensor, factor: float | Tensor) -> Tensor:
        """Energy (batch, time) of the prediction."""
        energy = predicted.float() * self.statistics.energy_std + self.statistics.energy_mean
        return (energy * factor).clamp(min=0) * mask

    def _embed_pitch(self, log_f0: Tensor, voiced: Tensor) -> Tensor:
        """256 log-spaced bins of F0 (paper section 2.3)."""
        ends = (self.statistics.f0_minimum, self.statistics.f0_maximum)
        # Logarithms in float32, as those of the contour are.
        low, high = (float(torch.tensor(end).log()) for end in ends)
        index = _bin(log_f0, low, high, self.model.pitch_bins)
        if self.model.predict_uv:
            index = torch.where(voiced, index, self.model.pitch_bins)
        return self.pitch_embedding(index)

    def _embed_energy(self, energy: Tensor) -> Tensor:
        """256 uniform bins of energy (paper section 2.3)."""
        low, high = self.statistics.energy_minimum, self.statistics.energy_maximum
        return self.energy_embedding(_bin(energy, low, high, self.model.energy_bins))


def _log(factor: float | Tensor) -> float | Tensor:
    return factor.log() if isinstance(factor, Tensor) else math.log(factor)


def _bin(value: Tensor, low: float, high: float, bins: int) -> Tensor:
    """Index of the uniform bin of [low, high] that each value falls into; the ends are open."""
    scaled = (value - low) * (bins / max(high - low, 1e-6))
    return scaled.long().clamp(0, bins - 1)
