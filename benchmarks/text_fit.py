"""How well right and wrong texts are told apart: `python benchmarks/text_fit.py results/asterisk`.

Prints, for all clips of a finished corpus and for samples of 150 and 24, the mean share of other
texts that fit a clip worse than its own: with the right texts, with those of the next clip and in
random order; and the share of clips that `alignment.minimum_text_fit` excludes.
"""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from fs2.alignment.inputs import Sentence, read_sentences
from fs2.alignment.text_fit import misfits, text_fit_summary, text_fits
from fs2.config.alignment import Alignment

SAMPLES = (24, 150)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="folder with corpus/ and text/")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    sentences = read_sentences(arguments.corpus / "text" / "phonemes.csv")
    clips = sorted(sentences)
    sizes = [size for size in SAMPLES if size < len(clips)]
    sounds = {clip: arguments.corpus / "corpus" / "clips" / f"{clip}.wav" for clip in clips}
    minimum = Alignment().minimum_text_fit
    print(
        "| clips | texts | mean | lowest clip | excluded | ms a clip |\n|---|---|---|---|---|---|"
    )
    for size in (*sizes, len(clips)):
        some = sorted(random.Random(0).sample(clips, size))
        for name, texts in orders([sentences[clip] for clip in some]).items():
            begin = time.perf_counter()
            paired = dict(zip(some, texts, strict=True))
            fits = text_fits({clip: sounds[clip] for clip in some}, paired, arguments.workers)
            milliseconds = 1000 * (time.perf_counter() - begin) / size
            print(
                f"| {size} | {name} | {text_fit_summary(fits)['mean']:.3f} | "
                f"{min(fits.values()):.2f} | {len(misfits(fits, minimum)) / size:.1%} | "
                f"{milliseconds:.0f} |"
            )


def orders(texts: Sequence[Sentence]) -> dict[str, list[Sentence]]:
    """The texts as they are, moved by one clip, and in random order."""
    return {
        "right": list(texts),
        "the next clip's": [*texts[1:], texts[0]],
        "random": random.Random(1).sample(texts, len(texts)),
    }


if __name__ == "__main__":
    main()
