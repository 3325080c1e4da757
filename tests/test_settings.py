"""Settings: read once, typed, and a typo is an error."""

import os
import re
import subprocess
import sys
from dataclasses import fields

import pytest
from click.testing import CliRunner

from wiredesk.cli.config import command as config
from wiredesk.errors import SettingError
from wiredesk.settings import PREFIX, Settings, duration, hidden, shown, size


def test_unknown_variable_names_the_nearest():
    """A misspelt variable is an error that names the one that was probably meant."""
    with pytest.raises(SettingError, match="did you mean WIREDESK_REDIS_URL"):
        Settings.read({"WIREDESK_REDIS_ULR": "redis://localhost"})


def test_other_programs_variables_are_left_alone():
    """Only names that begin with WIREDESK_ are read."""
    assert Settings() == Settings.read({"WIREDESK": "x", "REDIS_URL": "y"})


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "redis://", "unix://", "redis://h:99999999", "redis://a..b/0"]
)
def test_wrong_url_says_what_one_looks_like(url):
    """An address that no client could use is refused with an example of one."""
    with pytest.raises(SettingError, match="an address such as redis:"):
        Settings.read({"WIREDESK_REDIS_URL": url})


def test_password_is_not_repeated_in_the_error():
    """An error about an address does not print its password."""
    with pytest.raises(SettingError) as caught:
        Settings.read({"WIREDESK_REDIS_URL": "amqp://me:s3cret@host"})

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("72h", 259_200), ("30d", 2_592_000)]
)
def test_duration(text, seconds):
    """A duration is a number with a unit."""
    assert seconds == duration(text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("KEEP_FILES", "9999999999d", "up to 36500d"),
        ("KEEP_RECEIPTS", "0", "1s or more"),
        ("HIGH_WATER", "9" * 20, "1 or more"),
        ("MAX_FILE_BYTES", "9999999999999g", "a size"),
        ("RETRIES", "²", "1 or more"),
        ("BATCH", "²", "from 1 to 1000"),
        ("DESK_PORT", "99999", "from 0 to 65535"),
    ],
)
def test_numbers_that_nothing_can_work_with(name, text, said):
    """What Redis, Lua or a socket would choke on later is told of at once, with the variable's name."""
    with pytest.raises(SettingError, match=f"WIREDESK_{name} is .* but must be .*{said}"):
        Settings.read({f"WIREDESK_{name}": text})


def test_size():
    """A size is a number of bytes with a binary prefix."""
    assert [size("65536"), size("64k"), size("2GB")] == [65_536, 65_536, 2 << 30]


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_empty_value_means_unset(text):
    """An empty variable, as compose files leave them, is the default."""
    assert Settings() == Settings.read({"WIREDESK_BATCH": text})


def test_every_default_is_what_it_is_shown_as():
    """A default's written form reads back as the default."""
    plain = Settings()

    for field in fields(Settings):
        if field.metadata["shown"]:
            assert getattr(plain, field.name) == field.metadata["read"](field.metadata["shown"]), PREFIX + field.name


def test_secret_is_never_shown():
    """The index's salt is shown as set or unset, never as it is."""
    salt = next(f for f in fields(Settings) if f.name == "index_salt")

    assert [shown(salt, "pepper"), shown(salt, "")] == ["***", ""]


def test_hidden_keeps_what_is_no_secret():
    """Only the password of an address is masked."""
    assert hidden("redis://me:s3cret@host:6379/0") == "redis://me:***@host:6379/0"


def test_numpy_is_read_with_one_thread():
    """A command's process does its linear algebra in one thread; numpy is not loaded before that is said."""
    program = (
        "import sys; from wiredesk import cli; early = 'numpy' in sys.modules\n"
        "try: cli.main()\n"
        "except SystemExit: import os; print(early, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program, "--version"], env=environ, stdout=subprocess.PIPE, text=True, check=True
    )

    assert done.stdout.endswith("False 1\n")


def test_variables_and_values_are_shown_whole(monkeypatch):
    """Each can be copied from a terminal of 80 columns; what is not set is not shown as a value."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("WIREDESK_REDIS_URL", f"redis://{'host.' * 20}example.org:6379/0")
    shown = CliRunner().invoke(config, catch_exceptions=False).stdout.splitlines()

    assert {PREFIX + field.name.upper() for field in fields(Settings)} <= {re.split("[= ]", line)[0] for line in shown}
    assert f"WIREDESK_REDIS_URL=redis://{'host.' * 20}example.org:6379/0  set" in shown
    assert "WIREDESK_TEXTS_URL  unset" in shown
