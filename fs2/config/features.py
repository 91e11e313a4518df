"""Section features: F0, energy and the pitch spectrogram."""

from pydantic import Field, model_validator

from fs2.config.section import Section


class Features(Section):
    """F0, energy and the pitch spectrogram (paper sections 2.3 and 3.1, appendix D)."""

    f0_floor: float = Field(71.0, gt=0)
    """Lowest F0 that is searched, in Hz."""
    f0_ceiling: float = Field(800.0, gt=0)
    """Highest F0 that is searched, in Hz."""
    f0_speed: int = Field(4, ge=1, le=12)
    """DIO searches F0 at sample_rate / f0_speed: 1 is slowest; above 4 the voicing suffers."""
    wavelet_scales: int = Field(10, ge=1, le=12)
    """Number of components of the pitch spectrogram."""
    wavelet_tau0: float = Field(0.005, gt=0)
    """Finest scale tau_0 of the continuous wavelet transform, in seconds."""
    maximum_bad_share: float = Field(0.05, ge=0, le=1)
    """The run stops if a larger share of the clips has no voiced frame."""

    @model_validator(mode="after")
    def _f0_range(self) -> "Features":
        if self.f0_floor >= self.f0_ceiling:
            raise ValueError("f0_floor must be below f0_ceiling")
        return self
