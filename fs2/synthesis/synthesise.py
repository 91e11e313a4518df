"""The test split, spoken by a system; and the two references that need no model."""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch

from fs2.audio import AudioSettings, write_audio
from fs2.config.schema import Config
from fs2.device import torch_threads
from fs2.errors import FS2Error
from fs2.features.store import ClipFeatures, FeatureStore
from fs2.files import atomic_path
from fs2.progress import progress
from fs2.references import RECORDINGS, is_reference
from fs2.synthesis.attention import write_attentions
from fs2.synthesis.voice import Speech, Voice
from fs2.systems.controls import Controls
from fs2.text.symbols import SILENCE
from fs2.vocoder.entry import check_audio
from fs2.vocoder.loading import load_vocoder

logger = logging.getLogger(__name__)

RECORDED_DURATIONS = "recorded_durations"
"""Subfolder of what a system speaks with the recordings' durations."""
Speak = Callable[[ClipFeatures], Speech]
"""What turns a clip of the features file into speech."""


def synthesise(
    system: str,
    config: Config,
    features: Path,
    training: Path | None,
    vocoder: Path | None,
    output: Path,
    workers: int = 1,
) -> dict[str, float]:
    """Speak the test split into the folder `output`: `<id>.wav` and `variances.h5`.

    The attentions of an autoregressive system are kept beside them (`fs2.synthesis.attention`).

    A trained system gets the phonemes that the features file has, so that its durations can be
    compared with the recording's phoneme by phoneme: the pronunciations that were aligned, but
    no pause inside the sentence that has no punctuation, since the text does not tell of it.
    The system `recordings` is the recordings themselves, `vocoded` (or `vocoded-<vocoder>`) their
    mels through the vocoder; their variances are the recordings'.

    A trained system that has durations also speaks each clip with those of the recording, pauses
    included, unless `synthesis.recorded_durations` is off: `recorded_durations/<id>.wav`, whose
    frames correspond to the recording's (paper section 3.3, table 4).

    Args:
        system: Its name.
        config: Its configuration.
        features: `features.h5`.
        training: Folder of the trained system; None for the two references.
        vocoder: Folder of the vocoder; None for `recordings` and for systems that need none.
        output: Folder, replaced whole.
        workers: Clips at a time, each on one thread, which is faster than a clip on all of them.

    Returns:
        `clips`, `speech_seconds`, and `real_time_factor`: wall time over the length of the speech,
        without what is spoken with the recordings' durations; of an autoregressive system also
        what `fs2.synthesis.attention.write_attentions` returns.

    Raises FS2Error if an input is missing, or model, vocoder and features do not fit together.
    """
    begun = time.perf_counter()
    with FeatureStore(features) as store:
        speak, speak_in_recorded_time = _speaking(system, config, store, training, vocoder)
        chosen = _choose(store, config)
        label = f"synthesis of {system}"
        with atomic_path(output) as temporary, one_thread_each(workers) as pool:
            speeches = list(_speak_into(temporary, pool, speak, store, chosen, label))
            ids = [store.ids[index] for index in chosen]
            write_variances(temporary / "variances.h5", ids, speeches, store.audio, store.symbols)
            elapsed = time.perf_counter() - begun
            attended = {}
            if speeches[0].attentions:  # of the one sentence that a clip is spoken as
                attentions = (speech.attentions[0] for speech in speeches)
                attended = write_attentions(temporary, dict(zip(ids, attentions, strict=True)))
            if speak_in_recorded_time:
                folder, label = temporary / RECORDED_DURATIONS, f"{label}, recorded durations"
                for _ in _speak_into(folder, pool, speak_in_recorded_time, store, chosen, label):
                    pass
    seconds = sum(len(speech.waveform) for speech in speeches) / store.audio.sample_rate
    return {
        "clips": len(speeches),
        "speech_seconds": seconds,
        "real_time_factor": elapsed / seconds,
        **attended,
    }


def _speak_into(
    folder: Path,
    pool: ThreadPoolExecutor,
    speak: Speak,
    store: FeatureStore,
    chosen: Sequence[int],
    label: str,
) -> Iterator[Speech]:
    """Speak the chosen clips and write `<id>.wav` of each into a new folder."""
    folder.mkdir()
    results = pool.map(speak, (store.clip(index) for index in chosen))
    for index, speech in zip(chosen, progress(results, len(chosen), label), strict=True):
        write_audio(folder / f"{store.ids[index]}.wav", speech.waveform, speech.sample_rate)
        yield speech


