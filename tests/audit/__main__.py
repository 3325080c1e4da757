"""What wiredesk is made of, and whether it may and should be: `make audit`.

    uv sync --group audit
    python -m tests.audit [--out wiredesk.cdx.json]

Licences of all that is installed with it, a list of it as CycloneDX (SBOM), and known vulnerabilities by pip-audit,
which asks a database: where that cannot be reached it is said and passed over. Exit status 1 for a licence that is not
allowed or a vulnerability.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.audit.licences import allowed, installed, licence

#: Seconds for the database to answer.
PATIENCE = 120
#: What pip-audit's output holds when it was not the packages that it complained of.
_UNREACHED = ("ConnectionError", "ServiceError", "HTTPError", "Max retries", "timed out", "ConnectTimeout", "resolve")


def main() -> int:
    parser = argparse.ArgumentParser(description="Licences, parts and known vulnerabilities")
    parser.add_argument("--out", type=Path, default=Path("wiredesk.cdx.json"), help="the list of parts (CycloneDX)")
    wanted = parser.parse_args()
    return max([_licences(), _parts(wanted.out), _vulnerabilities()])


def _licences() -> int:
    found = sorted(installed(), key=lambda one: one.name.lower())
    bad = [one for one in found if not allowed(one)]
    for one in bad:
        print(f"NOT ALLOWED  {one.name} {one.version}: {licence(one)}")
    print(f"licences: {len(found)} packages, {len(bad)} not allowed")
    return 1 if bad else 0


def _parts(out: Path) -> int:
    if find_spec("cyclonedx_py") is None:
        print("parts: skipped; cyclonedx-py is not installed: uv sync --group audit")
        return 0
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--of", "JSON", "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    print(f"parts: written to {out}")
    return 0


def _vulnerabilities() -> int:
    if find_spec("pip_audit") is None:
        print("vulnerabilities: skipped; pip-audit is not installed: uv sync --group audit")
        return 0
    command = [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        print("vulnerabilities: skipped; the database did not answer in time")
        return 0
    said = done.stdout + done.stderr
    if done.returncode and any(word in said for word in _UNREACHED):
        print("vulnerabilities: skipped; the database cannot be reached from here")
        return 0
    unknown = said.count("could not be audited")
    if unknown and "No known vulnerabilities found" in said:
        print(f"vulnerabilities: none found; {unknown} packages are unknown to the index that is used here")
    else:
        print(said.strip())
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
