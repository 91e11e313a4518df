"""The page in Chromium: two listeners whose preferences the tables must have (`make test-pages`).

Needs Node.js and, in the folder where it runs, `npm install --no-save axe-core puppeteer-core`.
Screenshots come into the folder given as the argument, by default build/listening_test/.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from listening import QUALITY, Results

from fs2.evaluation.tables.table import Estimate

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LISTENER = Path(__file__).with_name("listen.mjs")
SECONDS = 0.6
"""Length of a clip."""


def main() -> None:
    """Make a test of four systems, answer it twice, and look for the preferences in the tables."""
    shots = Path(sys.argv[1] if len(sys.argv) > 1 else "build/listening_test")
    with TemporaryDirectory() as folder:
        results = Results(Path(folder), seconds=SECONDS, show_texts=True, notice="<b>Us</b> & you")
        design = results.make()
        quality = {name: QUALITY[clip.system] for name, clip in design.clips.items()}
        for number, look in ((1, ["look"]), (2, [])):
            command = ["node", str(LISTENER), str(results.page / "index.html"), CHROMIUM]
            done = subprocess.run(
                [*command, str(shots / str(number)), json.dumps(quality), *look],
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(f"listener {number}: see above, and {shots}")
            file = done.stdout.split()[-1]
            (results.answers / file).write_bytes((shots / str(number) / file).read_bytes())
        expect("MOS", results.cells(1)[0]["Recordings"]["mos"], 5)
        expect("MOS", results.cells(1)[0]["FastSpeech 2"]["mos"], 3)
        expect("CMOS", results.cells(6)[0]["Recordings"]["cmos"], 2)
        expect("CMOS", results.cells(6)[0]["FastSpeech 2 - pitch"]["cmos"], -1)
    print(f"two listeners answered, and the tables have their preferences; screenshots: {shots}")


def expect(name: str, cell: object, value: float) -> None:
    """End unless a cell of the tables is what the listeners prefer."""
    if not isinstance(cell, Estimate) or cell.value != value:
        sys.exit(f"{name}: {cell}, not {value}")


if __name__ == "__main__":
    main()
