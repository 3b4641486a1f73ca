"""The bar: on a terminal and nowhere else."""

import os
import pty
import subprocess
import sys

from tests.crawls import QUICK, ROOT, article, crawl_news


def on_a_terminal(command):
    """Return what a command shows on a terminal of its own."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(command, cwd=ROOT, stdin=follower, stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 1 << 16):
            shown += piece
    except OSError:  # Linux's way to say that the other end is closed
        pass
    finally:
        os.close(leader)
    process.wait(timeout=30)
    return shown.decode("utf-8", "replace")


def test_a_terminal_shows_requests_and_articles(site_server, tmp_path):
    server = site_server({"/a.html": article()})
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "news",
        "-a",
        f"url={server.url}/a.html",
        "-s",
        f"ARCHIVE={tmp_path}",
    ]
    shown = on_a_terminal(command + [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")])
    assert "1 articles" in shown
    assert "requests" in shown
    assert "\x1b[" in shown


def test_a_file_gets_lines_without_a_bar(site_server, tmp_path):
    server = site_server({"/a.html": article()})
    run = crawl_news(f"{server.url}/a.html", tmp_path)
    assert "\x1b[" not in run.err
    assert "1 articles (1 new, 0 revised, 0 unchanged)" in run.err
