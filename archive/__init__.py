"""The archive of newsreel: its format, its reader and its writer.

>>> import archive
>>> for article in archive.open("data").articles():  # doctest: +SKIP
...     print(article.published_date, article.title)
"""

from archive.captures import LastCapture
from archive.changes import Change
from archive.commit import Erasure
from archive.digest import digest, text_digest
from archive.errors import (
    ArchiveError,
    CannotWrite,
    Damaged,
    DamagedFile,
    DamagedLine,
    DamagedLog,
    Locked,
    NotAnArchive,
    NotMergeable,
    NotThere,
    SiteLocked,
    UnknownCursor,
    UnsupportedFormat,
)
from archive.exchange import Exchange
from archive.ids import article_id, article_key, new_ulid
from archive.known import Known, Latest
from archive.reader import Archive
from archive.reader import open_archive as open  # noqa: A004  # as tarfile.open and gzip.open are
from archive.records import (
    Article,
    Attachment,
    Capture,
    Extractor,
    FieldEvidence,
    Image,
    Link,
    Observation,
    QuarantineRecord,
    Right,
)
from archive.states import State
from archive.writer import Writer

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "Attachment",
    "CannotWrite",
    "Capture",
    "Change",
    "Damaged",
    "DamagedFile",
    "DamagedLine",
    "DamagedLog",
    "Erasure",
    "Exchange",
    "Extractor",
    "FieldEvidence",
    "Image",
    "Known",
    "LastCapture",
    "Latest",
    "Link",
    "Locked",
    "NotAnArchive",
    "NotMergeable",
    "NotThere",
    "Observation",
    "QuarantineRecord",
    "Right",
    "SiteLocked",
    "State",
    "UnknownCursor",
    "UnsupportedFormat",
    "Writer",
    "article_id",
    "article_key",
    "digest",
    "new_ulid",
    "open",
    "text_digest",
]
