"""The log of a job on stderr: each line says of which site it is."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

LogFormat = Literal["text", "json"]
JOB = "job"
"""In the place of a site's name, in lines of the job itself."""


class JsonFormatter(logging.Formatter):
    """A line of JSON a record: time, level, site, logger, message, and error where one was raised."""

    def __init__(self, site: str) -> None:
        super().__init__()
        self._site = site

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        words = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "site": getattr(record, "site", self._site),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            words["error"] = self.formatException(record.exc_info)
        return json.dumps(words, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """Lines of a record, each of which begins with its time, site and level, also those of a traceback."""

    def __init__(self, site: str) -> None:
        super().__init__()
        self._site = site

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        site = getattr(record, "site", self._site)
        head = f"{self.formatTime(record)} [{site}] {record.levelname} {record.name}: "
        return "\n".join(head + line for line in super().format(record).splitlines() or [""])


class _Handler(logging.Handler):
    """Writes a record in one call: the lines of several processes do not run into each other."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; where nobody reads stderr any more, nothing."""
        try:
            left = memoryview(f"{self.format(record)}\n".encode("utf-8", "replace"))
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            return
        except Exception:  # a message that does not fit its arguments, say
            self.handleError(record)


def descriptor_of(settings: BaseSettings) -> int:
    """Return where the log is to go, by the settings LOG_ENABLED and LOG_FILE. Raises OSError."""
    if not settings.getbool("LOG_ENABLED"):
        return os.open(os.devnull, os.O_WRONLY)
    if path := settings.get("LOG_FILE"):
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    return os.dup(2)


def log_to(descriptor: int, site: str, form: LogFormat, level: str | int) -> None:
    """Let the root logger write to a descriptor, of one site, from a level on."""
    handler = _Handler(descriptor)
    handler.setLevel(level)
    handler.setFormatter(JsonFormatter(site) if form == "json" else TextFormatter(site))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    logging.captureWarnings(capture=True)
