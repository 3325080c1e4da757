"""Several hosts on a slow and lossy network, one of them cut off while it holds a batch."""

import pytest
from running import page

from tests.hosts.lan import lan, missing
from tests.hosts.trial import run

LEASE = 3


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_a_host_cut_off_mid_batch(tmp_path):
    """One of two is cut off and healed: nothing lost, nothing twice, its jobs with the other after the lease."""
    pages = [page(f"subject {n}") for n in range(50)]
    with lan(2, tmp_path) as made:
        outcome = run(made, pages, cuts=1, delay=10, loss=1.0, lease=LEASE)

    assert (outcome.lost, outcome.doubled, outcome.left_open) == (0, 0, 0)
    assert outcome.accepted == len(pages)
    # Renewed a little before the cut, found out by the next tick: within twice the lease where cores are free.
    assert max(outcome.recoveries) < 6 * LEASE
