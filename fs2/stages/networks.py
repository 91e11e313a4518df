"""What is learnt: a function a stage, which calls the package of its name."""

from fs2 import tracking
from fs2.stages.job import Job
from fs2.stages.validation_record import attention_logger, audio_logger


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
            on_audio=audio_logger(job, record),
            on_attention=attention_logger(job, record),
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
            on_audio=audio_logger(job, record),
        )
    )
    summary.pop("validation", None)  # the last point of the validation's curves
    record.metrics(summary)
    record.artifact(output / "vocoder.json")
    if job.config.vocoder.entry.trained:
        record.artifact(output / "history.csv")
        record.artifact(output / "generator.safetensors")
