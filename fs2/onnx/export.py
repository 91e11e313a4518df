"""Writing a voice as ONNX: a folder of graphs, and `onnx.json`, which says how they are called."""

import logging
import math
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from fs2.config.synthesis import RANGES
from fs2.errors import FS2Error
from fs2.files import atomic_path, read_json
from fs2.nn.length_regulator import LONGEST_PHONE
from fs2.onnx.description import FACTORS, PRONUNCIATIONS, ExportedVoice
from fs2.onnx.graph import Graph, Port
from fs2.registry import SYSTEMS, VOCODERS, Registry
from fs2.systems.saving import ModelDescription
from fs2.vocoder.entry import DESCRIPTION as VOCODER_DESCRIPTION

PACKAGES = ("onnx", "onnxscript")
"""What torch's exporter needs."""
OPSET = 20
"""Version of ONNX's operators, which onnxruntime knows from 1.17 on."""
EXAMPLE_SIZE = 24
"""Size of every named axis while the network is traced."""
LEAST_SIZE = 2
"""An axis of one would be taken for one that is repeated."""


def export_onnx(
    network: nn.Module, model: ModelDescription, vocoder: Path | None, folder: Path
) -> None:
    """Write a trained system and its vocoder into `folder`, which is replaced whole.

    Args:
        network: On the CPU, ready for inference.
        model: What stands beside its weights.
        vocoder: Folder of its vocoder; None for a system that makes waveforms.
        folder: Gets a file `<graph>.onnx` for each graph, `onnx.json`, and own pronunciations.

    Raises FS2Error if a package is missing, or system or vocoder cannot be exported.
    """
    check_exportable(model, vocoder)
    graphs = [*model.system.graphs(network, model.config)]
    if vocoder is not None:
        info = read_json(vocoder / VOCODER_DESCRIPTION)
        graphs.append(VOCODERS[info["name"]].graph(vocoder, info))
    write_onnx(graphs, model, folder)


def write_onnx(graphs: Sequence[Graph], model: ModelDescription, folder: Path) -> None:
    """Write the graphs of a voice, in the order in which they run, as `export_onnx` does."""
    text, audio = model.config.text, model.audio
    with atomic_path(folder) as temporary:
        temporary.mkdir()
        for graph in graphs:
            write_graph(graph, temporary / f"{graph.name}.onnx")
        if text.pronunciations:
            shutil.copyfile(text.pronunciations, temporary / PRONUNCIATIONS)
        ExportedVoice(
            name=model.run,
            sample_rate=audio.sample_rate,
            hop_length=audio.hop_length,
            silence=math.log(audio.clip_val),
            symbols=model.symbols,
            text=text.portable(),
            ranges={name: RANGES[name] for name in FACTORS},
            longest_phone=LONGEST_PHONE,
            graphs=[_plain(graph) for graph in graphs],
        ).write(temporary)


def check_exportable(model: ModelDescription, vocoder: Path | None) -> None:
    """Raise FS2Error, before anything is written, for the reasons of `export_onnx`."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise FS2Error(f"ONNX: {', '.join(missing)} is not installed: pip install 'fs2[onnx]'")
    _check_exports(SYSTEMS, model.config.model.architecture)
    if model.system.needs_vocoder:
        if vocoder is None:
            raise FS2Error(f"ONNX: {model.system.title} makes mels and needs a vocoder")
        _check_exports(VOCODERS, read_json(vocoder / VOCODER_DESCRIPTION)["name"])


def _check_exports(registry: Registry, name: str) -> None:
    if not registry[name].exports:
        able = ", ".join(other for other, entry in registry.items() if entry.exports)
        raise FS2Error(
            f"ONNX: {registry[name].title} cannot be exported, because what it does is no single "
            f"pass of a network; {registry.key} may be: {able}"
        )


def write_graph(graph: Graph, path: Path) -> None:
    """Write a graph into one file, whose inputs, outputs and axes have the graph's names."""
    sizes = {axis for port in graph.inputs for axis in port.axes if isinstance(axis, str)}
    axes = {name: Dim(name, min=LEAST_SIZE) for name in sorted(sizes)}
    with _quiet():
        program = torch.onnx.export(
            graph.module.eval(),
            kwargs={port.name: _example(port) for port in graph.inputs},
            input_names=[port.name for port in graph.inputs],
            output_names=[port.name for port in graph.outputs],
            dynamic_shapes={
                port.name: {
                    place: axes[axis]
                    for place, axis in enumerate(port.axes)
                    if isinstance(axis, str)
                }
                for port in graph.inputs
            },
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    _forget_origin(program.model)
    _name_outputs(program.model, graph)
    program.save(path, external_data=False)


def _name_outputs(model: Any, graph: Graph) -> None:
    """Give the outputs' axes the graph's names."""
    for value, port in zip(model.graph.outputs, graph.outputs, strict=True):
        value.shape = type(value.shape)(port.axes)


def _forget_origin(model: Any) -> None:
    """Without the lines of code that nodes were made of, and their paths on this machine."""
    from onnx_ir.passes.common import ClearMetadataAndDocStringPass

    ClearMetadataAndDocStringPass()(model)


def _example(port: Port) -> Tensor:
    sizes = [EXAMPLE_SIZE if isinstance(axis, str) else axis for axis in port.axes]
    return torch.ones(sizes, dtype=getattr(torch, port.type))


def _plain(graph: Graph) -> dict[str, Any]:
    """As `onnx.json` has it."""
    inputs, outputs = ([port.plain() for port in ports] for ports in (graph.inputs, graph.outputs))
    return {"file": f"{graph.name}.onnx", "inputs": inputs, "outputs": outputs}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporter says of itself."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
