"""How gunicorn serves the portal. Every value can be set by the environment variable named beside it."""

import os
from pathlib import Path

# Loopback only: in production a proxy stands in front (README). BIND takes another address for containers.
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# Each worker listens on a socket of its own and the kernel shares out the connections.
reuse_port = True
# An upload of 32 MiB over a slow line, a whole export: longer than any page, shorter than a job.
timeout = int(os.environ.get("WEB_TIMEOUT", "120"))
graceful_timeout = 30
keepalive = 15
# The heartbeat file of gunicorn's workers, off the disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# No second way in, and no file in the home folder.
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
# Loaded once and shared by the workers; a new release needs a restart, not a reload.
preload_app = True


def on_starting(server):
    """Refuse to serve an installation that would lose data or leak it."""
    from portal.doctor import refuse_faulty

    refuse_faulty(server.app.wsgi())
