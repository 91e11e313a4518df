"""A listening test made: its page, and its key, which lies apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.files import read_table
from fs2.listening_test.design import Design, Pair, make_design
from fs2.listening_test.folder import KEY, answer_files, answers_folder
from fs2.listening_test.page import write_page


def make_listening_test(
    config: Config,
    sounds: Mapping[str, Path],
    systems: Sequence[str],
    pairs: Sequence[Pair],
    corpus: Path,
    output: Path,
) -> dict[str, float]:
    """Write the page into `output` and the key into the folder of the answers.

    Args:
        config: The workflow's configuration.
        sounds: Every system -> folder of its `<sentence>.wav`.
        systems: Those that are rated, the recordings first.
        pairs: Those that are compared.
        corpus: Folder of the stage corpus, whose texts are shown if `show_texts` is on.
        output: Folder of the page, replaced whole.

    Returns counts: clips, systems, pairs, and the ratings and comparisons of a listener.

    Raises FS2Error if the systems have too few sentences in common, or if listeners answered
    another test, whose key this one's would replace.
    """
    settings = config.listening_test
    design = make_design(config.corpus.name, settings, sounds, systems, pairs)
    folder = answers_folder(config)
    _refuse_to_replace(folder, design)
    write_page(output, design, settings, sounds, _texts(corpus) if settings.show_texts else None)
    design.write(folder / KEY)
    session = design.sessions[0]
    return {
        "clips": len(design.heard),
        "systems": len(systems),
        "pairs": len(pairs),
        "ratings": len(session.ratings),
        "comparisons": len(session.comparisons),
    }


def _refuse_to_replace(folder: Path, design: Design) -> None:
    answers, key = answer_files(folder), folder / KEY
    if answers and key.is_file() and Design.read(key).fingerprint != design.fingerprint:
        raise FS2Error(
            f"{folder}: has {len(answers)} files of answers to another test, which could not be "
            f"read without its {KEY}; since then the systems, their sounds or the keys of "
            "listening_test have changed. Move the folder away, or name another one with "
            "listening_test.answers, then make the test again"
        )


def _texts(corpus: Path) -> dict[str, str]:
    rows = read_table(corpus / "metadata.csv", ("id", "text"))
    return {row["id"]: row["text"] for row in rows}
