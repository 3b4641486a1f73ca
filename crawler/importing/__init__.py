"""Captures that other programs made, brought into the archive as the visits that they were."""
