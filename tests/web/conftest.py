"""The pattern book: as a test client, and served to a real browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from portal.catalogue import compile_catalogue
from tests.web.pattern_book import make_app


@pytest.fixture(scope="session")
def pattern_book() -> Flask:
    compile_catalogue()
    return make_app()


@pytest.fixture
def pages(pattern_book: Flask) -> FlaskClient:
    return pattern_book.test_client()


@pytest.fixture(scope="session")
def pattern_url(pattern_book: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, pattern_book, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
