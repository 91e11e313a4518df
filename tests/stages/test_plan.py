"""What the rules ask: which jobs there are, and what decides each."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import toy

from fs2.errors import FS2Error
from fs2.files import sha256, write_json
from fs2.stages.job import Job
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan, local_inputs, one_of
from fs2.stages.run import do_stage
from fs2.systems.catalogue import Catalogue
from fs2.systems.declaration import result_settings


def plan(root=Path("results/toy"), **values) -> Plan:
    """The plan of the toy configuration."""
    return Plan(Catalogue(toy.values(**values)), Layout(root))


def test_systems_and_seeds_are_runs_and_the_references_come_first():
    made = plan(systems=["fastspeech2", "fastspeech2s"], seeds=[1234, 2])
    assert made.runs == [
        "fastspeech2", "fastspeech2-seed2", "fastspeech2s", "fastspeech2s-seed2",
    ]  # fmt: skip
    assert made.evaluated == ["recordings", "vocoded", *made.runs]
    assert made.compared[:4] == made.runs
    assert set(made.catalogue.compared) == set(made.catalogue.names)
    assert len(made.compared) == 2 * len(made.catalogue.names)
    assert set(made.ablations) < set(made.compared)


def test_what_is_fetched_is_what_the_systems_are_spoken_with_and_nobody_trains(tmp_path):
    assert plan().fetched_vocoders == ["griffin_lim"]
    assert plan(vocoder={"name": "parallel_wavegan"}).fetched_vocoders == []
    (tmp_path / "loud.yaml").write_text("vocoder: {name: hifigan_universal}\n")
    made = plan(system_folders=[str(tmp_path)], systems=["fastspeech2s", "loud"])
    assert made.fetched_vocoders == ["griffin_lim", "hifigan_universal"]


def test_an_unknown_system_is_told_at_once():
    with pytest.raises(FS2Error, match=r"no file .* for 'fastspeech3'; known systems: "):
        plan(systems=["fastspeech3"])


def test_a_wrong_list_of_sentences_is_told_at_once(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("a|One.\na|Two.\n")
    with pytest.raises(FS2Error, match=r"own\.txt, line 2: the id 'a' stands twice"):
        plan(evaluation={"sentences": [str(path)]})
    path.write_text("a|One.\n")
    made = plan(evaluation={"sentences": [str(path)], "maximum_sentences": 1})
    sentences = made.robustness_settings("fastspeech2")["sentences"]
    assert sentences == {"lists": {"own": sha256(path)}, "maximum": 1}


def test_only_what_makes_mels_has_a_vocoder():
    made = plan()
    asked = ("recordings", "vocoded", "vocoded-hifigan_universal", "fastspeech2", "fastspeech2s")
    assert [made.vocoder_of(run) for run in asked] == [
        None, "griffin_lim", "hifigan_universal", "griffin_lim", None,
    ]  # fmt: skip
    assert made.spoken_with("fastspeech2s") is None
    assert made.spoken_with("vocoded") == {"name": "griffin_lim", "griffin_lim": {"iterations": 1}}
    chosen = made.configuration("vocoded-parallel_wavegan").vocoder
    assert chosen.name == "parallel_wavegan"


def test_a_system_with_another_vocoder_adds_a_copy_of_the_recordings(tmp_path):
    (tmp_path / "loud.yaml").write_text("vocoder: {name: parallel_wavegan}\n")
    made = plan(system_folders=[str(tmp_path)], systems=["fastspeech2", "loud"])
    assert made.evaluated[:3] == ["recordings", "vocoded", "vocoded-parallel_wavegan"]
    (tmp_path / "loud.yaml").write_text("vocoder: {griffin_lim: {iterations: 9}}\n")
    made = plan(system_folders=[str(tmp_path)])
    with pytest.raises(FS2Error, match="loud gives the vocoder griffin_lim other settings"):
        made.vocoder_of("loud")


def test_what_decides_a_job_is_what_it_uses():
    made = plan(synthesis={"pace": 1.5, "maximum_clips": 3})
    assert made.audio("hop_length") == {"hop_length": 256}
    assert made.synthesis_settings("recordings") == {
        "synthesis": {"maximum_clips": 3}, "vocoder": None,
    }  # fmt: skip
    assert made.synthesis_settings("fastspeech2")["synthesis"]["pace"] == 1.5
    assert set(made.training_settings("fastspeech2s")["training"]) >= {"segment_size", "warm_start"}
    assert "training" not in made.vocoder_settings("griffin_lim")
    trained = made.vocoder_settings("parallel_wavegan")
    assert trained["vocoder"]["parallel_wavegan"]["training"]["steps"] == 12
    assert trained["training"] == {
        "gradient_clip": 1.0, "precision": "fp32", "device": "cpu", "validation_interval": 5,
        "checkpoint_interval": 4, "log_interval": 3, "seed": 1234,
    }  # fmt: skip
    assert made.intervals == {"bootstrap_samples": 1000, "confidence": 0.95}
    assert "report_clips" not in made.evaluation_settings


def test_a_reference_is_shown_if_it_was_measured_with_the_settings_of_now(tmp_path):
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "loud.yaml").write_text("vocoder: {name: parallel_wavegan}\n")
    folders = {"system_folders": [str(tmp_path / "systems")]}
    made = plan(tmp_path, **folders)
    toy.finish(tmp_path, made.catalogue, "loud")
    copy = "vocoded-parallel_wavegan"
    folder = made.layout.evaluation(copy)
    write_json(folder / "metrics.json", {})
    write_json(folder / "settings.json", result_settings(made.configuration(copy)))
    asked = ["recordings", "vocoded"]
    assert plan(tmp_path, **folders).shown(made.runs) == [*asked, copy, "fastspeech2", "loud"]
    write_json(folder / "settings.json", {})
    assert plan(tmp_path, **folders).shown(made.runs) == [*asked, "fastspeech2", "loud"]


def test_nothing_is_read_under_results_until_it_is_asked_for(tmp_path):
    made = plan(tmp_path / "absent")
    made.training_settings("fastspeech2")
    assert "finished" not in vars(made)
    assert made.shown(made.runs) == ["recordings", "vocoded", "fastspeech2"]


def test_paths_of_the_user_are_inputs(tmp_path):
    assert local_inputs(None) == []
    assert local_inputs(str(tmp_path)) == [str(tmp_path)]
    (tmp_path / "metadata.csv").touch()
    assert local_inputs(str(tmp_path)) == [str(tmp_path), str(tmp_path / "metadata.csv")]
    assert plan().compared_textgrids == []
    textgrids = {"reference_textgrids": "a", "other_textgrids": "b"}
    assert plan(evaluation=textgrids).compared_textgrids == ["a", "b"]


def test_patterns_fit_runs_and_nothing_else():
    pattern = plan().trained_pattern
    for run in ("fastspeech2", "fastspeech2-seed0", "fastspeech2s-no-cwt-seed12"):
        assert re.fullmatch(pattern, run)
    for other in ("fastspeech2-seed02", "fastspeech3", "recordings", "fastspeech2-seed"):
        assert not re.fullmatch(pattern, other)
    assert re.fullmatch(one_of(["a.b"]), "a.b")
    assert not re.fullmatch(one_of(["a.b"]), "axb")


def snakemakes_job(log: str) -> Job:
    """The job of a rule that a module has renamed, as a script of Snakemake sees it."""
    snakemake = SimpleNamespace(
        log=[log],
        config=toy.values(),
        params={"settings": {"synthesis": {}}, "rows": {}, "systems": ["a"], "downloads": "d"},
        wildcards={"system": "vocoded-parallel_wavegan"},
        rule="renamed_synthesis",
        threads=3,
        resources=SimpleNamespace(tmpdir="t"),
    )
    return Job.of_snakemake(snakemake)


def test_a_job_of_snakemakes_is_and_lies_where_its_log_says():
    job = snakemakes_job("moved/results/toy/logs/synthesis/vocoded-parallel_wavegan.log")
    assert job.layout.root == Path("moved/results/toy")
    assert job.vocoder_folder == Path("moved/results/toy/vocoder/parallel_wavegan")
    assert job.parameters == {"synthesis": {}, "threads": 3}
    assert (job.stage, job.shown, job.downloads) == ("synthesis", ("a",), Path("d"))
    assert job.config.vocoder.name == "parallel_wavegan"
    assert job.recorded


def test_a_log_that_says_nothing_of_its_stage_is_refused():
    with pytest.raises(FS2Error, match=r"rule renamed_synthesis: log own/synthesis\.log: .*logs/"):
        snakemakes_job("own/synthesis.log")
    with pytest.raises(FS2Error, match="stage speech is not known; known are: corpus, text"):
        do_stage(snakemakes_job("results/toy/logs/speech/vocoded.log"))


def test_a_teacher_is_of_the_same_seed_and_how_it_decodes_decides_what_it_teaches():
    made = plan(systems=["fastspeech"], seeds=[1234, 7])
    assert made.teacher_of("fastspeech-seed7") == "transformer_tts-seed7"
    assert made.teacher_of("fastspeech-aligner") is None
    runs = ["recordings", *made.runs, "fastspeech-recorded-mels", "fastspeech2"]
    assert made.teachers_of(runs) == ["transformer_tts", "transformer_tts-seed7"]
    settings = made.distillation_settings("transformer_tts")

    def changed(**sections):
        return plan(**sections).distillation_settings("transformer_tts") != settings

    assert changed(synthesis={"monotonic_attention": True})
    assert changed(distillation={"minimum_coverage": 0.5})
    assert not changed(synthesis={"pace": 2.0, "maximum_clips": 3})


def test_a_teacher_that_cannot_teach_is_told_before_anything_runs(tmp_path):
    text = "teacher: fastspeech2\nmodel: {architecture: fastspeech}\n"
    text += "training: {targets: recordings, durations: teacher}\n"
    (tmp_path / "mine.yaml").write_text(text)
    made = plan(system_folders=[str(tmp_path)])
    with pytest.raises(FS2Error, match=r"mine: its teacher fastspeech2 has no .*: .*transformer_t"):
        made.teacher_of("mine")
