"""docs/crawl.svg: what a terminal shows at the end of `make crawl`. Made again by `python docs/picture.py`."""

from __future__ import annotations

import fcntl
import html
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS_SHOWN = 110, 15
_CELL = 12.2
"""Width of a column in rich's SVG, in its units."""


def main() -> int:
    """Crawl the bundled site on a terminal of its own and draw the end of what it showed."""
    with tempfile.TemporaryDirectory(prefix="newsreel-") as folder:
        code, shown = run_on_terminal([sys.executable, "-m", "seeds.crawl", str(Path(folder) / "demo-data")])
        shown = shown.replace(f"{folder}/", "")
    lines = shown.splitlines()
    summary = next(number for number, line in enumerate(lines) if " articles (" in line)
    table, after = lines[summary + 1 : -4], lines[-4:]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in ("$ make crawl", lines[summary], *table[: ROWS_SHOWN + 2], "…", *after):
        console.print(Text.from_ansi(line), no_wrap=True, overflow="crop")
    svg = console.export_svg(title="newsreel", code_format=local_fonts(CONSOLE_SVG_FORMAT), unique_id="crawl")
    (ROOT / "docs" / "crawl.svg").write_text(in_columns(svg), "utf-8")
    return code


def run_on_terminal(command: list[str]) -> tuple[int, str]:
    """Return the exit code of a command and all that it wrote, on a terminal of COLUMNS columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=ROOT, stdin=its, stdout=its, stderr=its, env=environment) as child:  # noqa: S603
        os.close(its)
        written = bytearray()
        while piece := _read(ours):
            written += piece
        return child.wait(), written.decode("utf-8").replace("\r\n", "\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # Linux says EIO where the other side is closed
        return b""


def in_columns(svg: str) -> str:
    """Begin each run of characters at its column: rich counts a Chinese character, which takes two, as one."""

    def runs(match: re.Match[str]) -> str:
        before, column, between, after, text = match.groups()
        x, drawn = float(column), []
        for run in re.findall(r"[⺀-￦]+|[^⺀-￦]+", html.unescape(text)):
            width = cell_len(run) * _CELL
            drawn.append(f"{before}{x:.1f}{between}{width:.1f}{after}{html.escape(run, quote=False)}</text>")
            x += width
        return "".join(drawn)

    return re.sub(r'(<text [^>]*\bx=")([\d.]+)("[^>]*textLength=")[\d.]+("[^>]*>)([^<]*)</text>', runs, svg)


def local_fonts(template: str) -> str:
    """Return rich's template without the fonts that it loads from elsewhere."""
    return re.sub(r"@font-face \{\{.*?\}\}", "", template, flags=re.DOTALL)


if __name__ == "__main__":
    sys.exit(main())
