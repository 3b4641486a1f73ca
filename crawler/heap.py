"""How the C library shares out memory among threads."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""M_ARENA_MAX of mallopt(3)."""


def share_heap() -> None:
    """Let all threads allocate from one heap, where the C library is glibc; does nothing elsewhere.

    By default each thread that packs, hashes or reads gets a heap of its own, which keeps the most that it ever held.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_ARENA_MAX, 1)
