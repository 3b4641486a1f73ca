"""A pipe by which the children of a job see that it is no more: nobody writes to it, and the job's end closes it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing.connection import Connection
from time import sleep
from typing import NamedTuple

from crawler.outcome import TERMINATED


class Life(NamedTuple):
    """What a child is handed."""

    read: Connection
    write: Connection | None
    """None where it is not handed down."""

    def watch(self, grace: float) -> None:
        """End this process once the job is gone, however it went: in good order, or by force after some seconds."""
        if self.write is not None:
            self.write.close()

        def wait() -> None:
            self.read.poll(None)
            os.kill(os.getpid(), signal.SIGTERM)
            sleep(grace)
            os._exit(TERMINATED)

        threading.Thread(target=wait, daemon=True, name="life").start()
