"""A thousand clients of the gateway at once."""

import asyncio

import httpx
import pytest
from test_gateway import gateway

from wiredesk import keys

CLIENTS = 1_000


async def _post(http, n):
    """As a client is told to: a 503 is tried again after a while; so is a connection that finds no place."""
    while True:
        try:
            answer = await http.post(
                "/v1/files", params={"url": f"https://example.org/{n}"}, content=f"The harbour board met, part {n}."
            )
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer.json()["file"]
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)


async def _all(base):
    """Each on a connection of its own, all open together."""
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=60) as http:
        return await asyncio.gather(*(_post(http, n) for n in range(CLIENTS)))


@pytest.mark.timeout(180)
def test_a_thousand_clients_at_once_are_all_served(redis, redis_url):
    """Every one gets its receipt, some after having been asked to wait; each file is there once."""
    with gateway(redis_url) as http:
        files = asyncio.run(_all(http.base_url))

    assert len(set(files)) == CLIENTS
    assert {file.decode() for file in redis.zrange(keys.OPEN, 0, -1)} == set(files)
