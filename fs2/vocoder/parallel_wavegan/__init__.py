"""Parallel WaveGAN, trained on the corpus: the paper's vocoder (Yamamoto et al. 2020)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fs2.audio import AudioSettings
from fs2.vocoder.entry import VocoderEntry, VocoderJob
from fs2.vocoder.parallel_wavegan.settings import (
    ParallelWaveGANGeneratorConfig,
    ParallelWaveGANSettings,
)

if TYPE_CHECKING:
    import torch

    from fs2.onnx.graph import Graph
    from fs2.vocoder.parallel_wavegan.inference import TrainedVocoder
    from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN


class ParallelWaveGANEntry(VocoderEntry):
    """A stopped training goes on from checkpoint/ in its folder, as that of a system."""

    name = "parallel_wavegan"
    title = "Parallel WaveGAN"
    settings = ParallelWaveGANSettings
    trained = True
    exports = True
    takes_any_mel = True  # it is trained on what there is

    def make(self, job: VocoderJob) -> dict[str, Any]:
        """As `VocoderEntry.make`: trains it; returns the summary of the training."""
        from fs2.vocoder.parallel_wavegan.training import ParallelWaveGANTrainer

        return ParallelWaveGANTrainer(job).run()

    def load(
        self, folder: Path, info: Mapping[str, Any], device: "torch.device"
    ) -> "TrainedVocoder":
        """As `VocoderEntry.load`."""
        from fs2.vocoder.parallel_wavegan.inference import TrainedVocoder

        audio = AudioSettings(**info["audio"])
        return TrainedVocoder(self.name, audio, self._network(folder, info), device)

    def graph(self, folder: Path, info: Mapping[str, Any]) -> "Graph":
        """As `VocoderEntry.graph`."""
        from fs2.vocoder.parallel_wavegan.exported import graph

        return graph(self._network(folder, info))

    def _network(self, folder: Path, info: Mapping[str, Any]) -> "ParallelWaveGAN":
        from fs2.nn.waveform_generator import fold_weight_norm
        from fs2.vocoder.loading import load_weights
        from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN

        audio = AudioSettings(**info["audio"])
        settings = ParallelWaveGANGeneratorConfig(**info["generator"])
        network = ParallelWaveGAN(settings, audio.n_mels, audio.sample_rate)
        fold_weight_norm(network)
        load_weights(network.load_state_dict, folder, self.title)
        return network


VOCODER = ParallelWaveGANEntry()
