"""Where everything of a corpus lies: `results/<corpus>/`, a folder a stage."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders and files below `root`, by convention `results/<corpus>/`."""

    root: Path

    @property
    def corpus(self) -> Path:
        """Folder of the stage corpus."""
        return self.root / "corpus"

    @property
    def text(self) -> Path:
        """Folder of the stage text."""
        return self.root / "text"

    @property
    def alignment(self) -> Path:
        """Folder of the stage alignment."""
        return self.root / "alignment"

    @property
    def features(self) -> Path:
        """The features file."""
        return self.root / "features" / "features.h5"

    @property
    def tables(self) -> Path:
        """Folder of the paper's tables."""
        return self.root / "tables"

    @property
    def report(self) -> Path:
        """The page."""
        return self.root / "report" / "index.html"

    @property
    def listening_test(self) -> Path:
        """Folder of the page for listeners."""
        return self.root / "listening_test" / "page"

    def training(self, run: str) -> Path:
        """Folder of a trained system."""
        return self.root / "training" / run

    def distillation(self, run: str) -> Path:
        """Folder of what a trained system teaches."""
        return self.root / "distillation" / run

    def vocoder(self, name: str) -> Path:
        """Folder of a vocoder."""
        return self.root / "vocoder" / name

    def synthesis(self, run: str) -> Path:
        """Folder of the test split as a system, or a reference, speaks it."""
        return self.root / "synthesis" / run

    def voice(self, run: str) -> Path:
        """Folder of a trained system as a voice of its own."""
        return self.root / "voices" / run

    def evaluation(self, run: str) -> Path:
        """Folder of what was measured of a system, or a reference."""
        return self.root / "evaluation" / run
