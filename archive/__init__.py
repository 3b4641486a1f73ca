"""The archive of newsreel: its format, its reader and its writer.

>>> import archive
>>> for article in archive.open("data").articles():  # doctest: +SKIP
...     print(article.published_date, article.title)
"""

from archive.digest import digest, text_digest
from archive.errors import ArchiveError, CannotWrite, DamagedLine, NotAnArchive, UnsupportedFormat
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
)
from archive.writer import Writer

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "Attachment",
    "CannotWrite",
    "Capture",
    "DamagedLine",
    "Extractor",
    "FieldEvidence",
    "Image",
    "Known",
    "Latest",
    "Link",
    "NotAnArchive",
    "Observation",
    "QuarantineRecord",
    "UnsupportedFormat",
    "Writer",
    "article_id",
    "article_key",
    "digest",
    "new_ulid",
    "open",
    "text_digest",
]
