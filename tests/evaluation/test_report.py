import base64
import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from fs2.errors import FS2Error
from fs2.evaluation.evaluate import evaluate
from fs2.evaluation.figures import write_figures
from fs2.evaluation.pitch_analysis import analyse_pitch
from fs2.evaluation.report import write_report
from fs2.evaluation.tables.table import show_number
from fs2.files import write_json, write_text
from fs2.synthesis.attention import write_attentions
from fs2.systems.attention import Attention
from fs2.systems.catalogue import Catalogue

CATALOGUE = Catalogue(
    {
        "corpus": {"name": "toy"},
        "evaluation": {
            "mos": False, "word_error_rate": False, "bootstrap_samples": 100, "report_clips": 2,
            "report_players": 1,
        },
    }
)  # fmt: skip
EVALUATION = CATALOGUE.base.evaluation
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Checks that elements nest, and collects addresses, ids and text."""

    def __init__(self, html):
        super().__init__()
        self.attributes = []
        self.open, self.addresses, self.ids, self.tags, self.words = [], [], [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        self.addresses += [value for key, value in attrs if key in ("src", "href", "data")]
        self.ids += [value for key, value in attrs if key == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def of(self, tag):
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.attributes if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def reported(recorded, tmp_path_factory):
    """Results of FastSpeech 2 with their report, to be looked at."""
    folder = shutil.copytree(recorded.folder, tmp_path_factory.mktemp("reported") / "results")
    made = replace(recorded, folder=folder)
    made.speak("fastspeech2", pitch=1.1)
    write(made, ["fastspeech2"])
    return made


@pytest.fixture(scope="module")
def html(reported):
    return (reported.folder / "report/index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def write(results, systems):
    for system in {"recordings", *systems}:
        evaluate(
            EVALUATION, results.features, results.synthesis(system), system,
            results.folder / "evaluation" / system,
        )  # fmt: skip
    output = results.folder / "report/index.html"
    write_report(CATALOGUE, results.folder, systems, output)
    return output.read_text(encoding="utf-8")


def test_page_is_well_formed_and_needs_nothing_else(html, page):
    for address in page.addresses:
        assert address.startswith(("data:", "#")), address[:60]
        assert not address.startswith("#") or address[1:] in page.ids
    assert len(page.ids) == len(set(page.ids))
    assert "script" not in page.tags
    assert not re.search(r"@import|url\(", html)
    assert page.tags.count("audio") == 2 * (2 + 1)  # one clip without a plot
    assert page.tags.count("img") == 2 + 1


def test_players_tables_and_figures_can_be_used_without_eyes_or_mouse(page):
    labels = [player.get("aria-label") for player in page.of("audio")]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert page.tags.count("caption") == page.tags.count("table") > 7
    assert all(image["alt"] for image in page.of("img"))
    regions = [e for e in page.of("div") if e.get("class") == "scroll"]
    assert len(regions) == page.tags.count("table")
    assert all(e["tabindex"] == "0" and e["aria-label"] for e in regions)
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    enlarged = [a["href"][1:] for a in page.of("a") if a.get("class") == "larger"]
    assert len(enlarged) == page.tags.count("img")
    assert {f"{name}-place" for name in enlarged} | set(enlarged) <= set(page.ids)


def test_listening_comes_right_after_the_results(page):
    sections = [e["id"] for e in page.of("section")]
    assert sections[:3] == ["results", "listen", "tables"]


def test_tables_clips_and_sound_can_be_taken_along_as_they_are(reported, page):
    files = {a["download"]: a["href"] for a in page.of("a") if "download" in a}
    assert {f"table{number}.csv" for number in range(1, 8)} < files.keys()
    own = base64.b64decode(files["fastspeech2.csv"].partition(",")[2])
    assert own == (reported.folder / "evaluation/fastspeech2/per_clip.csv").read_bytes()
    sound = base64.b64decode(files["fastspeech2-clip0.flac"].partition(",")[2])
    heard, _ = soundfile.read(io.BytesIO(sound), dtype="int16")
    spoken, _ = soundfile.read(reported.synthesis("fastspeech2") / "clip0.wav", dtype="int16")
    assert np.array_equal(heard, spoken)


def test_best_and_worst_clips_are_listed_and_can_be_heard(reported, html, page):
    lines = (reported.folder / "evaluation/fastspeech2/per_clip.csv").read_text().splitlines()
    head, *rows = (line.split(",") for line in lines)
    errors = {row[0]: float(row[head.index("pitch_dtw")]) for row in rows}
    best, worst = min(errors, key=errors.get), max(errors, key=errors.get)
    row = re.search(r'scope="row">F0 DTW, Hz</th>.*?</tr>', html, re.DOTALL).group()
    found = re.findall(r'href="#clip-(\w+)"', row)
    assert found == [best, worst]
    assert "FastSpeech 2: best and worst clips" in page.text


def test_attentions_are_drawn_and_clips_that_went_wrong_named(results, page):
    assert "attention" not in page.ids
    results.speak("fastspeech2", pitch=1.1)
    walk, back = ([0, 1, 2, 3], [0, 3, 3, 0, 0, 3])
    clips = sorted(path.stem for path in results.synthesis("fastspeech2").glob("*.wav"))
    eye = np.eye(4, dtype=np.float32)
    attentions = {clip: Attention(eye[walk], 2) for clip in clips}
    write_attentions(
        results.synthesis("fastspeech2"), attentions | {clips[0]: Attention(eye[back], 2, False)}
    )
    page = Page(write(results, ["fastspeech2"]))
    assert "attention" in page.ids
    assert "Attention of FastSpeech 2 on the phonemes of clips" in {
        i["alt"] for i in page.of("img")
    }
    assert f"Of {len(clips)} clips, 1 went wrong:" in page.text
    assert f"{clips[0]}: did not end by itself, went back in the text" in page.text


def test_a_system_that_was_not_run_is_one_line_with_the_papers_numbers(html, page):
    assert "not run; the paper: MOS 3.70" in page.text
    for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL):
        assert row.count(">not run") <= 1


def test_what_made_it_is_at_the_foot_and_no_password_anywhere(reported, tmp_path):
    secret = "postgresql://me:hunter2@host/db"
    values = {"corpus": {"name": "toy"}, "tracking": {"uri": secret}}
    output = tmp_path / "index.html"
    write_report(Catalogue(values), reported.folder, [], output)
    html = output.read_text(encoding="utf-8")
    assert "hunter2" not in html
    foot = html[html.index('<footer id="made">') :]
    for words in ("UTC", "commit", "cores", "torch", "Python"):
        assert words in foot


def test_its_figures_are_files_too(html, page, tmp_path):
    file = tmp_path / "index.html"
    file.write_text(f'{html}<img alt="F0 histograms" src="data:image/svg+xml;base64,PHN2Zy8+">')
    folder = tmp_path / "figures"
    folder.mkdir()
    write_figures(file, folder)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == page.tags.count("img") + 1
    overlays = [name for name in names if name.startswith("mel-spectrogram-and-f0-of-each-system")]
    assert len(overlays) == 2
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in overlays)
    assert (folder / "f0-histograms.svg").read_text() == "<svg/>"


def test_numbers_stand_beside_the_papers(reported, page):
    metrics = json.loads((reported.folder / "evaluation/fastspeech2/metrics.json").read_text())
    text = page.text
    assert show_number(metrics["pitch_sigma"]["value"], 1) in text
    for words in (
        "paper 54.1",
        "paper 24.39",
        "paper 0.131",
        "paper 54.4",
        "Tacotron 2",
        "not run",
    ):
        assert words in text
    assert text.index("Recordings") < text.index("FastSpeech 2 fastspeech2")


def test_ablations_and_pitch_are_drawn_and_tables_say_what_was_not_run(results):
    for system, factor in (("fastspeech2", 1.1), ("fastspeech2-no-cwt", 1.3)):
        results.speak(system, pitch=factor)
    for system in ("recordings", "fastspeech2", "fastspeech2-no-cwt"):
        analyse_pitch(
            EVALUATION, results.features, results.synthesis(system), system,
            results.folder / "evaluation" / system / "pitch.json",
        )  # fmt: skip
    page = Page(write(results, ["fastspeech2", "fastspeech2-no-cwt"]))
    assert {
        "tables",
        "ablations",
        "pitch",
        "robustness",
        *(f"table-{n}" for n in range(1, 8)),
    } <= set(page.ids)
    assert page.tags.count("img") == 2 + 1 + 1 + 2  # clips, alignment, bars of DTW, pitch
    assert "FastSpeech 2s not run" in page.text
    assert "FastSpeech 2 - CWT" in page.text
    assert "no reference given" in page.text


def test_seeds_are_one_column_and_the_first_is_heard(results):
    for run, factor in (("fastspeech2", 1.1), ("fastspeech2-seed2", 1.3)):
        results.speak(run, pitch=factor)
    page = Page(write(results, ["fastspeech2", "fastspeech2-seed2"]))
    assert page.tags.count("audio") == 2 * 3  # recordings and one of the seeds
    assert "2 seeds" in page.text
    assert "Of a system with several seeds the first is heard." in page.text
    values = [
        json.loads((results.folder / "evaluation" / run / "metrics.json").read_text())[
            "pitch_mean"
        ]["value"]
        for run in ("fastspeech2", "fastspeech2-seed2")
    ]
    assert show_number(sum(values) / 2, 1) in page.text


def test_texts_are_escaped(html):
    assert "One &lt;b&gt;&amp;&lt;/b&gt; two." in html


def test_everything_that_a_run_leaves_is_shown(results):
    results.speak("own-system")
    splits = "train", "validation"
    points = [f"{step},{split},mel_loss,{1 / step}" for step in (1, 2, 3) for split in splits]
    history = "\n".join(["step,split,name,value", *points])
    folder, vocoder = results.folder, CATALOGUE.base.vocoder
    for place in ("training/own-system", f"vocoder/{vocoder.name}"):
        write_text(folder / place / "history.csv", history)
    reasons = [{"id": f"bad{n}", "reason": "too short: 0.1 s"} for n in range(300)]
    size = {"clips": 10, "hours": 0.5}
    doubts = [{"warning": "recorded below audio.sample_rate", "clips": ["clip0", "clip1"]}]
    corpus = {"licence": "CC0", "attribution": "Someone.", "excluded": reasons, **size}
    corpus["warnings"] = doubts
    write_json(folder / "corpus/report.json", {**corpus, "splits": {"train": size, "test": size}})
    write_text(folder / "text/unknown_words.csv", "word,phonemes,clips\nsnakemake,S N EY1 K,2\n")
    page = Page(write(results, ["own-system"]))
    for words in (
        "too short", "bad199 corpus", "Someone. Licence: CC0.", "snakemake", "The first 200;",
        "2 clips recorded below audio.sample_rate.",
    ):  # fmt: skip
        assert words in page.text
    assert "bad200" not in page.text
    assert f"Vocoder ({vocoder.entry.title})" in page.text
    assert page.tags.count("img") == 2 + 1 + 1 + 1


def test_missing_evaluation_is_an_error(results):
    with pytest.raises(FS2Error, match=r"metrics\.json"):
        write_report(CATALOGUE, results.folder, ["ghost"], results.folder / "report/index.html")
    with pytest.raises(FS2Error, match="no system"):
        write_report(CATALOGUE, results.folder, [], results.folder / "report/index.html")
    assert not (results.folder / "report").exists()


def test_numbers_have_a_true_minus_and_no_negative_zero():
    assert [show_number(value, 2) for value in (-1.234, -0.001, None)] == [
        "\u22121.23",
        "0.00",
        "\u2013",
    ]
