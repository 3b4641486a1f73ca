"""Examples below the options in a command's --help, each on a line of its own."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from scrapy.commands import ScrapyHelpFormatter


class _Formatter(ScrapyHelpFormatter):
    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Fill what is prose; lines that begin with white space are set already."""
        if not text.startswith("  "):
            return super()._fill_text(text, width, indent)
        return "".join(f"{indent}{line}\n" for line in text.splitlines())


def show(parser: argparse.ArgumentParser, examples: Iterable[tuple[str, str]]) -> None:
    """Add examples: a command, and what it does."""
    parser.formatter_class = _Formatter
    parser.epilog = "  Examples:\n" + "".join(f"    {command}\n        {does}\n" for command, does in examples)
