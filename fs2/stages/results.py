"""What is spoken, measured and shown: a function a stage, which calls the package of its name."""

from pathlib import Path
from tempfile import TemporaryDirectory

from fs2 import tracking
from fs2.references import is_reference
from fs2.stages.job import Job

EXAMPLES = 3
"""Spoken clips that are kept in the record of a synthesis."""


def synthesis(job: Job, record: tracking.Run) -> None:
    """The test split, spoken by a system, or a reference that needs no model."""
    from fs2.synthesis.synthesise import synthesise

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
    from fs2.listening_test.folder import KEY, answers_folder
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


def voices(job: Job, record: tracking.Run) -> None:
    """A trained system as one folder that speaks anywhere."""
    from fs2.synthesis.find import VoiceFolders
    from fs2.voices.export import export_voice

    output = job.layout.voice(job.run)
    export_voice(VoiceFolders(job.layout.training(job.run), job.vocoder_folder), output)
    files = [path for path in output.rglob("*") if path.is_file()]
    record.metrics({"bytes": sum(path.stat().st_size for path in files)})
    record.artifact(output / "voice.json")
    record.artifact(output / "README.md")


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
