"""The stages: each is one function, which calls the package of its name and records the result."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from fs2 import tracking
from fs2.errors import FS2Error
from fs2.files import is_full
from fs2.references import is_reference
from fs2.stages.job import Job

# Every stage imports what it needs itself: MFA's environment has no torch, for example.

if TYPE_CHECKING:
    import numpy as np

    from fs2.systems.attention import Attention

logger = logging.getLogger(__name__)

EXAMPLES = 3
"""Spoken clips that are kept in the record of a synthesis."""


def run_stage(job: Job) -> int:
    """Do a job and record it in MLflow; returns the exit code.

    Messages go to the job's log and to standard error. An FS2Error is its message alone, and so is
    what the operating system refuses.
    """
    _log_to(job.log)
    # A scheduler's polite end of the job is an exception, so that temporary files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        do_stage(job)
    except (FS2Error, OSError) as error:
        logger.error("%s", error)
        return 1
    except Exception:
        if is_full(Path()):
            logger.error("%s: no space is left; free some, then go on", job.stage)
        else:
            logger.exception("%s failed", job.stage)
        return 1
    return 0


def do_stage(job: Job) -> None:
    """Do a job and record it.

    Raises FS2Error if its stage is not known, if it does not say what it is about, or fails.
    """
    stage = STAGES.get(job.stage)
    if stage is None:
        raise FS2Error(f"stage {job.stage} is not known; known are: {', '.join(STAGES)}")
    stage.check(job)
    started = time.perf_counter()
    with _record(job, stage.name) as record:
        record.parameters(job.parameters)
        stage.do(job, record)
        record.metrics({"seconds": time.perf_counter() - started})
        if job.log:
            record.artifact(job.log)


def _record(job: Job, name: str) -> AbstractContextManager[tracking.Run]:
    """The record of a job; one that does nothing if it is not to be recorded."""
    if not job.recorded:
        return nullcontext(tracking.Run())
    system_config = job.config if job.run else None
    subject = job.run or job.vocoder or None
    return tracking.stage(job.plan.catalogue, name, subject, system_config)


def corpus(job: Job, record: tracking.Run) -> None:
    """Recordings: fetched, checked, resampled, levelled and split."""
    from fs2.corpus import fetch_corpus, prepare_corpus

    config, output = job.config, job.layout.corpus
    source = fetch_corpus(config.corpus, job.downloads)
    audio = config.audio.settings()
    record.metrics(prepare_corpus(config.corpus, audio, source, output, job.threads))
    record.artifact(output / "report.json")
    record.artifact(output / "splits.csv")


def text(job: Job, record: tracking.Run) -> None:
    """Texts: normalised and turned into phonemes."""
    from fs2.text.prepare import prepare_text

    output = job.layout.text
    record.metrics(prepare_text(job.config.text, job.layout.corpus / "metadata.csv", output))
    for file in ("report.json", "symbols.txt", "unknown_words.csv"):
        record.artifact(output / file)


def alignment(job: Job, record: tracking.Run) -> None:
    """Phoneme durations."""
    from fs2.alignment.prepare import prepare_alignment

    report = prepare_alignment(
        job.config.alignment,
        job.config.audio.settings(),
        corpus=job.layout.corpus,
        text=job.layout.text,
        output=job.layout.alignment,
        workers=job.threads,
    )
    record.metrics(report)
    record.artifact(job.layout.alignment / "report.json")


def features(job: Job, record: tracking.Run) -> None:
    """Mel, F0, energy and pitch spectrogram of every clip in one file."""
    from fs2.features.extraction import extract_features

    config = job.config
    output = job.layout.features.parent
    report = extract_features(
        config.features,
        config.audio.settings(),
        corpus=job.layout.corpus,
        text=job.layout.text,
        alignment=job.layout.alignment,
        output=output,
        workers=job.threads,
    )
    elsewhere = config.alignment.entry.environment != OWN_ENVIRONMENT  # perhaps without MLflow
    if elsewhere and job.recorded:
        parameters = {"alignment": config.section("alignment")}
        aligned = job.layout.alignment / "report.json"
        tracking.record_afterwards(job.plan.catalogue, "alignment", parameters, aligned)
    record.metrics(report)
    record.artifact(output / "statistics.json")


def training(job: Job, record: tracking.Run) -> None:
    """One model per system and seed."""
    from fs2.systems.system import Distilled, TrainingJob, train

    output = job.layout.training(job.run)
    needs = job.plan.catalogue.needs(job.run)
    teacher = job.plan.teacher_of(job.run)
    summary = train(
        TrainingJob(
            job.run,
            job.config,
            job.layout.features,
            output,
            {part: job.layout.training(run) for part, run in needs.items()},
            Distilled(job.layout.distillation(teacher)) if teacher else None,
            on_log=lambda step, values: record.metrics(values, step),
            on_audio=_audio_logger(job, record),
            on_attention=_attention_logger(job, record),
        )
    )
    del summary["validation"]  # the last point of the validation's curves
    record.metrics(summary)
    for file in ("model.safetensors", "model.json", "history.csv"):
        record.artifact(output / file)


def distillation(job: Job, record: tracking.Run) -> None:
    """Durations and mels of a trained teacher."""
    from fs2.distillation.distil import distil

    output = job.layout.distillation(job.run)
    report = distil(
        job.config,
        features=job.layout.features,
        alignment=job.layout.alignment,
        training=job.layout.training(job.run),
        output=output,
    )
    record.metrics({name: value for name, value in report.items() if name != "seconds"})
    for file in ("report.json", "clips.csv"):
        record.artifact(output / file)


def vocoder(job: Job, record: tracking.Run) -> None:
    """A vocoder: fetched, or trained on the features."""
    from fs2.vocoder.entry import VocoderJob
    from fs2.vocoder.loading import make_vocoder

    output = job.layout.vocoder(job.vocoder)
    summary = make_vocoder(
        VocoderJob(
            job.config,
            job.downloads,
            output,
            job.layout.features if job.config.vocoder.entry.trained else None,
            on_log=lambda step, values: record.metrics(values, step),
            on_audio=_audio_logger(job, record),
        )
    )
    summary.pop("validation", None)  # the last point of the validation's curves
    record.metrics(summary)
    record.artifact(output / "vocoder.json")
    if job.config.vocoder.entry.trained:
        record.artifact(output / "history.csv")
        record.artifact(output / "generator.safetensors")


def synthesis(job: Job, record: tracking.Run) -> None:
    """The test split, spoken by a system, or a reference that needs no model."""
    from fs2.synthesis import synthesise

    output, vocoder = job.layout.synthesis(job.run), job.vocoder_folder
    training = None if is_reference(job.run) else job.layout.training(job.run)
    summary = synthesise(
        job.run,
        job.config,
        features=job.layout.features,
        training=training,
        vocoder=vocoder,
        output=output,
        workers=job.threads,
    )
    record.metrics(summary)
    for table in output.glob("attention.csv"):
        record.artifact(table)
    for clip in sorted(output.glob("*.wav"))[:EXAMPLES]:
        record.artifact(clip, "audio")
    if training:  # here, since only now the vocoder is sure to be there too
        record.voice(training, vocoder)


def evaluation(job: Job, record: tracking.Run) -> None:
    """What was spoken, measured clip by clip."""
    from fs2.evaluation.evaluate import evaluate
    from fs2.files import write_json
    from fs2.systems.declaration import result_settings

    output = job.layout.evaluation(job.run)
    metrics = evaluate(
        job.config.evaluation,
        features=job.layout.features,
        synthesis=job.layout.synthesis(job.run),
        system=job.run,
        output=output,
        workers=job.threads,
    )
    write_json(output / "settings.json", result_settings(job.config))
    record.metrics({name: metric["value"] for name, metric in metrics.items()})
    for end in ("low", "high"):
        ends = {f"{name}_{end}": metric[end] for name, metric in metrics.items()}
        record.metrics(ends, detail=True)
    record.artifact(output / "metrics.json")
    record.artifact(output / "per_clip.csv")


def pitch(job: Job, record: tracking.Run) -> None:
    """F0 of what was spoken: histogram, and errors by scale."""
    from fs2.evaluation.pitch_analysis import analyse_pitch

    output = job.layout.evaluation(job.run) / "pitch.json"
    analysis = analyse_pitch(
        job.config.evaluation,
        features=job.layout.features,
        synthesis=job.layout.synthesis(job.run),
        system=job.run,
        output=output,
    )
    for scale, error in enumerate(analysis["scales"], 1):
        record.metrics({f"scale_{scale}_error": error["value"]})
    record.artifact(output)


def speed(job: Job, record: tracking.Run) -> None:
    """Real-time factor from text to waveform."""
    from fs2.evaluation.speed import measure_speed

    output = job.layout.evaluation(job.run) / "speed.json"
    speed = measure_speed(
        job.config,
        features=job.layout.features,
        training=job.layout.training(job.run),
        vocoder=job.vocoder_folder,
        output=output,
        threads=job.threads,
    )
    record.metrics({"real_time_factor": speed["real_time_factor"]})
    record.artifact(output)


def robustness(job: Job, record: tracking.Run) -> None:
    """Sentences without recordings: words skipped and repeated, and speech without an end."""
    from fs2.evaluation.robustness import measure_robustness

    output = job.layout.evaluation(job.run)
    found = measure_robustness(
        job.config, job.layout.training(job.run), job.vocoder_folder, output, job.threads
    )
    for name, measures in found.items():
        record.metrics({f"{name}/{key}": measure["value"] for key, measure in measures.items()})
        for end in ("low", "high"):
            ends = {f"{name}/{key}_{end}": measure[end] for key, measure in measures.items()}
            record.metrics(ends, detail=True)
    record.artifact(output / "robustness.json")
    record.artifact(output / "robustness.csv")


def listening_test(job: Job, record: tracking.Run) -> None:
    """The page for listeners, and its key."""
    from fs2.evaluation.tables.listeners import rated_pairs, rated_systems
    from fs2.evaluation.tables.measured import Measured
    from fs2.listening_test.answers import answers_folder
    from fs2.listening_test.design import KEY
    from fs2.listening_test.make import make_listening_test

    measured = Measured(job.plan.catalogue, job.layout.root, job.shown)
    systems, pairs = rated_systems(measured), rated_pairs(measured)
    heard = dict.fromkeys([*systems, *(system for pair in pairs for system in pair)])
    counts = make_listening_test(
        job.config,
        {system: job.layout.synthesis(measured.first_run(system)) for system in heard},
        systems,
        pairs,
        corpus=job.layout.corpus,
        output=job.layout.listening_test,
    )
    record.metrics(counts)
    record.artifact(answers_folder(job.config) / KEY)


def tables(job: Job, record: tracking.Run) -> None:
    """The paper's tables."""
    from fs2.evaluation.tables import write_tables

    output = job.layout.tables
    write_tables(job.plan.catalogue, job.layout.root, job.shown, output)
    record.comparison(output, "tables")


