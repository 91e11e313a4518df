"""How fast the autoregressive systems are: `python benchmarks/autoregressive.py`.

Prints milliseconds per frame, at the size paper, to decode sentences of growing length, which must
not grow with it. Where ESPnet is installed, its Tacotron 2 and Transformer of the same widths
follow, and training steps (forward, backward, Adam) of both, in turn in one process:

    pip install --no-deps espnet typeguard==2.13.3
"""

import argparse
import importlib.util
import logging
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from voice import FRAMES_PER_PHONEME, configuration, median_seconds, random_model, systems

from fs2.config.schema import Config
from fs2.device import keep_freed_memory
from fs2.nn.parameters import parameter_count
from fs2.systems.autoregressive.decoding import generate
from fs2.systems.autoregressive.losses import losses
from fs2.systems.system import system_for
from fs2.text.symbols import SYMBOLS
from fs2.training.data import Batch

LENGTHS = (500, 1000, 2000)
"""Frames; 2,000 are 23 seconds."""
ESPNET: dict[str, dict[str, Any]] = {
    "tacotron2": {"adim": 128, "aconv_chans": 32, "aconv_filts": 15},
    "transformer_tts": {
        "embed_dim": 0,
        "eprenet_conv_layers": 0,
        "elayers": 4,
        "dlayers": 4,
        "adim": 256,
        "aheads": 2,
        "eunits": 1024,
        "dunits": 5120,
        "positionwise_layer_type": "conv1d-linear",
        "positionwise_conv_kernel_size": 9,
        "postnet_chans": 512,
    },
}
"""System -> what makes ESPnet's as large. Its Transformer's decoder has linear layers, as many
values as our convolutions."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="training steps")
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS, help="frames")
    parser.add_argument("--clips", type=int, default=4, help="of a training step")
    parser.add_argument("--frames", type=int, default=320, help="of a clip of a training step")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    keep_freed_memory()
    espnet = importlib.util.find_spec("espnet2") is not None
    names = [name for name in systems() if name in ESPNET]
    columns = " | ".join(f"{frames:,} frames" for frames in options.lengths)
    print(f"| decoding, ms per frame, {options.threads} threads | {columns} |")
    print("|---|" + "---|" * len(options.lengths))
    for name in names:
        row(name, decoder_of_ours(configuration("paper", name)), options.lengths)
        if espnet:
            row(f"{name}, ESPnet", decoder_of_espnet(espnet_network(name)), options.lengths)
    if not espnet:
        return
    print("\n| training step | parameters | frames per second |\n|---|---|---|")
    batch = random_batch(options.clips, options.frames)
    for name in names:
        config, theirs = configuration("paper", name), espnet_network(name)
        ours = system_for(config).build(config, list(SYMBOLS), None)
        steps = {name: (ours, loss_of_ours(ours, config, batch))}
        steps[f"{name}, ESPnet"] = (theirs, loss_of_espnet(theirs, batch))
        for title, (network, loss) in steps.items():
            seconds = median_seconds(training_step(network, loss), options.repeats)
            millions = parameter_count(network) / 1e6
            print(f"| {title} | {millions:.1f} M | {batch.frames / seconds:,.0f} |", flush=True)


def row(title: str, decode: Callable[[int], int], lengths: list[int]) -> None:
    """A line of milliseconds per frame; `decode` makes so many frames and returns how many."""
    decode(FRAMES_PER_PHONEME)
    cells = []
    for frames in lengths:
        begun = time.perf_counter()
        made = decode(frames)
        cells.append(f"{1000 * (time.perf_counter() - begun) / made:.2f}")
    print(f"| {title} | {' | '.join(cells)} |", flush=True)


def sentence(frames: int) -> Tensor:
    """Random phonemes (phonemes,) that are spoken in so many frames."""
    return torch.randint(1, len(SYMBOLS), (frames // FRAMES_PER_PHONEME,))


def decoder_of_ours(config: Config) -> Callable[[int], int]:
    """Decodes with random weights that never end by themselves."""
    network = random_model(config, torch.device("cpu"))

    @torch.inference_mode()
    def decode(frames: int) -> int:
        phonemes = sentence(frames)
        lengths = torch.tensor([len(phonemes)])
        return generate(network, phonemes[None], lengths, FRAMES_PER_PHONEME).mel.shape[1]

    return decode


def espnet_network(name: str) -> nn.Module:
    """ESPnet's network, with random weights."""
    logging.disable(logging.WARNING)
    from espnet2.tts.tacotron2 import Tacotron2
    from espnet2.tts.transformer import Transformer

    network = {"tacotron2": Tacotron2, "transformer_tts": Transformer}[name]
    return network(idim=len(SYMBOLS), odim=80, **ESPNET[name])


def decoder_of_espnet(network: Any) -> Callable[[int], int]:
    """As `decoder_of_ours`."""
    network.eval()
    stop = network.dec.prob_out if hasattr(network, "dec") else network.prob_out
    nn.init.zeros_(stop.weight)
    if stop.bias is not None:
        nn.init.constant_(stop.bias, -1)

    @torch.inference_mode()
    def decode(frames: int) -> int:
        phonemes = sentence(frames)
        ratio = frames / (len(phonemes) + 1)
        made: Tensor = network.inference(phonemes, maxlenratio=ratio, threshold=0.6)["feat_gen"]
        return len(made)

    return decode


def random_batch(clips: int, frames: int) -> Batch:
    """Clips of the same length, of random values."""
    phonemes = torch.stack([sentence(frames) for _ in range(clips)])
    lengths, frame_lengths = torch.full((clips,), phonemes.shape[1]), torch.full((clips,), frames)
    mel = torch.randn(clips, frames, 80) - 5
    return Batch(["clip"] * clips, phonemes, lengths, frame_lengths, {"mel": mel})


def loss_of_ours(network: nn.Module, config: Config, batch: Batch) -> Callable[[], Tensor]:
    """The loss of a training step, with guided attention as ESPnet has it."""

    def loss() -> Tensor:
        made = network(batch.phonemes, batch.phoneme_lengths, batch["mel"], batch.frame_lengths)
        return losses(made, batch, config.training, guided=True)["loss"]  # type: ignore[arg-type]

    return loss


def loss_of_espnet(network: nn.Module, batch: Batch) -> Callable[[], Tensor]:
    """The same of ESPnet's."""

    def loss() -> Tensor:
        value: Tensor = network(
            batch.phonemes, batch.phoneme_lengths, batch["mel"], batch.frame_lengths
        )[0]
        return value

    return loss


def training_step(network: nn.Module, loss: Callable[[], Tensor]) -> Callable[[], None]:
    """A step of Adam."""
    optimizer = torch.optim.AdamW(network.train().parameters(), 1e-4, fused=True)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return step


if __name__ == "__main__":
    main()
