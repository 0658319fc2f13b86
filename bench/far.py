"""A mail server that is far away: a proxy before a near one, through which every byte takes its time, in both directions.

`python -m bench.far PORT MILLISECONDS` prints its port; a round trip then takes so long. What is sent in one piece arrives in
one piece, and pieces do not wait for one another, as on a long line.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 1 << 16


@contextmanager
def far(port: int, milliseconds: float) -> Iterator[int]:
    """The port of a proxy in a process of its own."""
    command = [sys.executable, "-m", "bench.far", str(port), str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            yield int(running.stdout.readline())
        finally:
            running.terminate()


async def serve(port: int, milliseconds: float) -> None:
    """For ever."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(milliseconds / 1000)  # the handshake's round trip
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            _carry(reader, their_writer, milliseconds / 2000), _carry(their_reader, writer, milliseconds / 2000)
        )

    server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=PIECE)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    while piece := await reader.read(PIECE):
        loop.call_later(seconds, writer.write, piece)
    loop.call_later(seconds, writer.close)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
