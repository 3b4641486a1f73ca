"""Archived pages read again by the rules of today."""
