"""What tests may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest
from hypothesis import settings

from tests.servers import FaultServer, Route, serve_faults

settings.register_profile("quick", max_examples=30)
if not os.environ.get("CI"):
    # A hundred of each property, as Hypothesis has it, are for CI: here they would take a minute of three.
    settings.load_profile("quick")


@pytest.fixture
def site_server() -> Iterator[Callable[..., FaultServer]]:
    """A factory: `site_server({"/": "<p>text", "/robots.txt": Answer(status=503)}, host="::1")`."""
    with ExitStack() as stack:

        def start(routes: Mapping[str, Route] | None = None, host: str = "127.0.0.1") -> FaultServer:
            return stack.enter_context(serve_faults(routes or {}, host))

        yield start
