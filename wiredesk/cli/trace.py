"""`wiredesk trace`: everything that happened to one file, stage by stage."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from redis import Redis
from rich.markup import escape
from rich.tree import Tree

from producers import blobs
from wiredesk.cli import _trace as tracing
from wiredesk.cli._trace import ArticleTrace, JobTrace, Trace
from wiredesk.connection import client, reach
from wiredesk.errors import UsageError
from wiredesk.jobs import human_size, printable
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers.table import NAMES


@click.command(short_help="Everything that happened to one file.")
@click.argument("subject", metavar="FILE_OR_ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines, one a file.")
def command(subject: str, as_json: bool) -> int:
    """Show the way of a file: its receipt, jobs, articles, and entries in the streams.

    FILE_OR_ARTICLE is an id as receipts and records have it, or the path of a file that was handed in (every address
    that its content came under is shown). What has expired is not shown: see the keep_ settings.
    """
    settings = Settings.read()
    url = settings.desk_url()
    redis = reach(client(url), url)
    texts = reach(client(settings.texts_url), settings.texts_url, "WIREDESK_TEXTS_URL") if settings.texts_url else redis
    found = [t for file in _files(redis, subject) if (t := tracing.trace(redis, texts, file, NAMES))]
    if not found:
        raise UsageError(
            f"The desk does not know {printable(subject)}: it was never accepted here, or its receipt has expired "
            "(WIREDESK_KEEP_RECEIPTS). 'wiredesk submit' hands it in."
        )
    for one in found:
        if as_json:
            say(msgspec.json.encode(one).decode())
        else:
            Console().print(_tree(one, subject))
    return 0


def _files(redis: Redis, subject: str) -> list[str]:
    path = Path(subject)
    if path.is_file():
        with path.open("rb") as stream:
            subject = blobs.digest(stream)[0]
    return tracing.resolve(redis, subject)


def _tree(found: Trace, subject: str) -> Tree:
    status, info = found.status, found.status.file
    named = escape(printable(info.name or info.url or info.id))
    tree = Tree(f"[bold]{info.id}[/]  {named}  {human_size(info.bytes)}  [bold]{status.outcome or status.state}[/]")
    receipt = tree.add(
        f"accepted {info.received_at}" + (f" from {escape(printable(info.source))}" if info.source else "")
    )
    if info.url:
        receipt.add(f"address {escape(printable(info.url))}")
    receipt.add(f"content {info.sha256}, {found.chunks_stored} of {found.chunks} chunks stored")
    for other in found.sightings:
        if other != info.id:
            receipt.add(f"same content as {other}")
    so_far = "" if status.done else f" in the first {human_size(status.reached)}"
    split = tree.add(f"split: {status.found} articles found{so_far}")
    for job in found.split:
        split.add(_job(job))
    for note in status.notes:
        split.add(f"note: {escape(printable(note))}")
    for article in found.articles:
        if subject in (article.id, info.id) or not subject.startswith(f"{info.id}-"):
            _article(tree, article)
    tree.add(f"articles {status.articles}, copies {status.copies}, rejected {status.rejected}")
    if status.reason:
        tree.add(f"reason: {escape(printable(status.reason))}")
    for entry in found.ended:
        tree.add(escape(printable(entry)))
    return tree


def _article(tree: Tree, article: ArticleTrace) -> None:
    where = f"{article.stream} {article.entry}" if article.stream else "not published yet"
    said = f", {article.relation} of story {article.story}" if article.relation else ""
    branch = tree.add(f"{article.id}: {where}{said}" + ("" if article.text_stored else ", text no longer stored"))
    if article.reason:
        branch.add(f"reason: {escape(printable(article.reason))}")
    for job in article.jobs:
        branch.add(_job(job))


def _job(job: JobTrace) -> str:
    ended = f", ended {job.ended_at}" if job.ended_at else ""
    held = ", a worker has it" if job.leased else ""
    return f"{job.stage}: {escape(job.status)} ({job.id}), queued {job.enqueued_at}{ended}{held}"
