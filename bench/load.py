"""A load in a process of its own: so many clients, each on one kept-open connection, asking as fast as they are answered.

Reads one JSON object from standard input (see `Load`) and prints one (`Measured`). `{n}` in body and headers is a number of
its own for every request.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from itertools import count


@dataclass(frozen=True, slots=True)
class Load:
    """What to ask for, how many clients at once, for how long."""

    port: int
    path: str
    clients: int
    seconds: float
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    expect: int = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second, and how long one took: in the middle, and at worst for 95 in 100. Milliseconds."""

    a_second: float
    median: float
    p95: float
    asked: int
    unexpected: int


def measure(load: Load) -> Measured:
    """Run the load in another process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=json.dumps(asdict(load)), capture_output=True, text=True, check=True
    )
    return Measured(**json.loads(done.stdout))


def run(load: Load) -> Measured:
    """Run the load here."""
    took: list[float] = []
    unexpected: list[int] = []
    numbers = count(1)
    began = time.perf_counter()
    end = began + load.seconds
    threads = [
        threading.Thread(target=_client, args=(load, end, numbers, took, unexpected)) for _ in range(load.clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    took.sort()
    return Measured(
        a_second=len(took) / seconds,
        median=took[len(took) // 2] * 1000,
        p95=took[min(len(took) - 1, int(len(took) * 0.95))] * 1000,
        asked=len(took),
        unexpected=len(unexpected),
    )


def _client(load: Load, end: float, numbers: count[int], took: list[float], unexpected: list[int]) -> None:
    connection = HTTPConnection("127.0.0.1", load.port, timeout=60)
    while (began := time.perf_counter()) < end:
        n = str(next(numbers))
        headers = {name: value.replace("{n}", n) for name, value in load.headers.items()}
        body = load.body.replace("{n}", n) if load.body else None
        connection.request(load.method, load.path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != load.expect:
            unexpected.append(answer.status)
    connection.close()


if __name__ == "__main__":
    print(json.dumps(asdict(run(Load(**json.load(sys.stdin))))))
