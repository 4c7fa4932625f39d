"""Jobs wait in a queue of this test's own, instead of running at the commit."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _queue_of_its_own(app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "JOBS_INLINE", False)
    monkeypatch.setitem(app.config, "REDIS_URL", None)
    monkeypatch.setitem(app.config, "INSTANCE_DIR", tmp_path)
    app.extensions.pop("jobs_queue", None)
    yield
    if queue := app.extensions.pop("jobs_queue", None):
        queue.close()
