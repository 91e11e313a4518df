"""A voice's folder, ready to speak."""

from pathlib import Path

from fs2.device import choose_device
from fs2.errors import FS2Error
from fs2.synthesis.voice import Voice
from fs2.systems.saving import WEIGHTS, load_network
from fs2.vocoder.entry import Vocoder
from fs2.vocoder.loading import load_vocoder
from fs2.voices.description import DESCRIPTION, VOCODER, VoiceDescription, read_voice


def load_voice(folder: str | Path, device: str = "auto") -> Voice:
    """The voice that `fs2 export` or the workflow left in `folder`.

    Args:
        folder: Has `voice.json`.
        device: `auto` (CUDA if there is one), `cpu` or `cuda`.

    Raises FS2Error as `fs2.voices.description.read_voice` does, or if weights are broken or are not
    those of the description.
    """
    folder = Path(folder)
    described = read_voice(folder)
    model = described.model(folder)
    if model.system.needs_vocoder and described.vocoder is None:
        raise FS2Error(f"{folder / DESCRIPTION}: vocoder: {described.title} needs one")
    network = load_network(model, folder / WEIGHTS, choose_device(device))
    return Voice(network, model, _vocoder(folder, described, device))


def _vocoder(folder: Path, described: VoiceDescription, device: str) -> Vocoder | None:
    if described.vocoder is None:
        return None
    try:
        return load_vocoder(folder / VOCODER, device)
    except FS2Error as error:
        raise FS2Error(f"{folder}: the voice's vocoder cannot be read: {error}") from error
