"""Addresses of things at the desk. Ids are functions of content, so a job's id leads to what it works on."""

from __future__ import annotations

import re
from urllib.parse import quote

from wiredesk import ids
from workers.table import NAMES

_FILE = re.compile(r"[a-z2-7]{16}")
_ARTICLE = re.compile(r"[a-z2-7]{16}-\d{1,9}")


def is_file(said: str) -> bool:
    return bool(_FILE.fullmatch(said))


def is_article(said: str) -> bool:
    return bool(_ARTICLE.fullmatch(said))


def file(file_id: str) -> str:
    return f"/files/{quote(file_id, safe='')}"


def article(article_id: str) -> str:
    return f"/articles/{quote(article_id, safe='')}"


def story(story_id: str) -> str:
    return f"/stories/{quote(story_id, safe='')}"


def job(job_id: str) -> str:
    """The job on the RQ dashboard."""
    return f"/rq/0/view/job/{quote(job_id, safe='')}"


def of_job(job_id: str) -> str | None:
    """Where the desk shows what a job works on; None for a job that is none of ours."""
    stage, _, rest = job_id.partition("-")
    if stage not in NAMES or not is_article(rest):
        return None
    return file(ids.place(rest)[0]) if stage == NAMES[0] else article(rest)
