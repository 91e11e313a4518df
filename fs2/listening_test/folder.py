"""The folder that is the user's: the key of a listening test and the answers to it."""

from pathlib import Path

from fs2.config.schema import Config
from fs2.errors import FS2Error

KEY = "key.json"
"""The file that says what the clips are; never among what listeners get."""


def answers_folder(config: Config) -> Path:
    """Where key and answers lie: what `listening_test.answers` names, or a folder of the corpus."""
    return Path(config.listening_test.answers or f"listening_test/{config.corpus.name}")


def answer_files(folder: Path) -> list[Path]:
    """Every file of the folder but its key and hidden ones; not what lies in folders below it.

    None if there is no such folder. Raises FS2Error if it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise FS2Error(f"listening_test.answers: {folder} is no folder")
    if not folder.is_dir():
        return []
    files = (path for path in folder.iterdir() if path.is_file())
    return sorted(path for path in files if path.name != KEY and not path.name.startswith("."))
