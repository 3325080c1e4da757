"""Names and numeric addresses of hosts: whether one can be asked for at all, and whether it is this machine."""

from __future__ import annotations

import ipaddress


def is_host(text: str) -> bool:
    """A name that can be asked for, or a numeric address: 1 to 63 characters between the dots, none of them a space.

    Resolvers end in a UnicodeError on anything else.
    """
    try:
        text.encode("idna")  # which has these bounds, also for what other scripts' letters become
    except UnicodeError:
        return False
    return bool(text) and not any(c.isspace() for c in text)


def is_loopback(host: str) -> bool:
    """Whether a name or address, as it is given or asked for, is this machine's own for sure."""
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
