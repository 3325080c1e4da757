"""deploy/Dockerfile, line by line without Docker: its steps run, and what they make works without rights."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
#: The user of the image, the numbers as in its USER line.
USER = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
#: What Linux must do for the whole test; else the steps run and the command as this user.
LOCKED = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("unshare") and shutil.which("setpriv")


def instructions(text):
    """(word, rest) of each instruction; lines that a backslash continues are one."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [tuple(line.split(" ", 1)) for line in joined.splitlines() if line]


def stages():
    """The instructions of each stage of the build."""
    found = []
    for word, rest in instructions(DOCKERFILE):
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The environment that the build stage makes, its folders moved from / into a folder of the test's."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    source.mkdir()
    if not shutil.which("uv"):
        pytest.skip("no uv here: the image is built with it")
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"} | {"UV_PYTHON": sys.executable}
    for word, rest in stages()[0]:
        if word == "ENV":
            environment |= {k: v.replace("/opt", f"{root}/opt") for k, v in (p.split("=", 1) for p in rest.split())}
            # The same files, sooner: compiled when they are run, linked to those that uv keeps.
            environment |= {"UV_COMPILE_BYTECODE": "0", "UV_LINK_MODE": "hardlink"}
        elif word == "COPY":
            *names, _ = rest.split()
            for name in names:
                _copy(ROOT / name, source / name)
        elif word == "RUN" and not rest.startswith("pip "):
            step = rest.replace("/opt/", f"{shlex.quote(str(root))}/opt/")
            subprocess.run(["sh", "-ec", step], cwd=source, env=environment, check=True, timeout=300)
    shutil.rmtree(source)
    return root


def _copy(one, place):
    if one.is_dir():
        shutil.copytree(one, place, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(one, place)


#: The interpreter stands where everyone may read in the image; here it may lie in a home. Then that home is replaced,
#: for the command alone, by an empty one that holds the interpreter; at last nothing can be written.
LOCK = """
set -e
mkdir -p "$1/python" && mount --bind "$2" "$1/python"
mount -t tmpfs -o mode=755 none "$3" && mkdir -p "$2" && mount --bind "$1/python" "$2"
mount -o remount,bind,ro / && cd /
shift 3
exec "$@"
"""


def run(image, program, *words):
    """A command of the image: as its user, on a read-only system."""
    command = [image / "opt" / "wiredesk" / "bin" / program, *words]
    if LOCKED:
        python = Path(sys.base_prefix)
        drop = ("setpriv", "--reuid", USER[1], "--regid", USER[2], "--clear-groups", "--no-new-privs",
                "--bounding-set=-all")  # fmt: skip
        places = (image, python, f"/{python.parts[1]}")
        if python.is_relative_to("/usr"):  # nobody is kept from it
            places = (image, image / "opt", image / "src")
        command = ["unshare", "--mount", "sh", "-c", LOCK, "sh", *places, *drop, *command]
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/"}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


def test_the_image_reads_a_page(image):
    """Split and described by the installed wheel, as a user who may write nowhere."""
    _open_way(image)
    page = shutil.copy(next((ROOT / "examples" / "pages").iterdir()), image)
    done = run(image, "wiredesk", "read", page)

    assert done.returncode == 0, done.stderr
    assert '"headline"' in done.stdout


def _open_way(place):
    """Let anyone pass through the folders that lead to `place`: pytest's are their owner's alone."""
    for folder in (place, *place.parents):
        if folder != Path("/") and folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o111)


HELPS = """
import sys, click.testing, wiredesk.cli
asked = {word: click.testing.CliRunner().invoke(wiredesk.cli.group, [word, "--help"]) for word in sys.argv[1:]}
sys.exit("".join(f"{word}: {done.exception!r}" for word, done in asked.items() if done.exit_code) or 0)
"""


def test_the_image_has_every_command(image):
    """Every program that the other files start is there with what it needs."""
    _open_way(image)
    done = run(image, "python", "-c", HELPS, "work", "gateway", "desk", "watch", "sink", "status")

    assert done.returncode == 0, done.stderr


def test_the_image_holds_no_tools_and_no_tests(image):
    """What is installed is what a desk runs: no compiler, no test runner, nothing of the checkout."""
    installed = {path.name for path in (image / "opt" / "wiredesk").glob("lib/python*/site-packages/*")}

    assert "wiredesk" in installed
    assert not installed & {"pytest", "mypy", "ruff", "selenium", "ray", "pyarrow", "tests"}


STORE = """
import io, os, sys
from producers import objects
from wiredesk.errors import StoreAway
os.environ |= {
    "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_MAX_ATTEMPTS": "1",
}
try:
    objects.put("s3://bucket", "a" * 64, 1, io.BytesIO(b"x"))
except StoreAway as error:
    sys.exit("127.0.0.1:9" not in str(error))
"""


def test_the_image_speaks_to_an_object_store(image):
    """What was taken out of Amazon's library is not what S3 needs: it gets as far as the server's closed port."""
    _open_way(image)
    done = run(image, "python", "-c", STORE)

    assert done.returncode == 0, done.stderr


def test_parquet_has_an_image_of_its_own():
    """The same build with one extra more, run in the same way."""
    targets = re.findall(r"^FROM (\S+)(?: AS (\S+))?$", DOCKERFILE, re.MULTILINE)
    steps = {name or "last": stage[1:] for (_, name), stage in zip(targets, stages(), strict=True)}
    installed = [rest for word, rest in steps["build"] if rest.startswith("uv sync") and "--no-editable" in rest]

    assert steps["build-parquet"] == [("RUN", f"{one} --extra parquet") for one in installed]
    assert [(base, name) for base, name in targets if base == "run"] == [("run", "parquet"), ("run", "")]


def test_the_image_runs_as_a_number():
    """Kubernetes refuses a name it cannot prove not to be root; root is refused here."""
    assert int(USER[1]) > 0
    assert DOCKERFILE.count("\nUSER ") == 1


def test_only_what_is_built_from_is_sent():
    """The ignore file lets through what the COPY lines name."""
    copied = {name for word, rest in stages()[0] if word == "COPY" for name in rest.split()[:-1]}
    let = set(re.findall(r"^!(\S+)", (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(), re.MULTILINE))

    assert copied == let
