"""rq-dashboard's templates, mended while they are loaded: every interpolation escapes, every script has the nonce.

Changing them by rule instead of keeping copies leaves no page out: the pages of 0.9.0 use `<%= %>` (raw) in five
templates and paste a queue's name into a script between quotes. A test counts what the rules found.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import BaseLoader, Environment, PackageLoader

#: What stands in the templates -> what is loaded. In this order: the longest forms first.
RULES: tuple[tuple[str, str], ...] = (
    # Their own way of escaping, where they thought of it; the last rule would escape it twice.
    ("<%= $('<div/>').text(d.description).html() %>", "<%- d.description %>"),
    ("<%= $('<div/>').text(d.exc_info).html() %>", "<%- d.exc_info %>"),
    # A queue's name comes from the address: between quotes in a script it could end them.
    ("'{{ queue.name }}'", "{{ queue.name|tojson|safe }}"),
    # Underscore's raw interpolation.
    ("<%=", "<%-"),
    # The scripts in pages run because they carry the nonce of this answer; templates are no scripts.
    ('<script type="text/javascript">', '<script nonce="{{ csp_nonce }}">'),
    ("<script src=", '<script nonce="{{ csp_nonce }}" src='),
    # A missing file of the host application; the dashboard has one of its own.
    ("url_for('static', filename='favicon.ico')", "url_for('rq_dashboard.static', filename='favicon.ico')"),
    # Its eight columns stand out of their box where letters are a little wider than the author's.
    ("</head>", "<style>.table th, .table td { padding: .5rem; }</style></head>"),
    # The way back to the desk, and from a job to what it worked on.
    ('<a class="navbar-brand">RQ-dashboard</a>', '<a class="navbar-brand" href="{{ desk_home }}">&larr; wiredesk</a>'),
    (
        "<h2><strong>Job ID</strong>: {{ id }}</h2>",
        """<h2><strong>Job ID</strong>: {{ id }}</h2>{% if desk_link(id) %}
        <p><a id="desk-link" href="{{ desk_link(id) }}">What it works on, at the desk &rarr;</a></p>{% endif %}""",
    ),
    # Read-only: the buttons that are not hidden by rq-dashboard's own setting.
    (
        "{% if registry_name == 'queued' %}\n        <a",
        "{% if registry_name == 'queued' and enable_delete %}\n        <a",
    ),
    (
        "{% if registry_name == 'failed' %}\n        <a",
        "{% if registry_name == 'failed' and enable_delete %}\n        <a",
    ),
    (
        "<% if (d.exc_info) { %>\n                <a href",
        "<% if (d.exc_info && {{ enable_delete|tojson }}) { %>\n                <a href",
    ),
    ('if (job.status === "failed")', 'if (job.status === "failed" && {{ enable_delete|tojson }})'),
)


def mend(source: str) -> str:
    for found, mended in RULES:
        source = source.replace(found, mended)
    return source


class MendedLoader(BaseLoader):
    """Loads rq-dashboard's own templates through `mend`."""

    def __init__(self) -> None:
        self._theirs = PackageLoader("rq_dashboard")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, fresh = self._theirs.get_source(environment, template)
        return mend(source), name, fresh
