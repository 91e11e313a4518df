"""From seconds to frames: the usable part of a clip and its durations (paper section 2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from fs2.alignment.praat import ClipError, Interval
from fs2.audio import AudioSettings
from fs2.text.symbols import PUNCTUATION, SILENCE

_MAY_BE_EMPTY = frozenset((*PUNCTUATION, SILENCE))


@dataclass(frozen=True)
class ClipDurations:
    """The usable part of one clip: `frames` hops from the sample `start_sample` on."""

    start_sample: int
    phonemes: tuple[str, ...]
    durations: tuple[int, ...]
    """Frames of each phoneme."""

    @property
    def frames(self) -> int:
        """Length in frames: the sum of the durations."""
        return sum(self.durations)

    @property
    def silence_share(self) -> float:
        """Share of the frames in pauses and at the edges."""
        pairs = zip(self.phonemes, self.durations, strict=True)
        return sum(frames for symbol, frames in pairs if symbol in _MAY_BE_EMPTY) / self.frames


def frame_durations(
    phonemes: Sequence[Interval], samples: int, audio: AudioSettings, edge_silence: float = 0.1
) -> ClipDurations:
    """Cut a clip of `samples` samples to whole frames and give each phoneme its frames.

    `phonemes` touch each other (see `merge`). Frame k is the hop that begins at sample
    `start_sample + k * hop_length`, and around whose middle the mel's window lies. Up to
    `edge_silence` seconds, in whole hops, are kept at each edge as `sil`. Boundaries are rounded,
    not lengths, so that errors do not add up; then moved as little as needed for every phone to
    have a frame.

    Raises ClipError if the clip ends before its phones do, or has too few frames for them.
    """
    rate, hop = audio.sample_rate, audio.hop_length
    edge = round(edge_silence / audio.frame_seconds)
    first, last = round(phonemes[0].start * rate), round(phonemes[-1].end * rate)
    if last > samples + hop:
        raise ClipError(
            f"the last phone ends at {last / rate:.2f} s, "
            f"but the clip is {samples / rate:.2f} s long"
        )
    before = min(edge, first // hop)
    start = first - before * hop
    # The end of speech falls into the last frame at most half a hop early or late.
    within = min(round((last - start) / hop), (samples - start) // hop)
    total = min(within + edge, (samples - start) // hop)

    symbols = (SILENCE, *(phoneme.label for phoneme in phonemes), SILENCE)
    boundaries = [0, before]
    boundaries += [round((phoneme.end * rate - start) / hop) for phoneme in phonemes[:-1]]
    boundaries += [within, total]
    least = [0 if symbol in _MAY_BE_EMPTY else 1 for symbol in symbols]
    if sum(least) > total:
        raise ClipError(f"{sum(least)} phones in {total} frames")
    for i, frames in enumerate(least):
        boundaries[i + 1] = max(boundaries[i + 1], boundaries[i] + frames)
    boundaries[-1] = total
    for i in reversed(range(len(least))):
        boundaries[i] = min(boundaries[i], boundaries[i + 1] - least[i])
    durations = tuple(end - begin for begin, end in pairwise(boundaries))
    return ClipDurations(start, symbols, durations)
