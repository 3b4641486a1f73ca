"""Reservations of text and data mining (W3C's TDMRep): by header, by meta element, and for a site by a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin

import msgspec

from crawler.rights.rules import MOST, matches

_RULES = 1000
_PATTERN = 2048


@dataclass(frozen=True, slots=True)
class Reservation:
    """One rule of a site's file."""

    pattern: str
    says: str
    """1 for reserved, 0 for not."""
    policy: str | None
    """Address, as the file has it."""


def reservations(data: bytes) -> list[Reservation]:
    """Return the rules of a tdmrep.json; none where it is no such file.

    >>> reservations(b'[{"location": "/news/*", "tdm-reservation": 1}]')
    [Reservation(pattern='/news/*', says='1', policy=None)]
    >>> reservations(b"<html>not found"), reservations(b'{"location": 7}')
    ([], [])
    """
    if len(data) > MOST:
        return []
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return list(_rules(found if isinstance(found, list) else [found]))[:_RULES]


def _rules(found: list[Any]) -> Iterator[Reservation]:
    for one in found:
        if not isinstance(one, dict):
            continue
        pattern, policy, says = one.get("location"), one.get("tdm-policy"), as_said(one.get("tdm-reservation"))
        if isinstance(pattern, str) and says is not None:
            yield Reservation(unquote(pattern[:_PATTERN]), says, policy if isinstance(policy, str) else None)


def as_said(value: object) -> str | None:
    """Return 1 or 0 as a value says it; None for anything else.

    >>> as_said(1), as_said(" 0 "), as_said(True), as_said("yes")
    ('1', '0', None, None)
    """
    words = value.strip() if isinstance(value, str) else str(value) if type(value) is int else ""
    return words if words in ("0", "1") else None


def reservation_for(rules: list[Reservation], path: str) -> Reservation | None:
    """Return the rule for a path: the longest pattern that matches, as in robots.txt."""
    return max(
        (rule for rule in rules if matches(rule.pattern, path)), key=lambda rule: len(rule.pattern), default=None
    )


def policy_at(base: str, policy: str | None) -> str | None:
    """Return a policy's absolute address; None where it has none that can be asked for."""
    try:
        url = urljoin(base, policy.strip()) if policy and policy.strip() else ""
    except ValueError:
        return None
    return url[:_PATTERN] if url.startswith(("http://", "https://")) else None