def report(job: Job, record: tracking.Run) -> None:
    """The page on all systems."""
    from fs2.evaluation.figures import write_figures
    from fs2.evaluation.report import write_report

    output = job.layout.report
    write_report(job.plan.catalogue, job.layout.root, job.shown, output)
    record.comparison(output, "report")
    with TemporaryDirectory() as folder:
        write_figures(output, Path(folder))
        record.comparison(folder, "figures")


OWN_ENVIRONMENT = "fs2"
"""The conda environment that all stages run in but the alignment of some aligners."""


@dataclass(frozen=True)
class Stage:
    """A stage: its name, its function, and what its jobs are about."""

    name: str
    do: Callable[[Job, tracking.Run], None]
    about: Literal["", "system", "vocoder"] = ""
    references: bool = False
    """Whether it may be about the references too."""

    def check(self, job: Job) -> None:
        """FS2Error unless the job says what it is about, and no more."""
        given = {"system": job.run, "vocoder": job.vocoder}
        for kind, name in given.items():
            if bool(name) != (kind == self.about):
                wish = (
                    f"needs a {kind}: --{kind} NAME" if kind == self.about else f"takes no {kind}"
                )
                raise FS2Error(f"stage {self.name} {wish}")
        if not job.run:
            return
        if not is_reference(job.run):
            job.plan.catalogue.config(job.run)  # or the error that lists the known ones
        elif not self.references:
            raise FS2Error(f"stage {self.name}: {job.run} is no trained system")


