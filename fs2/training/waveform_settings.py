"""How what makes waveforms is trained: shared by FastSpeech 2s and Parallel WaveGAN."""

from pydantic import Field, PositiveInt, model_validator

from fs2.audio import AudioSettings
from fs2.config.section import Section


class WaveformTraining(Section):
    """Training of what makes waveforms: losses, discriminator, segments (paper section 2.4)."""

    batch_size: int = Field(12, ge=1)
    """Most segments in a batch, of one utterance each (the paper: 6 on each of two GPUs)."""
    segment_size: int = Field(20_480, ge=1)
    """Length of the random segments, in samples; a multiple of the hop length. Shorter utterances
    are padded."""
    stft_weight: float = Field(1.0, ge=0)
    """Weight of the multi-resolution STFT loss."""
    stft_lengths: tuple[PositiveInt, ...] = (1024, 2048, 512)
    """Transform lengths of the STFT loss, one a resolution, in samples."""
    stft_hops: tuple[PositiveInt, ...] = (120, 240, 50)
    """Hops of the STFT loss."""
    stft_windows: tuple[PositiveInt, ...] = (600, 1200, 240)
    """Window lengths of the STFT loss."""
    stft_floor: float = Field(3e-4, gt=0)
    """Magnitudes of the STFT loss below this are raised to it. Higher: silent bands, such as those
    that a recording at a lower rate does not have, take less of the training."""
    adversarial_weight: float = Field(4.0, ge=0)
    """Weight of the adversarial loss of the waveform's discriminator; 0: none."""
    mel_adversarial_weight: float = Field(0.0, ge=0)
    """Weight of a second discriminator, which judges the mel of the segments; 0: none (paper)."""
    discriminator_start: int = Field(40_000, ge=0)
    """Step at which the discriminators join."""
    discriminator_learning_rate: float = Field(5e-5, gt=0)
    """Learning rate of the discriminators (RAdam)."""
    discriminator_lr_halve_every: int = Field(200_000, ge=1)
    """Steps after which the discriminator's learning rate is halved, again and again."""
    discriminator_layers: int = Field(10, ge=3)
    """Dilated convolutions of the discriminator."""
    discriminator_channels: int = Field(64, ge=1)
    """Channels of the discriminator."""
    validation_clips: int = Field(3, ge=0)
    """Validation clips whose audio is kept at each validation."""

    @model_validator(mode="after")
    def _resolutions(self) -> "WaveformTraining":
        if not len(self.stft_lengths) == len(self.stft_hops) == len(self.stft_windows) > 0:
            raise ValueError("stft_lengths, stft_hops and stft_windows must be equally long")
        for length, window in zip(self.stft_lengths, self.stft_windows, strict=True):
            if window > length:
                raise ValueError("stft_windows must not be above stft_lengths")
        if self.segment_size <= max(self.stft_lengths) // 2:
            raise ValueError("segment_size must be above half of every stft_lengths")
        return self

    def check(self, key: str, audio: AudioSettings) -> None:
        """ValueError that names `key` unless segments can be cut on frame boundaries."""
        super().check(key, audio)
        if self.segment_size % audio.hop_length:
            raise ValueError(
                f"{key}.segment_size: must be a multiple of audio.hop_length, {audio.hop_length}"
            )
