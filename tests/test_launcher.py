"""`scripts/run.py`: web server and worker begin together, a dead worker is replaced, and one signal ends all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.settings import ROOT

PATIENCE = 90  # seconds
RUN = [sys.executable, "scripts/run.py"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """An installation of its own: SQLite, no Redis, no demonstration."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    folder = tmp_path_factory.mktemp("installation")
    environment = {**kept, "INSTANCE_DIR": str(folder), "PORTAL_DEMO": "0", "PORT": str(free_port())}
    command = [sys.executable, "scripts/prepare_database.py"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return environment


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def answers(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.read() == b"ok"
    except (urllib.error.URLError, OSError):
        return False


def children(pid: int) -> dict[str, int]:
    """What the process has begun, by the last word of its command → its id. Linux only."""
    found = {}
    for name in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found[Path(f"/proc/{name}/cmdline").read_text().rstrip("\0").split("\0")[-1]] = int(name)
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_web_and_worker_begin_and_end_together(environment):
    process = subprocess.Popen(RUN, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: answers(environment["PORT"]))
        wait_until(lambda: set(children(process.pid)) == {"wsgi:app", "worker"})
        first = children(process.pid)["worker"]
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: children(process.pid).get("worker", first) != first)
        begun = children(process.pid)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    assert not any(is_alive(pid) for pid in begun.values())
    assert f"The portal is at http://127.0.0.1:{environment['PORT']}" in output.decode()
    assert "demo.example" not in output.decode()


def test_a_port_in_use_is_said_with_a_way_out(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            RUN, cwd=ROOT, env={**environment, "PORT": str(port)}, capture_output=True, text=True, check=False
        )
    assert result.returncode == 1
    assert f"make run PORT={port + 1}" in result.stdout


def test_make_alone_prints_its_targets():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"  {target} " in listed for target in ("setup", "run", "test", "check", "bench", "help"))


def test_a_python_that_is_too_old_is_named(tmp_path):
    """Nothing is installed, and the message says what to do."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    result = subprocess.run(
        ["make", ".venv/.stamps/venv", "PYTHON="], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "Python 3.11 or later is needed" in result.stdout + result.stderr
    assert not (tmp_path / ".venv").exists()
