"""Which rows the tables have, from the systems' files alone."""

import pytest

from fs2 import paper
from fs2.evaluation.rows import row_of, table_rows, title_of
from fs2.evaluation.tables import Measured
from fs2.systems.catalogue import Catalogue

SHIPPED = Catalogue({})
REFERENCES = ["recordings", "vocoded"]
FASTSPEECH = ["fastspeech", "fastspeech-aligner", "fastspeech-recorded-mels"]
OLDER = ["tacotron2", "transformer_tts", *FASTSPEECH]
BOTH = ["fastspeech2", "fastspeech2s"]
LESS = ["", "-no-energy", "-no-pitch", "-no-pitch-energy"]


@pytest.fixture
def catalogue(tmp_path):
    """The catalogue of some files of systems (name -> text) and no others."""

    def make(**files):
        for name, text in files.items():
            (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text)
        return Catalogue({}, (tmp_path,))

    return make


@pytest.mark.parametrize(
    ("number", "rows"),
    [
        (1, [*REFERENCES, *OLDER, *BOTH]),
        (2, ["recordings", *OLDER, *BOTH]),
        (3, [*REFERENCES, *OLDER, "fastspeech2", "fastspeech2-no-cwt", "fastspeech2s"]),
        (4, [*REFERENCES, *OLDER, *BOTH]),
        (6, ["recordings", *(f"{full}{less}" for full in BOTH for less in LESS)]),
        (
            7,
            [
                "recordings",
                *("fastspeech2", "fastspeech2-no-cwt", "fastspeech2-phoneme-pitch"),
                *("fastspeech2s", "fastspeech2s-no-cwt", "fastspeech2s-no-mel-decoder"),
            ],
        ),
    ],
)
def test_rows_stand_in_the_papers_order(number, rows):
    assert table_rows(SHIPPED, number) == rows


def test_a_row_that_no_system_claims_was_not_run(catalogue, tmp_path):
    found = catalogue(own="paper_row: fastspeech2s\n")
    older = ["tacotron2", "transformer_tts", "fastspeech"]
    assert table_rows(found, 4) == [*REFERENCES, *older, "fastspeech2", "own"]
    measured = Measured(found, tmp_path, [])
    for row in ("fastspeech", "fastspeech2"):
        assert measured.estimate(row, "energy_mae_mel") == "not run"
        assert measured.title(row) == paper.ROWS[row].title
    assert measured.published("fastspeech", "energy_mae_mel_recorded_durations") == 0.142
    assert measured.published("own", "energy_mae_mel_recorded_durations") == 0.133
    assert measured.estimate("own", "energy_mae_mel") == "not run"
    assert measured.baseline == "fastspeech2"


def test_the_system_that_claims_the_row_is_the_one_that_all_are_compared_with(catalogue, tmp_path):
    measured = Measured(catalogue(plain="paper_row: fastspeech2\n", b=""), tmp_path, [])
    assert measured.baseline == measured.full("recordings") == "plain"
    assert (measured.full("plain"), measured.full("b")) == ("plain", "b")


def test_rows_of_ones_own_stand_behind_their_kin_or_at_the_end(catalogue):
    found = catalogue(
        full="paper_row: fastspeech2\n",
        less="paper_row: fastspeech2-no-cwt\ncompare_with: full\n",
        a_variant="tables: [7]\ncompare_with: full\n",
        b_variant="tables: [7]\ncompare_with: full\n",
        alone="tables: [7]\n",
        hidden="compare_with: full\n",
        twin="paper_row: fastspeech2\n",
    )
    rows = [row for row in table_rows(found, 7) if row in found.names]
    assert rows == ["full", "twin", "less", "a-variant", "b-variant", "alone"]
    assert "a-variant" not in table_rows(found, 6)


def test_titles_are_their_own_else_the_papers_else_the_name(catalogue):
    found = catalogue(
        named="title: Mine\npaper_row: fastspeech2\n", claims="paper_row: fastspeech2\n", plain=""
    )
    titles = {name: title_of(found, name) for name in (*found.names, "vocoded", "vocoded-x", "y")}
    assert titles == {
        "named": "Mine", "claims": "FastSpeech 2", "plain": "plain",
        "vocoded": "Recordings through mel and vocoder", "vocoded-x": "vocoded-x", "y": "y",
    }  # fmt: skip
    assert [row_of(found, name) for name in ("vocoded", "vocoded-x", "y")] == [
        "vocoded", None, None,
    ]  # fmt: skip
