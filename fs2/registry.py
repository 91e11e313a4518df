"""What can be chosen by name: systems, vocoders and aligners.

A new one of these is its own module and one line here. The module is imported when the name is
asked for the first time; it must import without torch and without an aligner's own packages, so
that a configuration is checked without them. A plugin (`fs2.plugins`) adds entries from outside of
the package.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from fs2.errors import FS2Error


class Registry(Mapping[str, Any]):
    """Entries by name, in the order in which they are listed.

    Args:
        key: The key of the configuration that chooses one, for messages.
        modules: Name -> `module:attribute` that holds the entry.
    """

    def __init__(self, key: str, modules: Mapping[str, str]) -> None:
        self.key = key
        self._modules = dict(modules)
        self._entries: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The entry of a name. FS2Error lists the known names if it is none of them."""
        if name not in self._modules:
            raise FS2Error(f"{self.key}: {self.unknown(name)}")
        if name not in self._entries:
            module, _, attribute = self._modules[name].partition(":")
            self._entries[name] = getattr(import_module(module), attribute)
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._modules

    def unknown(self, name: object) -> str:
        """The complaint about a name that is none of the known ones."""
        return f"'{name}' is not known; known are: {', '.join(self)}"

    def add(self, entry: Any) -> None:
        """Add the entry of a plugin, under `entry.name`; FS2Error if the name is taken."""
        if entry.name in self._modules and self._entries.get(entry.name) is not entry:
            raise FS2Error(f"{self.key}: '{entry.name}' is taken; give the plugin's another name")
        self._modules[entry.name] = type(entry).__module__
        self._entries[entry.name] = entry

    def remove(self, name: str) -> None:
        """Take the entry of a plugin out again."""
        del self._modules[name]
        del self._entries[name]


SYSTEMS = Registry(
    "model.architecture",
    {
        "fastspeech2": "fs2.systems.fastspeech2:SYSTEM",
        "fastspeech2s": "fs2.systems.fastspeech2s:SYSTEM",
        "tacotron2": "fs2.systems.tacotron2:SYSTEM",
        "transformer_tts": "fs2.systems.transformer_tts:SYSTEM",
        "fastspeech": "fs2.systems.fastspeech:SYSTEM",
    },
)
"""Entries are `fs2.systems.system.System`s."""

VOCODERS = Registry(
    "vocoder.name",
    {
        "hifigan_universal": "fs2.vocoder.hifigan:UNIVERSAL",
        "hifigan_ljspeech": "fs2.vocoder.hifigan:LJSPEECH",
        "parallel_wavegan": "fs2.vocoder.parallel_wavegan:VOCODER",
        "griffin_lim": "fs2.vocoder.griffin_lim:VOCODER",
    },
)
"""Entries are `fs2.vocoder.entry.VocoderEntry`s."""

ALIGNERS = Registry(
    "alignment.aligner",
    {
        "viter": "fs2.alignment.viter:ALIGNER",
        "mfa": "fs2.alignment.mfa:ALIGNER",
        "textgrids": "fs2.alignment.textgrids:ALIGNER",
    },
)
"""Entries are `fs2.alignment.aligner.AlignerEntry`s."""
