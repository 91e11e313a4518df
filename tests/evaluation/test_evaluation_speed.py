from types import SimpleNamespace

from fs2.evaluation.speed import WARM_UP, summarise, time_sentences


def test_the_warm_up_does_not_count_and_every_sentence_is_timed_alone():
    spoken = []
    texts = {f"clip{n}": f"text {n}" for n in range(5)}

    def speak(text):
        spoken.append(text)
        return SimpleNamespace(waveform=range(200), sample_rate=100, seconds=1.0)

    timings = time_sentences(texts, speak)
    assert spoken == [*list(texts.values())[:WARM_UP], *texts.values()]
    assert timings == {clip: {"seconds": 1.0, "speech_seconds": 2.0} for clip in texts}


def test_median_and_quartiles_of_real_time_factors():
    timings = {
        str(n): {"seconds": seconds, "speech_seconds": 10.0}
        for n, seconds in enumerate((1.0, 2.0, 3.0, 4.0, 50.0))
    }
    assert summarise(timings) == {
        "real_time_factor": {"median": 0.3, "lower_quartile": 0.2, "upper_quartile": 0.4},
        "clips": 5,
        "warm_up": 3,
    }