def write_variances(
    path: Path,
    ids: Sequence[str],
    speeches: Sequence[Speech],
    audio: AudioSettings,
    symbols: Sequence[str],
) -> None:
    """Write `variances.h5`, whose columns docs/architecture.md describes.

    F0 and energy are missing if the system does not predict them.
    """
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    columns: dict[str, list[Any]] = {
        "mel": [speech.spectrogram for speech in speeches],
        "f0": [speech.f0 for speech in speeches],
        "energy": [speech.energy for speech in speeches],
        "durations": [speech.durations for speech in speeches],
        "phonemes": [
            np.array([numbers[symbol] for symbol in speech.phonemes], np.uint8)
            for speech in speeches
        ],
    }
    with h5py.File(path, "w") as file:
        file.create_dataset("id", data=list(ids), dtype=h5py.string_dtype())
        for name, counted in (("frame_offsets", "mel"), ("phoneme_offsets", "phonemes")):
            lengths = [len(values) for values in columns[counted]]
            file[name] = np.cumsum([0, *lengths], dtype=np.int64)
        for name, values in columns.items():
            if values[0] is not None:
                file[name] = np.concatenate(values)
        file.attrs["audio"] = json.dumps(asdict(audio))
        file.attrs["symbols"] = json.dumps(list(symbols))
        seconds = {clip: speech.seconds for clip, speech in zip(ids, speeches, strict=True)}
        file.attrs["seconds"] = json.dumps(seconds)


def _speaking(
    system: str,
    config: Config,
    store: FeatureStore,
    training: Path | None,
    vocoder: Path | None,
) -> tuple[Speak, Speak | None]:
    """What speaks as a system or reference; and with the recordings' durations, if it does both."""
    if is_reference(system):
        return _reference(system, config, store, vocoder), None
    voice = Voice.load(_given(training, "training", system), vocoder, config.training.device)
    symbols = store.symbols
    if voice.description.symbols != symbols:
        raise FS2Error(f"{training}: was trained with other symbols than {store.path}; train again")
    if voice.audio != store.audio:
        raise FS2Error(f"{training}: was trained on another mel than {store.path}; train again")
    controls = Controls.of(config.synthesis)

    def spoken(clip: ClipFeatures) -> Speech:
        return voice.speak_phonemes(without_pauses(_names(clip, symbols)), controls)

    def in_recorded_time(clip: ClipFeatures) -> Speech:
        return voice.speak_phonemes(_names(clip, symbols), controls, clip.durations)

    both = voice.description.system.has_durations and config.synthesis.recorded_durations
    return spoken, in_recorded_time if both else None


def _reference(system: str, config: Config, store: FeatureStore, vocoder: Path | None) -> Speak:
    """What gives a recording, or its mel through a vocoder."""
    audio, symbols = store.audio, store.symbols
    if system == RECORDINGS:
        if store.compact:
            raise FS2Error(f"{store.path}: has no waveforms; use the whole features file")
        sound: Callable[[ClipFeatures], np.ndarray] = _recording
    else:
        loaded = load_vocoder(_given(vocoder, "vocoder", system), config.training.device)
        check_audio(audio, loaded.audio, loaded.name)

        def sound(clip: ClipFeatures) -> np.ndarray:
            return loaded(torch.from_numpy(clip.mel))

    def reference(clip: ClipFeatures) -> Speech:
        begun = time.perf_counter()
        return Speech(
            phonemes=_names(clip, symbols),
            durations=clip.durations,
            mel=clip.mel,
            f0=clip.f0,
            energy=clip.energy,
            waveform=sound(clip),
            audio=audio,
            seconds=time.perf_counter() - begun,
        )

    return reference


def _names(clip: ClipFeatures, symbols: Sequence[str]) -> list[str]:
    """The symbols of a clip's phonemes."""
    return [symbols[number] for number in clip.phonemes]


def without_pauses(phonemes: Sequence[str]) -> list[str]:
    """The phonemes without each `sil` that is not the first or last."""
    inner = [symbol for symbol in phonemes[1:-1] if symbol != SILENCE]
    return [phonemes[0], *inner, phonemes[-1]]


def _choose(store: FeatureStore, config: Config) -> list[int]:
    """Clips of the test split, or that many of them, drawn with the seed of the corpus."""
    clips = store.clips("test")
    if not clips:
        raise FS2Error(f"{store.path}: its test split is empty; raise corpus.test_share")
    wanted = config.synthesis.maximum_clips
    if wanted is None or wanted >= len(clips):
        return clips
    drawn = np.random.default_rng(config.corpus.seed).choice(clips, wanted, replace=False)
    return sorted(drawn.tolist())


def _recording(clip: ClipFeatures) -> np.ndarray:
    assert clip.waveform is not None
    return clip.waveform / np.float64(32768)  # exactly what writing 16 bits undoes


def _given(path: Path | None, name: str, system: str) -> Path:
    if path is None:
        raise FS2Error(f"{name}: the system '{system}' needs this folder")
    return path


@contextmanager
def one_thread_each(workers: int) -> Iterator[ThreadPoolExecutor]:
    """A pool whose workers compute on one thread each; on CUDA it is the launching that counts."""
    with (
        torch_threads(1),
        ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool,
    ):
        yield pool
