"""What tests may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.servers import FaultServer, Route, serve_faults


@pytest.fixture
def site_server() -> Iterator[Callable[..., FaultServer]]:
    """A factory: `site_server({"/": "<p>text", "/robots.txt": Answer(status=503)}, host="::1")`."""
    with ExitStack() as stack:

        def start(routes: Mapping[str, Route] | None = None, host: str = "127.0.0.1") -> FaultServer:
            return stack.enter_context(serve_faults(routes or {}, host))

        yield start
