"""Everything that is installed with wiredesk may be used by anyone, in any program."""

from tests.audit.licences import allowed, installed, licence


def test_every_dependency_is_permissive():
    """No package of the program or its extras forbids or asks for more than naming it."""
    found = {one.name: licence(one) for one in installed() if not allowed(one)}

    assert found == {}


def test_all_dependencies_are_looked_at():
    """The walk reaches what dependencies need themselves."""
    assert {"wiredesk", "rq", "lxml", "redis", "starlette"} <= {one.name.lower() for one in installed()}
