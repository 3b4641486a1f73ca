"""What `make crawl` runs: the bundled site served on loopback, crawled into an archive, and shown.

`python -m seeds.crawl [FOLDER]`; the folder is else the environment's DATA, else demo-data.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from .serve import SiteServer, serve
from .site import load_site

_ROOT = Path(__file__).parent.parent
"""Where scrapy.cfg lies."""


def main(arguments: list[str] | None = None) -> int:
    """Crawl the bundled site and show what was stored; return the exit code of the crawl."""
    parser = argparse.ArgumentParser(prog="python -m seeds.crawl", description="Crawl the bundled site on loopback.")
    parser.add_argument("archive", nargs="?", type=Path, help="folder of the archive; default: $DATA, else demo-data")
    parser.add_argument("--site", default="hzgreat100", help="a folder of seeds/; default: %(default)s")
    options = parser.parse_args(arguments)
    archive = (options.archive or Path(os.environ.get("DATA") or "demo-data")).absolute()
    site = load_site(options.site)
    with serve(site) as server:
        print(f"{site.hosts[0]}, made up and served on this machine ({server.url}): nothing leaves it.", flush=True)
        code = _run(crawl_command(server, archive))
        for request in server.violations:
            print(f"must not be fetched: {request.path}", file=sys.stderr)
    if (archive / "articles").is_dir():
        subprocess.run(show_command(archive), cwd=_ROOT, check=False)
        print(_next_steps(archive))
    return code


def _run(command: list[str]) -> int:
    """Run the crawl to its end; whoever asks this process to end means the crawl, which then ends in good order."""
    with subprocess.Popen(command, cwd=_ROOT) as child:
        # Ctrl-C reaches the child by itself, as both are of the terminal's group; SIGTERM does not.
        handlers = {signal.SIGINT: lambda *_: None, signal.SIGTERM: lambda *_: child.terminate()}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            return child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def crawl_command(server: SiteServer, archive: Path) -> list[str]:
    """Return the command that crawls the site being served as if it stood under its own name."""
    settings = {
        "CONNECT_TO": server.connect_to,
        "DOWNLOAD_DELAY": "0",
        "AUTOTHROTTLE_ENABLED": "False",
        "ARCHIVE": str(archive),
        # The bar and the last line say enough of a crawl of a second.
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "scrapy", "crawl", server.site.name, "-a", f"url={server.site.seed_url}"]
    return command + [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def show_command(archive: Path) -> list[str]:
    """Return the command that prints the archive's articles as a table."""
    return [sys.executable, "-m", "archive.cli", "articles", "--archive", str(archive), "--format", "table"]


def _short(path: Path) -> str:
    """Return a path as a person here would type it."""
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def _next_steps(archive: Path) -> str:
    folder, newsreel = _short(archive), _short(Path(sys.executable).with_name("newsreel"))
    return (
        f"The articles are JSON Lines in {folder}/articles/, each visit a line in {folder}/observations/, "
        "pages in warc/.\n"
        f"Read them:           {newsreel} articles --archive {folder} --format jsonl | head -1\n"
        f"Check every byte:    {newsreel} verify --archive {folder}\n"
        "Crawl a real site:   make crawl URL=https://example.com/news/"
    )


if __name__ == "__main__":
    sys.exit(main())
