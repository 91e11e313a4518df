"""`fs2 train`: a training without the workflow."""

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fs2.cli.arguments import Commands, add_config, path
from fs2.errors import FS2Error

if TYPE_CHECKING:
    from fs2.systems.catalogue import Catalogue


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "train",
        help="train a system, or the vocoder, from a features file alone",
        description="Train without the workflow, for example on another machine, which needs "
        "fs2[training]. A stopped run goes on.",
    )
    parser.add_argument("features", type=path, metavar="FEATURES", help="features.h5")
    parser.add_argument("-o", "--output", type=path, required=True, help="folder for the result")
    add_config(parser)
    parser.add_argument(
        "--system",
        metavar="NAME",
        default="fastspeech2",
        help="a file of config/systems/, or a vocoder that is trained (default: %(default)s)",
    )
    parser.add_argument(
        "--start",
        type=path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="trained system that this one begins with, or its teacher, where the configuration "
        "says so",
    )
    parser.add_argument(
        "--distillation",
        type=path,
        metavar="FOLDER",
        help="what the stage distillation made of the teacher, if the system has one",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Train, and print a summary."""
    from fs2.config.files import read_yaml
    from fs2.plugins import load_plugins
    from fs2.registry import VOCODERS
    from fs2.systems.catalogue import Catalogue
    from fs2.systems.system import Distilled, TrainingJob, train

    logging.getLogger("fs2").setLevel(logging.INFO)
    values = read_yaml(options.config)
    load_plugins(values)
    catalogue = Catalogue(values)
    if options.system in VOCODERS:
        summary = _train_vocoder(options, catalogue)
    else:
        config, needs = catalogue.config(options.system), catalogue.needs(options.system)
        folders = dict(zip(needs, options.start, strict=False))
        if len(needs) != len(options.start):
            wanted = ", ".join(needs.values())
            raise FS2Error(
                f"--start: {options.system} needs {wanted}; name the folder of that trained system"
                if needs
                else f"--start: {options.system} begins from nothing with this configuration"
            )
        distilled = Distilled(options.distillation) if options.distillation else None
        places = options.features, options.output, folders, distilled
        job = TrainingJob(options.system, config, *places)
        summary = train(job)
    for name, value in summary.items():
        print(f"{name}: {value}")


def _train_vocoder(options: argparse.Namespace, catalogue: "Catalogue") -> dict[str, Any]:
    from fs2.vocoder.entry import VocoderJob
    from fs2.vocoder.loading import make_vocoder

    chosen = catalogue.base.vocoder.choose(options.system)
    if not chosen.entry.trained:
        raise FS2Error(f"--system: {options.system} is a vocoder that is not trained")
    if options.start:
        raise FS2Error(f"--start: {options.system} begins from nothing")
    config = catalogue.base.model_copy(update={"vocoder": chosen})
    return make_vocoder(VocoderJob(config, Path("resources"), options.output, options.features))
