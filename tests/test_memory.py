"""Workers give back what large files leave in their allocator."""

import subprocess
import sys

import pytest
from conftest import ROOT

#: Blocks too small to be mapped apart, freed between ones that stay: what the allocator keeps by itself.
FRAGMENTS = """
import re, sys
from workers.memory import release
def held(): return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) >> 10
blocks = [bytearray(60_000) for _ in range(3_000)]
full, kept = held(), blocks[::50]
del blocks
print(full - held() < 170, release(), full - held() > 120)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone has the call, /proc the figures")
def test_freed_memory_goes_back_to_the_system():
    """Of 180 MB that were held and freed in pieces, most is the system's again."""
    done = subprocess.run([sys.executable, "-c", FRAGMENTS], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split()[1:] == ["True", "True"]


#: A page whose date stands where only htmldate looks, printed so that it would ask dateparser.
DATED = """
import sys
from newstext.formats import read
from newstext.source import Source
story = "".join(f"<p>The council talked for hours about the bridge at mile {n} of the river.</p>" for n in range(9))
page = f"<html><body><h1>Bridge</h1>{story}<div class='submitted'>23. lipca 2019</div></body></html>"
(unit,) = read(Source.of(page.encode(), "page.html"))
print(unit.drafts[0].stated.published, "dateparser" in sys.modules)
"""


def test_a_date_is_guessed_without_a_heavy_library():
    """htmldate's guess reads dates by our own patterns: dateparser would take 42 MB in every worker."""
    done = subprocess.run([sys.executable, "-c", DATED], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["2019-07-23", "False"]
