"""What visits say of an article: live, gone or moved."""

from __future__ import annotations

from typing import Literal

Status = Literal["live", "gone", "moved"]
STATUS: dict[str, Status] = {
    "new": "live",
    "same": "live",
    "revised": "live",
    "not_modified": "live",
    "quarantined": "live",
    "gone": "gone",
    "soft_404": "gone",
    "moved": "moved",
}
"""What an outcome says of the article; blocked and unreachable speak of the server alone."""
