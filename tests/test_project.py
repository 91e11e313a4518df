"""The files by which others find, cite and take up the project."""

import tomllib
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def test_the_citation_has_version_and_licence_of_the_project():
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    [paper] = citation["references"]
    assert paper["title"].startswith("FastSpeech 2: ") and len(paper["authors"]) == 7


def test_the_changelog_has_the_version_below_what_is_to_come():
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = [line for line in text.splitlines() if line.startswith("## ")]
    assert versions[0] == "## [Unreleased]"
    assert versions[1].startswith(f"## [{PROJECT['version']}]")


def test_snakemakes_catalog_learns_how_it_is_deployed():
    usage = yaml.safe_load((REPOSITORY / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["software-stack-deployment"]["conda"] is True
    assert usage["report"] is True


def test_editors_find_the_schema_of_every_configuration():
    files = sorted((REPOSITORY / "config").glob("*.yaml"))
    assert len(files) >= 4
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        marker, _, schema = first.partition("$schema=")
        assert marker == "# yaml-language-server: "
        assert (file.parent / schema).is_file()
