"""The gates measure with the modules of bench/, which import each other by their names."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))  # last: bench/queue is not Python's queue
