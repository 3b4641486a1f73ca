"""What an operator may choose about the archive: the settings, read once and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

Compression = Literal["zst", "gz", "none"]


class BadSetting(ValueError):
    """A setting that can't be meant."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        self.name, self.value, self.expected = name, value, expected
        super().__init__(f"{name}={value!r}: {expected}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """The settings of the same names, in lower case."""

    root: Path
    """ARCHIVE."""
    compression: Compression
    captures: bool
    """Whether raw pages are kept at all."""
    every: int
    """CAPTURE_EVERY: of an article whose wording is unchanged every so many-th capture is kept; 1 for all."""
    regressed: bool
    """QUARANTINE_REGRESSED: whether articles that are read worse than before go to quarantine."""
    commit_delay: float
    """Seconds for which what was fetched gathers before it goes to disk together."""
    seal_seconds: float
    seal_bytes: int

    @classmethod
    def of(cls, settings: BaseSettings) -> Options:
        """Return what the settings say. Raises BadSetting."""
        compression = settings.get("ARCHIVE_COMPRESSION", "zst")
        if compression not in get_args(Compression):
            raise BadSetting("ARCHIVE_COMPRESSION", compression, f"one of {', '.join(get_args(Compression))}")
        return cls(
            root=Path(settings["ARCHIVE"]),
            compression=compression,
            captures=bool(_number(settings, "CAPTURES", 1, least=0, whole=True)),
            every=int(_number(settings, "CAPTURE_EVERY", 1, least=1, whole=True)),
            regressed=bool(_number(settings, "QUARANTINE_REGRESSED", 1, least=0, whole=True)),
            commit_delay=_number(settings, "COMMIT_DELAY", 0.1, least=0),
            seal_seconds=_number(settings, "SEAL_SECONDS", 600, least=1),
            seal_bytes=int(_number(settings, "SEAL_BYTES", 256 << 20, least=1, whole=True)),
        )


def _number(settings: BaseSettings, name: str, default: float, *, least: float, whole: bool = False) -> float:
    value = settings.get(name, default)
    try:
        number = float({"true": 1, "false": 0}.get(str(value).lower(), value))
    except (TypeError, ValueError):
        number = float("nan")
    if not number >= least or (whole and not number.is_integer()) or number == float("inf"):
        raise BadSetting(name, value, f"a {'whole ' if whole else ''}number from {least:g}")
    return number
