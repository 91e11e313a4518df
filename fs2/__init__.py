"""FastSpeech 2 and FastSpeech 2s (Ren et al., ICLR 2021), from recordings to audible speech.

The packages are the stages of the workflow, in this order: corpus, text, alignment, features,
training (with models), vocoder, synthesis, evaluation. Each works without Snakemake and MLflow.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fs2.synthesis.voice import Voice

__version__ = "0.1.0"


def load_voice(folder: "str | Path", device: str = "auto") -> "Voice":
    """The voice in a folder: `load_voice("voice/").speak("Some text.").save("x.wav")`.

    See `fs2.voices.loading.load_voice`. All that speaking needs is imported only now.
    """
    from fs2.voices.loading import load_voice

    return load_voice(folder, device)
