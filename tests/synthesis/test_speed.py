import json

from fs2.evaluation.speed import measure_speed


def test_a_trained_voice_is_timed_on_the_texts_of_the_test_split(
    results, features, config, tmp_path
):
    output = tmp_path / "speed.json"
    training = results / "toy" / "training" / "plain"
    vocoder = results / "toy" / "vocoder" / "griffin_lim"
    summary = measure_speed(config, features, training, vocoder, output)
    assert json.loads(output.read_text()) == summary
    assert (summary["clips"], summary["warm_up"], summary["vocoder"]) == (4, 3, "griffin_lim")
    assert sorted(summary["by_clip"]) == ["clip2", "clip3", "clip4", "clip5"]
    assert summary["device"].endswith("1 threads")
    assert summary["load"]["cores"] >= 1
    assert summary["load"]["own_cores"] > 0
    assert all(timing["speech_seconds"] > 0 for timing in summary["by_clip"].values())
    factor = summary["real_time_factor"]
    assert 0 < factor["lower_quartile"] <= factor["median"] <= factor["upper_quartile"]
