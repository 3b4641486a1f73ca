"""The page that a job leaves for a person: how each site went, held against its past."""

from .page import write_report

__all__ = ["write_report"]
