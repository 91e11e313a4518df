"""Tacotron 2 (Shen et al., ICASSP 2018): recurrent, with an attention that sees where it was."""

from typing import TYPE_CHECKING

from fs2.config.schema import Config
from fs2.features.statistics import Statistics
from fs2.systems.autoregressive.system import AutoregressiveSystem
from fs2.systems.tacotron2.settings import Tacotron2Model, Tacotron2Training

if TYPE_CHECKING:
    from fs2.systems.tacotron2.network import Tacotron2


class Tacotron2System(AutoregressiveSystem):
    """From phonemes to a mel, frame by frame, by LSTMs."""

    name = "tacotron2"
    title = "Tacotron 2"
    model = Tacotron2Model
    training = Tacotron2Training

    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "Tacotron2":
        """As `System.build`."""
        from fs2.systems.tacotron2.network import Tacotron2

        assert isinstance(config.model, Tacotron2Model)
        return Tacotron2(config.model, len(symbols), config.audio.n_mels)


SYSTEM = Tacotron2System()
