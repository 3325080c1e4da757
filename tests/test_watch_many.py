"""Many files come into a watched directory at once: all end in `done/`, each once. `bench/watch.py` tries 20,000."""

from watch import measure

#: More than one batch of the client's, and enough that the watcher dies while it holds some of every kind.
FILES, KILLS = 600, 2


def test_many_files_at_once_survive_kills():
    """A folder moved in while the watcher is killed again and again: nothing is lost, doubled or left behind."""
    found = measure(FILES, KILLS)

    assert found.kills == KILLS
    assert (found.done, found.left) == ([f"{n:06d}.json" for n in range(FILES)], [])
    assert (found.files, found.articles) == (FILES, FILES)
