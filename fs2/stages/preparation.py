"""From recordings to features: a function a stage, which calls the package of its name."""

from fs2 import tracking
from fs2.stages.job import Job

OWN_ENVIRONMENT = "fs2"
"""The conda environment that all stages run in but the alignment of some aligners."""


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
