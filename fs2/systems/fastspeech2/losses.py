"""The losses of FastSpeech 2 (paper sections 2.2 and 2.3, appendix B)."""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.nn.feed_forward_transformer import length_mask
from fs2.systems.fastspeech2.settings import AcousticTraining
from fs2.systems.fastspeech2.variance_adaptor import VarianceAdaptor
from fs2.systems.fastspeech2.variances import VariancePrediction, Variances
from fs2.training.data import Batch
from fs2.training.losses import duration_loss, masked_mean


def losses(
    mel: Tensor | None,
    prediction: VariancePrediction,
    batch: Batch,
    adaptor: VarianceAdaptor,
    training: AcousticTraining,
    mel_weight: float,
) -> dict[str, Tensor]:
    """Every term by name, unweighted, and their weighted sum as `loss`; without a mel, no mel loss.

    The mel is compared by mean absolute error in natural log; durations by the squared error of
    log(frames + 1); pitch spectrogram and its two moments, and energy, by the squared error of
    their standardised values.
    """
    frames = length_mask(batch.frame_lengths, batch["mel"].shape[1])
    phonemes = length_mask(batch.phoneme_lengths, batch.phonemes.shape[1])
    variances = Variances.of(batch)
    durations = batch["durations"]
    terms: dict[str, Tensor] = {}
    weights: dict[str, float] = {}

    def add(name: str, weight: float, term: Tensor) -> None:
        terms[name] = term
        weights[name] = weight

    if mel is not None:
        add("mel_loss", mel_weight, masked_mean((mel - batch["mel"]).abs(), frames))
    duration = duration_loss(prediction.log_durations, durations, phonemes)
    add("duration_loss", training.duration_weight, duration)
    positions = frames
    if adaptor.by_phoneme:  # punctuation without a pause has no pitch
        variances = variances.by_phoneme(durations, frames)
        positions = phonemes & (durations > 0)
    assert variances.log_f0 is not None
    assert variances.voiced is not None
    assert variances.energy is not None
    if prediction.pitch is not None:
        cwt = prediction.pitch_moments is not None
        standardised = adaptor.standardise_log_f0(variances.log_f0).unsqueeze(2)
        wanted = batch["pitch_spectrogram"] if cwt else standardised
        error = (prediction.pitch.float() - wanted).square()
        add("pitch_loss", training.pitch_weight, masked_mean(error, positions))
        if cwt:
            for scale, term in enumerate(error.detach().unbind(dim=2), start=1):
                terms[f"pitch_scale_{scale}_loss"] = masked_mean(term, positions)
    if prediction.pitch_moments is not None:
        moments = adaptor.standardise_moments(batch["pitch_mean"], batch["pitch_std"])
        mean, std = F.mse_loss(prediction.pitch_moments.float(), moments, reduction="none").mean(
            dim=0
        )
        add("pitch_mean_loss", training.pitch_weight, mean)
        add("pitch_std_loss", training.pitch_weight, std)
    if prediction.voicing is not None:
        voicing = F.binary_cross_entropy_with_logits(
            prediction.voicing.float(), variances.voiced.float(), reduction="none"
        )
        add("voicing_loss", training.pitch_weight, masked_mean(voicing, positions))
    if prediction.energy is not None:
        energy = adaptor.standardise_energy(variances.energy)
        error = (prediction.energy.float() - energy).square()
        add("energy_loss", training.energy_weight, masked_mean(error, positions))
    terms["loss"] = torch.stack([weights[name] * terms[name] for name in weights]).sum()
    return terms
