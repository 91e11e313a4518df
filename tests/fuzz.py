"""Random inputs by coverage: `python tests/fuzz.py TARGET FOLDER -max_total_time=120`.

Needs atheris, which is no dependency of the project (`pip install atheris`). The only exception
that an input may end in is FS2Error; anything else, and whatever takes longer than ten seconds,
stops the program, which prints it and keeps the input as `crash-...` or `timeout-...`. Inputs
that reach new code are kept in FOLDER, where the next run begins. Further words are libFuzzer's.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["fs2", "yaml"]):
    from fs2.alignment.textgrid import read_textgrid
    from fs2.config.files import parse_config, read_yaml
    from fs2.config.text import Text
    from fs2.corpus.folder import read_ljspeech_format
    from fs2.errors import FS2Error
    from fs2.features.columns import COLUMNS
    from fs2.features.store import FeatureStore
    from fs2.text.phonemiser import Phonemiser

import toy

WORK = Path(tempfile.mkdtemp(prefix="fuzz."))
PHONEMISER = Phonemiser(Text())
TEXTGRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 1.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 1.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = "hi"
    item [2]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 1.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = "HH"
        intervals [2]:
            xmin = 0.5
            xmax = 1.5
            text = "AY1"
"""


def write(name: str, content: bytes) -> Path:
    """A file with the fuzzer's bytes."""
    path = WORK / name
    path.write_bytes(content)
    return path


def metadata(content: bytes) -> None:
    """The table of a folder of recordings."""
    read_ljspeech_format(write("metadata.csv", content).parent)


def textgrid(content: bytes) -> None:
    """An alignment of one clip."""
    read_textgrid(write("any.TextGrid", content))


def configuration(content: bytes) -> None:
    """A configuration file."""
    parse_config(read_yaml(write("any.yaml", content)))


def text(content: bytes) -> None:
    """A text to speak."""
    PHONEMISER(content.decode("utf-8", "surrogateescape"))


def features(content: bytes) -> None:
    """A features file, damaged: pairs of a place and a byte."""
    whole = bytearray(FEATURES)
    for at in range(0, len(content) - 4, 5):
        whole[int.from_bytes(content[at : at + 4]) % len(whole)] = content[at + 4]
    with FeatureStore(write("features.h5", whole)) as store:
        for name in COLUMNS:
            store.column(name)[:]
        for index in store.clips():
            store.clip(index)


FEATURES = toy.features(WORK / "toy.h5").read_bytes()
TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "metadata": (metadata, [b"a1|In 1850.|In eighteen fifty.\na2|No|No\n", b"id|text\n"]),
    "textgrid": (textgrid, [TEXTGRID.encode(), TEXTGRID.encode("utf-16")]),
    "configuration": (
        configuration,
        [path.read_bytes() for path in sorted(Path("config").glob("*.yaml"))]
        + [Path("tests/workflow/toy.yaml").read_bytes()],
    ),
    "text": (text, [b"On 5 May, $3.50 and 1/2 of them read {R EH1 D} aloud.", b"Dr. A.B. II-IV"]),
    "features": (features, [b"\0\0\0\0\0", bytes(range(100))]),
}


def main() -> None:
    """Fuzz the target that the command line names."""
    if len(sys.argv) < 3 or sys.argv[1] not in TARGETS:
        sys.exit(f"{__doc__}\nTargets: {', '.join(TARGETS)}")
    target, seeds = TARGETS[sys.argv[1]]
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / f"seed{number}").write_bytes(seed)

    def guarded(content: bytes) -> None:
        try:
            target(content)
        except FS2Error:
            return

    atheris.Setup([sys.argv[0], "-timeout=10", "-rss_limit_mb=4096", *sys.argv[2:]], guarded)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
