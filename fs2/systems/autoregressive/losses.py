"""Losses of mel, stop token and attention."""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.kernels.attention import MASKED
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.length_regulator import frame_to_phoneme
from fs2.systems.autoregressive.network import TeacherForced
from fs2.systems.autoregressive.settings import AutoregressiveTraining
from fs2.training.data import Batch

GUIDE_PHONEMES = 1.0
"""How many phonemes from the spoken one attention is free, where durations guide it."""
BLANK = -1.0
"""Log weight of a blank, before each step's are made to add up to 1 (Badlani et al. 2022)."""
LEAST_WEIGHT = 1e-6
"""Of attention, so that its log is finite."""


def losses(
    result: TeacherForced, batch: Batch, training: AutoregressiveTraining, guided: bool
) -> dict[str, Tensor]:
    """Every term by name, unweighted, their weighted sum as `loss`, and the `focus_rate`.

    The mel's error in natural log is absolute or squared, before and after the post-net. `guided`
    says whether the attention's loss counts.
    """
    mel, mask = batch["mel"], length_mask(batch.frame_lengths, batch["mel"].shape[1])
    compare = F.l1_loss if training.mel_loss == "l1" else F.mse_loss
    values = mask.sum() * mel.shape[2]
    terms = {}
    for name, made in (("mel_loss", result.refined), ("mel_before_postnet_loss", result.mel)):
        errors = compare(made, mel, reduction="none") * mask[..., None]
        terms[name] = errors.sum() / values
    terms["stop_loss"] = stop_loss(result, training.stop_weight)
    total = terms["mel_loss"] + terms["mel_before_postnet_loss"] + terms["stop_loss"]
    if guided:
        distance = guide(result, batch, training)
        terms["attention_loss"] = guided_attention_loss(result, distance)
        total = total + training.guided_attention_weight * terms["attention_loss"]
    if training.alignment_weight:
        terms["alignment_loss"] = alignment_loss(result, batch.phoneme_lengths)
        total = total + training.alignment_weight * terms["alignment_loss"]
    return {"loss": total, **terms, "focus_rate": focus_rate(result)}


def stop_loss(result: TeacherForced, weight: float) -> Tensor:
    """Binary cross-entropy of the stop token, 1 at each clip's last step, which has the weight."""
    steps = result.stop_logits.shape[1]
    mask = length_mask(result.step_lengths, steps)  # (batch, steps)
    target = F.one_hot(result.step_lengths - 1, steps).to(result.stop_logits.dtype)
    errors = F.binary_cross_entropy_with_logits(
        result.stop_logits, target, reduction="none", pos_weight=target.new_tensor(weight)
    )
    return (errors * mask).sum() / mask.sum()


def guide(result: TeacherForced, batch: Batch, training: AutoregressiveTraining) -> Tensor:
    """How far each phoneme is from where a step should be, in deviations of a bell curve.

    (batch, steps, phonemes): of the diagonal, or of the phoneme of the step's middle frame.
    """
    _, _, steps, phonemes = result.attention.shape
    step = torch.arange(steps, device=result.attention.device)
    phoneme = torch.arange(phonemes, device=result.attention.device)
    if training.guided_attention == "diagonal":
        wanted = (step / result.step_lengths[:, None])[..., None]  # (batch, steps, 1)
        place = (phoneme / batch.phoneme_lengths[:, None])[:, None]  # (batch, 1, phonemes)
        return (place - wanted) / training.guided_attention_sigma
    factor = -(-batch["mel"].shape[1] // steps)
    owner = frame_to_phoneme(batch["durations"], steps * factor)  # (batch, frames)
    wanted = owner[:, factor // 2 :: factor]  # (batch, steps)
    return (phoneme - wanted[..., None]) / GUIDE_PHONEMES


def guided_attention_loss(result: TeacherForced, distance: Tensor) -> Tensor:
    """Mean over the steps of -log(m), m being the attention within reach of where it should be.

    m adds up the weights times exp(-distance^2 / 2). Tachibana et al. (2018, section 4.1) have
    1 - m, whose gradient vanishes where attention is sharp and at the wrong place.

    distance (batch, steps, phonemes): as `guide` makes it.
    """
    within = (-(distance**2) / 2).exp()  # (batch, steps, phonemes)
    reach = (result.attention.float() * within[:, None]).sum(dim=3)  # (batch, heads, steps)
    mask = length_mask(result.step_lengths, distance.shape[1])  # (batch, steps)
    costs = -reach.clamp(min=LEAST_WEIGHT).log()  # (batch, heads, steps)
    return (costs * mask[:, None]).sum() / (mask.sum() * costs.shape[1])


def alignment_loss(result: TeacherForced, phoneme_lengths: Tensor) -> Tensor:
    """How unlikely it is, by the attention, to go through all phonemes in order, a step a time.

    The negative log of the sum over all monotonic paths of the product of their weights, by step
    (Badlani et al. 2022, section 2.1: the forward-sum of connectionist temporal classification, in
    which a blank has the log weight of -1). Mean over clips and heads; a clip of more phonemes than
    steps has no path and does not count.
    """
    batch, heads, _, phonemes = result.attention.shape
    log_weights = result.attention.float().clamp(min=LEAST_WEIGHT).log().flatten(0, 1)
    emissions = F.pad(log_weights, (1, 0), value=BLANK).permute(1, 0, 2)  # (steps, heads, 1 + n)
    labels = torch.arange(1, phonemes + 1, device=emissions.device).expand(batch * heads, -1)
    lengths = phoneme_lengths.repeat_interleave(heads)
    absent = torch.arange(phonemes + 1, device=emissions.device) > lengths[:, None]
    losses = F.ctc_loss(
        emissions.masked_fill(absent, MASKED).log_softmax(dim=2),
        labels,
        result.step_lengths.repeat_interleave(heads),
        lengths,
        reduction="none",
        zero_infinity=True,
    )
    return (losses / result.step_lengths.repeat_interleave(heads)).mean()


def focus_rate(result: TeacherForced) -> Tensor:
    """Mean over the clips of the focus rate of their most focused head."""
    mask = length_mask(result.step_lengths, result.attention.shape[2])  # (batch, steps)
    largest = result.attention.detach().amax(dim=3) * mask[:, None]  # (batch, heads, steps)
    rates = largest.sum(dim=2) / result.step_lengths[:, None]  # (batch, heads)
    return rates.amax(dim=1).mean()
