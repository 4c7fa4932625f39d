"""Serve the portal on this machine: gunicorn and one worker for background jobs, begun and ended together.

python scripts/run.py     PORT=8000, PORTAL_DEMO=1 and the settings of the README, from the environment
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PORT = int(os.environ.get("PORT", "8000"))
URL = f"http://127.0.0.1:{PORT}"
COMMANDS = {
    "web": [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
    "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
}
START_WITHIN = 60.0  # seconds
STOP_WITHIN = 35.0
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class Ended(Exception):
    """Somebody wants the portal to end."""


def main() -> int:
    """Run until a signal comes or the web server ends; returns the exit code."""
    if is_taken(PORT):
        print(f"Port {PORT} is in use. End what listens there, or take another: make run PORT={PORT + 1}")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        running["web"] = begin("web")
        if wait_for_answer(running["web"]):
            print(greeting(), flush=True)
            running["worker"] = begin("worker")  # after the page is up, which somebody is waiting for
        return watch(running)
    except Ended:
        return 0
    finally:
        end(list(running.values()))


def is_taken(port: int) -> bool:
    """Whether something answers on the port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def begin(name: str) -> subprocess.Popen[bytes]:
    """Begin a process in a session of its own: Ctrl-C reaches this one only, which then ends all in order."""
    return subprocess.Popen(COMMANDS[name], cwd=ROOT, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Ended


def wait_for_answer(web: subprocess.Popen[bytes]) -> bool:
    """Whether the portal answers before it ends."""
    deadline = time.monotonic() + START_WITHIN
    while web.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{URL}/healthz", timeout=2):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def watch(running: dict[str, subprocess.Popen[bytes]]) -> int:
    """Begin the worker again where it has died; returns when the web server has ended."""
    while (code := running["web"].poll()) is None:
        if "worker" in running and running["worker"].poll() is not None:
            print("The worker for background jobs has ended; it is begun again.", file=sys.stderr)
            running["worker"] = begin("worker")
        time.sleep(2)
    return code


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and make those that do not."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def greeting() -> str:
    """Where the portal is, and who can sign in."""
    from portal.settings import load

    lines = ["", f"  The portal is at {URL}     (Ctrl-C ends it)"]
    if load()["PORTAL_DEMO"]:
        lines += ["", *demo_accounts()]
    else:
        lines += ["", "  The first administrator: .venv/bin/flask --app wsgi accounts create-admin you@example.com"]
    return "\n".join([*lines, ""])


def demo_accounts() -> list[str]:
    """One line an account of the demonstration."""
    from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

    lines = [f"  This is a demonstration. All its accounts have the password {DEMO_PASSWORD}", ""]
    for account in DEMO_ACCOUNTS:
        role = account.role.replace("ho_", "head office ").replace("_", " ")
        lines.append(f"  {account.email:<30}{role:<23}{_padded(account.name, 14)}{account.locale}")
    return lines


def _padded(text: str, width: int) -> str:
    """Filled with blanks to `width` columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - taken)


if __name__ == "__main__":
    raise SystemExit(main())
