"""The code of the MLflow model `voice`: MLflow copies this file and runs it to load the model."""

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from fs2.errors import FS2Error
from fs2.synthesis.voice import Voice
from fs2.systems.controls import Controls


class VoiceModel(PythonModel):
    """Speaks each text of a table."""

    def load_context(self, context: Any) -> None:
        """Load the weights that lie in the model's folder."""
        artifacts = context.artifacts
        self.voice = Voice.load(artifacts["training"], artifacts.get("vocoder"))

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """A row a text: `samples`, float32 in [-1, 1], and `sample_rate`, Hz.

        `model_input` is what MLflow makes of a text, a list of texts, `{"text": [...]}` or a table
        whose first column is `text`; `params` are the factors pace, pitch and energy, as
        `fs2.systems.controls.Controls`. A text that cannot be spoken raises the FS2Error of
        `fs2.synthesis.voice.Voice.speak`; an input of another shape one that says so.
        """
        controls = Controls(**(params or {}))
        speeches = [self.voice.speak(text, controls) for text in texts_of(model_input)]
        return pd.DataFrame(
            {
                "samples": [speech.waveform for speech in speeches],
                "sample_rate": [speech.sample_rate for speech in speeches],
            }
        )


def texts_of(table: pd.DataFrame) -> list[str]:
    """The texts of the only column: a cell holds one, or a list of them.

    Raises FS2Error if the column has the name of something else, or a cell is no text.
    """
    if list(table.columns) not in (["text"], [0]):
        found = ", ".join(map(str, table.columns)) or "none"
        raise FS2Error(f"the one column must be text (found: {found}); controls are params")
    cells = table[table.columns[0]]
    texts = [text for cell in cells for text in (cell if isinstance(cell, list) else [cell])]
    for number, text in enumerate(texts, 1):
        if not isinstance(text, str):
            raise FS2Error(f"text {number}: {text!r} is no text")
    return texts


set_model(VoiceModel())