_STAGES = (
    Stage("corpus", corpus),
    Stage("text", text),
    Stage("alignment", alignment),
    Stage("features", features),
    Stage("training", training, "system"),
    Stage("distillation", distillation, "system"),
    Stage("vocoder", vocoder, "vocoder"),
    Stage("synthesis", synthesis, "system", references=True),
    Stage("evaluation", evaluation, "system", references=True),
    Stage("pitch", pitch, "system", references=True),
    Stage("speed", speed, "system"),
    Stage("robustness", robustness, "system"),
    Stage("listening_test", listening_test),
    Stage("tables", tables),
    Stage("report", report),
)
STAGES = {stage.name: stage for stage in _STAGES}
"""By name: that of the rule, of its log, and of its runs in MLflow."""


def _audio_logger(
    job: Job, record: tracking.Run
) -> "Callable[[int, Mapping[str, np.ndarray]], None]":
    """What keeps the audio of a training's validation clips in the record of the stage."""
    from fs2.audio import write_audio

    def keep(step: int, clips: "Mapping[str, Any]") -> None:
        with TemporaryDirectory() as folder:
            for clip, samples in clips.items():
                path = Path(folder) / f"{clip}.wav"
                write_audio(path, samples, job.config.audio.sample_rate)
            record.artifact(folder, f"audio/step-{step:07d}")

    return keep


def _attention_logger(
    job: Job, record: tracking.Run
) -> "Callable[[int, Mapping[str, Attention]], None]":
    """What keeps the attentions of a training's validation clips in the record of the stage."""
    from fs2.evaluation.attention_plots import attention_figure

    def keep(step: int, attentions: "Mapping[str, Attention]") -> None:
        frame_seconds = job.config.audio.settings().frame_seconds
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"step-{step:07d}.png"
            attention_figure(attentions, frame_seconds).savefig(path)
            record.artifact(path, "attention")

    return keep


def _log_to(path: Path | None) -> None:
    """Send messages and warnings to the log at `path` and to standard error."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if path is not None:
        handlers.append(logging.FileHandler(path, mode="w", encoding="utf-8"))
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=handlers,
        force=True,
    )
    logging.captureWarnings(True)
