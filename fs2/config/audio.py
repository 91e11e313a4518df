"""Section audio: sampling and mel analysis."""

from pydantic import Field, model_validator

from fs2.audio import AudioSettings
from fs2.config.section import Section


class Audio(Section):
    """Sampling and mel analysis (paper section 3.1; the mel is HiFi-GAN's)."""

    sample_rate: int = Field(22050, ge=8000, le=48000)
    """Samples per second of every clip, in Hz."""
    n_fft: int = Field(1024, ge=64)
    """Length of the Fourier transform, in samples."""
    hop_length: int = Field(256, ge=16)
    """Samples from one frame to the next."""
    win_length: int = Field(1024, ge=64)
    """Length of the Hann window, in samples."""
    n_mels: int = Field(80, ge=8, le=256)
    """Number of mel bands."""
    mel_fmin: float = Field(0.0, ge=0)
    """Lower edge of the lowest mel band, in Hz."""
    mel_fmax: float = Field(8000.0, gt=0)
    """Upper edge of the highest mel band, in Hz."""
    clip_val: float = Field(1e-5, gt=0)
    """Magnitudes below this are raised to it before the natural logarithm."""

    @model_validator(mode="after")
    def _consistent(self) -> "Audio":
        if self.win_length > self.n_fft:
            raise ValueError("win_length must not be above n_fft")
        if self.hop_length > self.win_length:
            raise ValueError("hop_length must not be above win_length")
        if not self.mel_fmin < self.mel_fmax <= self.sample_rate / 2:
            raise ValueError("mel_fmin < mel_fmax <= sample_rate / 2 must hold")
        return self

    def settings(self) -> AudioSettings:
        """The same values as the plain dataclass that the code passes around."""
        return AudioSettings(**self.model_dump())
