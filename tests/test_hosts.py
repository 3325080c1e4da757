"""Several hosts on a slow and lossy network, one of them cut off while it holds a batch."""

import pytest
from running import page

from tests.hosts.lan import lan, means, missing
from tests.hosts.trial import run

LEASE = 4


@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
@pytest.mark.parametrize("by", [means()])
def test_a_host_cut_off_mid_batch(tmp_path, by):
    """One of two is cut off and healed: nothing lost, nothing twice, its jobs with the other soon after its lease.

    `by`: whether the kernel's netem or a wire of our own delays and loses packets.
    """
    pages = [page(f"subject {n}") for n in range(50)]
    with lan(2, tmp_path, by) as made:
        outcome = run(made, pages, cuts=1, delay=10, loss=1.0, lease=LEASE)

    assert (outcome.lost, outcome.doubled, outcome.left_open) == (0, 0, 0)
    assert outcome.accepted == len(pages)
    # From the end of the lease: 0.1 s where cores are free, 1.4 s at a load of 9 (`python -m tests.hosts --hosts 2`).
    assert max(outcome.recoveries) < LEASE
