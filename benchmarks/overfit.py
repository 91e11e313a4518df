"""Can the waveform networks learn one clip? `python benchmarks/overfit.py FEATURES [--clip ID]`.

Each network is trained on one clip alone until its multi-resolution STFT loss is well below that of
Griffin-Lim's copy of the same clip, or for so many steps. Writes a page with curves and audio.
"""

import argparse
import base64
import html
import io
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
import soundfile
import torch
from matplotlib import pyplot as plt
from voice import STATISTICS

from fs2.config.files import parse_config
from fs2.features.store import ClipFeatures, FeatureStore
from fs2.files import write_text
from fs2.nn.parameters import parameter_count
from fs2.systems.system import system_for
from fs2.text.symbols import SYMBOLS
from fs2.training.stft_loss import MultiResolutionSTFTLoss
from fs2.vocoder.griffin_lim.inversion import GriffinLim
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN

TARGET = 0.8
"""Well below: this share of Griffin-Lim's loss."""


def main() -> None:
    """Train and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features", type=Path)
    parser.add_argument("--clip", help="its id; default: the shortest of the validation split")
    parser.add_argument("--size", choices=("small", "paper"), default="small")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--output", type=Path, default=Path("results/overfit/index.html"))
    options = parser.parse_args()
    with FeatureStore(options.features) as store:
        clips = [store.clip(index) for index in store.clips("validation")]
        audio = store.audio
    clip = min(clips, key=lambda clip: len(clip.mel))
    if options.clip:
        [clip] = [found for found in clips if found.id == options.clip]
    recorded = torch.from_numpy(clip.waveform.astype(np.float32) / 32768)
    config = parse_config(
        {
            "model": {"architecture": "fastspeech2s", "size": options.size},
            "training": {"stft_floor": 0.01},
            "vocoder": {"parallel_wavegan": {"generator": {"size": options.size}}},
        }
    )
    loss = MultiResolutionSTFTLoss(config.training)
    copy = torch.from_numpy(GriffinLim(audio)(torch.from_numpy(clip.mel)))
    goal = total(loss, copy, recorded)
    print(f"{clip.id}: {len(recorded) / audio.sample_rate:.1f} s, Griffin-Lim's loss {goal:.3f}")
    sounds = {"recording": recorded, f"Griffin-Lim, loss {goal:.3f}": copy}
    curves = {}
    for name, train in (("Parallel WaveGAN", parallel_wavegan), ("FastSpeech 2s", fastspeech2s)):
        torch.manual_seed(0)
        network, generate = train(config, clip)
        curve, made = overfit(name, network, generate, loss, recorded, goal, options)
        curves[name] = curve
        sounds[f"{name}, {parameter_count(network) / 1e6:.2f} M, loss {curve[-1][1]:.3f}"] = made
    write_text(options.output, page(clip, sounds, curves, goal, audio.sample_rate))
    print(f"Look at {options.output}")


def parallel_wavegan(config, clip: ClipFeatures):
    """The network, and a function that makes the clip with it."""
    audio = config.audio
    model = ParallelWaveGAN(
        config.vocoder.parallel_wavegan.generator, audio.n_mels, audio.sample_rate
    )
    mel, log_f0 = torch.from_numpy(clip.mel), contour(clip)
    model.mel_mean.copy_(mel.mean(dim=0))
    model.mel_std.copy_(mel.std(dim=0).clamp(min=1e-3))
    return model, lambda: model(mel[None], log_f0[None])[0]


def fastspeech2s(config, clip: ClipFeatures):
    """Waveform decoder with a learnt embedding of each frame, which stands for the text's part."""
    decoder = system_for(config).build(config, list(SYMBOLS), STATISTICS).waveform_decoder
    decoder.states = torch.nn.Parameter(torch.randn(len(clip.mel), config.model.hidden))
    f0 = contour(clip).exp()[None]
    frames = len(clip.mel)
    return decoder, lambda: decoder(decoder.states[None], decoder.make_source(1, frames, f0))[0]


def contour(clip: ClipFeatures) -> torch.Tensor:
    """Interpolated log F0 (frames,)."""
    return torch.from_numpy(clip.pitch_contour * clip.pitch_std + clip.pitch_mean)


def overfit(name, network, generate, loss, recorded, goal, options):
    """Train; the loss at some steps, and the last waveform."""
    optimizer = torch.optim.Adam(network.parameters(), options.learning_rate)
    curve, begun = [], time.perf_counter()
    for step in range(1, options.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = options.learning_rate * (1 - 0.9 * step / options.steps)
        made = generate()
        value = sum(loss(made[None], recorded[None]).values())
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % 20 == 0 or step == options.steps:
            curve.append((step, value.item()))
            if step % 100 == 0:
                print(
                    f"{name}, step {step}: {value.item():.3f}, {time.perf_counter() - begun:.0f} s",
                    flush=True,
                )
            if value.item() < TARGET * goal:
                break
    return curve, made.detach()


def total(loss, made: torch.Tensor, recorded: torch.Tensor) -> float:
    """Spectral convergence and log magnitude distance together."""
    return sum(loss(made[None], recorded[None]).values()).item()


def page(clip: ClipFeatures, sounds, curves, goal: float, rate: int) -> str:
    """Players and curves in one file."""
    figure, axes = plt.subplots(figsize=(7, 3))
    for name, curve in curves.items():
        axes.plot(*np.array(curve).T, label=name)
    axes.axhline(goal, color="gray", linestyle="--", label="Griffin-Lim")
    axes.set(xlabel="step", ylabel="multi-resolution STFT loss", ylim=(0, None))
    axes.legend()
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=100, bbox_inches="tight")
    players = []
    for name, samples in sounds.items():
        stream = io.BytesIO()
        soundfile.write(stream, samples.clamp(-1, 1).numpy(), rate, format="WAV")
        sound = base64.b64encode(stream.getvalue()).decode()
        player = f"<audio controls src='data:audio/wav;base64,{sound}'></audio>"
        players.append(f"<p>{html.escape(name)}<br>{player}")
    image = base64.b64encode(picture.getvalue()).decode()
    return (
        "<!doctype html><meta charset=utf-8><title>One clip</title>"
        f"<h1>One clip, learnt by heart</h1><p>{html.escape(clip.id)}: {html.escape(clip.text)}"
        f"<p><img src='data:image/png;base64,{image}' alt='loss curves'>{''.join(players)}"
    )


if __name__ == "__main__":
    main()
