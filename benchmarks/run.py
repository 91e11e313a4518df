"""All benchmarks, one after the other: `make bench`. Prints and keeps their tables.

Each runs in a process of its own, so that none finds the memory or the threads of another.
"""

import platform
import subprocess
import sys
from pathlib import Path

import torch

from fs2.device import cpu_capabilities
from fs2.files import write_text
from fs2.machine import LoadMeter, load_words, provenance

FOLDER = Path(__file__).resolve().parent
PROGRAMS = ("features", "training", "synthesis", "autoregressive", "waveform", "exported")
TARGET = Path("results") / "benchmarks.md"


def main() -> None:
    """Run them and keep what they print."""
    made = provenance()
    capabilities = cpu_capabilities()
    matrix_units = "with" if capabilities.get("amx_bf16") else "without"
    lines = [
        f"{capabilities.get('cpu_name', platform.processor())}, "
        f"{torch.get_num_threads()} threads, {matrix_units} bfloat16 matrix units, "
        f"torch {torch.__version__}, Python {platform.python_version()}; "
        f"{made['date']}, commit {made['commit']}\n\n"
    ]
    meter = LoadMeter()
    print(lines[0])
    for name in PROGRAMS:
        command = [sys.executable, str(FOLDER / f"{name}.py")]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        meter.sample()
        print(done.stdout)
        lines.append(done.stdout + "\n")
    lines.append(f"Measured {load_words(meter.summary())}.\n")
    write_text(TARGET, "".join(lines))
    print(f"Kept in {TARGET}")


if __name__ == "__main__":
    main()
