"""Transformer TTS (Li et al., AAAI 2019): the paper's autoregressive baseline, and a teacher."""

from typing import TYPE_CHECKING

from fs2.config.schema import Config
from fs2.features.statistics import Statistics
from fs2.systems.autoregressive.system import AutoregressiveSystem
from fs2.systems.transformer_tts.settings import TransformerTTSModel, TransformerTTSTraining

if TYPE_CHECKING:
    from fs2.systems.transformer_tts.network import TransformerTTS


class TransformerTTSSystem(AutoregressiveSystem):
    """From phonemes to a mel, frame by frame, by a Transformer."""

    name = "transformer_tts"
    title = "Transformer TTS"
    model = TransformerTTSModel
    training = TransformerTTSTraining

    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "TransformerTTS":
        """As `System.build`."""
        from fs2.systems.transformer_tts.network import TransformerTTS

        assert isinstance(config.model, TransformerTTSModel)
        return TransformerTTS(config.model, len(symbols), config.audio.n_mels)


SYSTEM = TransformerTTSSystem()
