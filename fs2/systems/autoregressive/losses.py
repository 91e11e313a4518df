"""Losses of mel, stop token and attention."""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.nn.feed_forward_transformer import length_mask
from fs2.systems.autoregressive.network import TeacherForced
from fs2.systems.autoregressive.settings import AutoregressiveTraining
from fs2.training.data import Batch


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
        sigma = training.guided_attention_sigma
        terms["attention_loss"] = guided_attention_loss(result, batch.phoneme_lengths, sigma)
        total = total + training.guided_attention_weight * terms["attention_loss"]
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


def guided_attention_loss(result: TeacherForced, phoneme_lengths: Tensor, sigma: float) -> Tensor:
    """Mean of attention times its distance from the diagonal (Tachibana et al. 2018, section 4.1).

    The distance is 1 - exp(-(n / N - t / T)^2 / (2 sigma^2)) for phoneme n of N and step t of T.
    """
    _, heads, steps, phonemes = result.attention.shape
    device = result.attention.device
    step = torch.arange(steps, device=device)[:, None] / result.step_lengths[:, None, None]
    phoneme = torch.arange(phonemes, device=device) / phoneme_lengths[:, None, None]
    distance = 1 - (-((phoneme - step) ** 2) / (2 * sigma**2)).exp()  # (batch, steps, phonemes)
    mask = length_mask(result.step_lengths, steps)  # (batch, steps)
    off = (result.attention.float() * distance[:, None]).sum(dim=3)  # (batch, heads, steps)
    return (off * mask[:, None]).sum() / (mask.sum() * heads)


def focus_rate(result: TeacherForced) -> Tensor:
    """Mean over the clips of the focus rate of their most focused head."""
    mask = length_mask(result.step_lengths, result.attention.shape[2])  # (batch, steps)
    largest = result.attention.detach().amax(dim=3) * mask[:, None]  # (batch, heads, steps)
    rates = largest.sum(dim=2) / result.step_lengths[:, None]  # (batch, heads)
    return rates.amax(dim=1).mean()
