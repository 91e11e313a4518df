import base64
import io

import numpy as np
import pytest
import soundfile

from fs2.evaluation.downloads import mp3


@pytest.mark.parametrize("rate", [8000, 18_000, 20_000, 22_050, 48_000])
def test_sound_of_any_rate_becomes_mp3(rate):
    address = mp3(np.zeros(rate // 4, np.float32), rate)
    samples, found = soundfile.read(io.BytesIO(base64.b64decode(address.split(",")[1])))
    assert found >= rate
    assert abs(len(samples) / found - 0.25) < 0.1
