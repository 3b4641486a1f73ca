import logging

import pytest


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Recoveries say so; here there are thousands."""
    caplog.set_level(logging.CRITICAL, "archive")
