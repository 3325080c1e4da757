"""`wiredesk trace`: the whole way of a file."""

import json

from running import SECONDS, command, page

from producers import Desk
from wiredesk.settings import Settings


def test_the_way_of_a_published_file(running, tmp_path):
    """A file given by its path is shown with each address, its jobs, its article and the stream it went to."""
    (tmp_path / "page.txt").write_text(page("Tracewell"))
    with Desk(running, settings=Settings()) as desk:
        files = [desk.submit(tmp_path / "page.txt", url=f"https://{n}.example/").file for n in "ab"]
        assert len(list(desk.outcomes(files, timeout=SECONDS))) == 2
    found = [json.loads(line) for line in command(running, "trace", tmp_path / "page.txt", "--json")[1].splitlines()]

    assert sorted(files) == sorted(f["status"]["id"] for f in found) == found[0]["sightings"]
    assert {"articles", "copies"} == {f["articles"][0]["stream"] for f in found}
    assert [j["stage"] for j in found[0]["articles"][0]["jobs"]] == ["fingerprint", "extract", "publish"]


def test_the_way_of_a_rejected_file(running):
    """For a person: what became of it, and why."""
    with Desk(running, settings=Settings()) as desk:
        file = desk.submit(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, name="picture").file
        list(desk.outcomes([file], timeout=SECONDS))
    _, said, _ = command(running, "trace", file)

    assert "rejected" in said
    assert "PNG" in said


def test_an_unknown_file(running):
    """What the desk does not know is said with what to do, exit status 2."""
    status, _, said = command(running, "trace", "unknown")

    assert status == 2
    assert "wiredesk submit" in said
