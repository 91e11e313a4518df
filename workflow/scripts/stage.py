"""Every rule's script: the stage that its log is named after, for what its wildcards say.

The stages themselves are functions in `fs2/stages/`; `fs2 stage` runs one without Snakemake.
"""

import sys
from pathlib import Path

# In an environment of its own (--sdm conda) a stage has fs2's dependencies, but not fs2.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fs2.errors import FS2Error
from fs2.stages.job import Job
from fs2.stages.run import run_stage

try:
    job = Job.of_snakemake(snakemake)
except FS2Error as error:
    sys.exit(str(error))
sys.exit(run_stage(job))
