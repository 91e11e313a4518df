"""`python -m fs2.cli`, for a debugger or a profiler."""

import sys

from fs2.cli import main

sys.exit(main())
