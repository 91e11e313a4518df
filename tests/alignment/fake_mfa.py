#!/usr/bin/env python3
"""Behaves like Montreal Forced Aligner 3.4.3 as far as its files and silences are concerned.

FAKE_MFA says how it fails: `version` (another version), `train` (exit code 1), `no_model`,
`nothing` (no TextGrid, exit code 0), `killed` (by SIGKILL), `shell` (a shell whose child was).
A clip whose text holds `mismatch` gets no TextGrid and no message. Its root folder, by default in
the home, is made at every start, and progress bars go to standard error.
"""

import csv
import json
import os
import signal
import sys
import wave
import zipfile
from pathlib import Path

import yaml

FAILURE = os.environ.get("FAKE_MFA", "")
ROOT = Path(os.environ.get("MFA_ROOT_DIR") or Path("~/Documents/MFA").expanduser())
ROOT.mkdir(parents=True, exist_ok=True)


def options(arguments):
    names = {"-t": 1, "--clean": 0, "-j": 1}
    names |= {"--config_path": 1, "--phone_groups_path": 1, "--topology_path": 1}
    places, given, rest = [], {}, list(arguments)
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            given[word] = rest.pop(0) if names[word] else True
        else:
            places.append(Path(word))
    return places, given


def utterances(corpus):
    clips = {}
    for sound in sorted(corpus.glob("*/*.wav")):
        transcript = sound.with_suffix(".lab")
        if transcript.is_file() and transcript.read_text().split():
            clips[sound] = transcript.read_text().split()
    if not clips:
        sys.exit("CorpusError: There were no files found for this corpus")
    return clips


def dictionary(path):
    pairs = (line.split("\t") for line in Path(path).read_text().splitlines())
    return {word: phones.split() for word, phones in pairs}


def train(places, given):
    corpus, lexicon, model = places
    if FAILURE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if FAILURE == "shell":
        sys.exit(128 + signal.SIGKILL)
    if FAILURE == "train":
        print("ERROR: unreadable wav")
        sys.exit(1)
    assert model.suffix == ".zip"
    topology = yaml.safe_load(Path(given["--topology_path"]).read_text())
    groups = yaml.safe_load(Path(given["--phone_groups_path"]).read_text())
    plan = yaml.safe_load(Path(given["--config_path"]).read_text())
    phones = {phone for pronunciation in dictionary(lexicon).values() for phone in pronunciation}
    assert phones <= set(topology) and phones <= {phone for group in groups for phone in group}
    print("INFO  Training")
    for done in range(0, 101, 20):
        print(f"  {done}% ━━━━━╺━━━━ {done}/100 [ 0:00:01 < 0:00:02 , 40 it/s ]", end="\r")
        print(f"{done:3}%|████      | {done}/100 [00:00<00:01, 25.3it/s]", end="\r")
        print(f"{done}it [00:00, ?it/s]", end="\r")
    print("\nINFO  50% of the clips are left", flush=True)
    if FAILURE != "no_model":
        with zipfile.ZipFile(model, "w") as archive:
            trained = {
                "clips": sorted(path.stem for path in utterances(corpus)),
                "speakers": sorted({path.parent.name for path in utterances(corpus)}),
                "states": topology["AA1"],
                "stages": [next(iter(stage)) for stage in plan["training"]],
                "jobs": given["-j"],
            }
            archive.writestr("meta.json", json.dumps(trained))
    if "FAKE_MFA_KEEP" in os.environ and model.is_file():
        Path(os.environ["FAKE_MFA_KEEP"]).write_bytes(model.read_bytes())


def textgrid(words, pronunciations, seconds):
    """Words of equal length, after and before an empty label."""
    step = seconds / (len(words) + 2)
    tiers = {"words": [(0, step, "")], "phones": [(0, step, "")]}
    for number, word in enumerate(words, 1):
        start = number * step
        tiers["words"].append((start, start + step, word))
        phones = pronunciations.get(word, ["spn"])
        for place, phone in enumerate(phones):
            part = step / len(phones)
            tiers["phones"].append((start + place * part, start + (place + 1) * part, phone))
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0 "]
    lines += [f"xmax = {seconds} ", "tiers? <exists> ", "size = 2 ", "item []: "]
    for number, (name, tier) in enumerate(tiers.items(), 1):
        tier.append((tier[-1][1], seconds, ""))
        lines += [f"    item [{number}]:", '        class = "IntervalTier" ']
        lines += [f'        name = "{name}" ', "        xmin = 0 ", f"        xmax = {seconds} "]
        lines.append(f"        intervals: size = {len(tier)} ")
        for place, (start, end, label) in enumerate(tier, 1):
            lines += [f"        intervals [{place}]:", f"            xmin = {start} "]
            lines += [f"            xmax = {end} ", f'            text = "{label}" ']
    return "\n".join(lines)


def align(places, given):
    corpus, lexicon, model, output = places
    assert model.is_file()
    output.mkdir(parents=True)
    rows = []
    for sound, words in utterances(corpus).items():
        if "mismatch" in words or FAILURE == "nothing":
            continue
        with wave.open(str(sound)) as file:
            seconds = file.getnframes() / file.getframerate()
        target = output / sound.parent.name / f"{sound.stem}.TextGrid"
        target.parent.mkdir(exist_ok=True)
        target.write_text(textgrid(words, dictionary(lexicon), seconds))
        likelihood = -90.0 if "strange" in words else -50.0 - len(rows) / 10
        rows.append({"file": sound.stem, "overall_log_likelihood": likelihood})
    with open(output / "alignment_analysis.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["file", "overall_log_likelihood"])
        writer.writeheader()
        writer.writerows(rows)


if sys.argv[1] == "version":
    print("2.2.17" if FAILURE == "version" else "3.4.3")
else:
    {"train": train, "align": align}[sys.argv[1]](*options(sys.argv[2:]))
