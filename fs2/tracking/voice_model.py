"""The code of the MLflow model `voice`: MLflow copies this file and runs it to load the model."""

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from fs2.synthesis import Voice
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

        `model_input` has the column `text`; `params` are the factors pace, pitch and energy,
        as `fs2.systems.controls.Controls`. A text that cannot be spoken raises the FS2Error of
        `fs2.synthesis.Voice.speak`.
        """
        controls = Controls(**(params or {}))
        speeches = [self.voice.speak(text, controls) for text in model_input["text"]]
        return pd.DataFrame(
            {
                "samples": [speech.waveform for speech in speeches],
                "sample_rate": [speech.sample_rate for speech in speeches],
            }
        )


set_model(VoiceModel())
