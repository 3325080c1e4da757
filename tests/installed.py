"""Programs that tests need and that Python's packages do not bring."""

import os

import pytest


def needed(found, name, package):
    """What was found of a program. Absent at home: skip; absent in CI, which installs it: fail."""
    if not found and os.environ.get("CI"):
        pytest.fail(f"CI has no {name}: .ci/run installs {package}")
    if not found:
        pytest.skip(f"no {name} here: apt install {package}")
    return found
