"""Ids: functions of content, fit for RQ and for people."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rq.job import validate_job_id

from wiredesk import ids


@given(st.text(), st.integers(0, 10**7))
def test_rq_takes_our_job_ids(address, position):
    """Whatever a file is called, its jobs have ids that RQ allows."""
    article = ids.article_id(ids.file_id("ab" * 32, address), position)

    validate_job_id(ids.article_job("fingerprint", article))
    assert (article.rpartition("-")[0], position) == ids.place(article)


def test_content_and_address_make_the_id():
    """Other content or another address is another file; both the same is the same."""
    one = ids.file_id("aa" * 32, "page.txt")

    assert one == ids.file_id("aa" * 32, "page.txt")
    assert len({one, ids.file_id("ab" * 32, "page.txt"), ids.file_id("aa" * 32, "page2.txt")}) == 3
    assert re.fullmatch(r"[a-z2-7]{16}", one)
