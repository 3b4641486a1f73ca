"""What is there after a process that had a frontier was killed."""

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.frontier.errors import CannotOpen
from crawler.frontier.sqlite import path_of
from tests.frontier.conftest import SITE, found

ROOT = Path(__file__).resolve().parents[2]


def child(code, folder):
    """Start a process that runs code of this project; what it prints is flushed."""
    command = [sys.executable, "-u", "-c", code, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed(process):
    """Kill a process and return the lines that it had still said; the last may be cut, and says nothing then."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    return said[: said.rfind("\n") + 1].splitlines()


HOLD = """
import asyncio, sys, time
from pathlib import Path
from crawler.frontier.sqlite import SqliteFrontier
from tests.frontier.conftest import SITE, found

async def main():
    frontier = SqliteFrontier(Path(sys.argv[1]), SITE, exclusive=True)
    await frontier.begin(fresh=False, mark=1)
    await frontier.push([found("a")])
    await frontier.lease(1, per_host=1, held={}, closed=())
    print("ready")
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_another_process_is_refused_while_one_lives_and_takes_over_after_its_kill(open_frontier, tmp_path):
    holder = child(HOLD, tmp_path)
    try:
        assert holder.stdout.readline() == "ready\n"
        with pytest.raises(CannotOpen, match="another crawl is at work on it"):
            open_frontier()
        assert open_frontier(exclusive=False).state_of("a") == "leased"
    finally:
        killed(holder)
    frontier = open_frontier()
    assert [lease.url for lease in frontier.abandoned()] == [f"{SITE}/a"]
    assert frontier.begin(fresh=False, mark=9).resumed
    assert frontier.counts() == {"leased": 1}


WORK = """
import asyncio, sys
from pathlib import Path
from crawler.frontier.interface import Answered, Handling, Receipt
from crawler.frontier.sqlite import SqliteFrontier
from tests.frontier.conftest import SITE, NOON, found

async def page(frontier, lease):
    name = lease.url.rpartition("/")[2]
    links = [f"{name}.{number}" for number in range(12)]
    answer = Answered(at=NOON, http_status=200, digest=b"d" * 32)
    await frontier.push([found(link) for link in links], by=Handling(lease=lease, answer=answer, proof="", after=0))
    print("pushed", name, flush=True)
    await frontier.acknowledge([Receipt(lease=lease, state="done", answer=answer)])
    print("done", name, flush=True)

async def main():
    frontier = SqliteFrontier(Path(sys.argv[1]), SITE, exclusive=True)
    left = await frontier.abandoned()
    await frontier.give_back([one.lease if isinstance(one, Handling) else one for one in left])
    await frontier.begin(fresh=False, mark=1)
    print("ready", flush=True)
    while True:
        batch = await frontier.lease(8, per_host=8, held={}, closed=())
        await asyncio.gather(*(page(frontier, lease) for lease in batch.leases))

asyncio.run(main())
"""


@pytest.mark.slow
def test_what_a_process_was_told_is_there_after_its_kill_and_no_acknowledgement_is_there_without_its_links(
    open_frontier, tmp_path
):
    chance = random.Random(4)
    first = open_frontier()
    first.begin(fresh=False, mark=1)
    first.push([found(f"start{number}") for number in range(8)])
    first.close()
    told = {"pushed": set(), "done": set()}
    for _ in range(20):
        process = child(WORK, tmp_path)
        assert process.stdout.readline() == "ready\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 0.3))
        for line in killed(process):
            word, _, name = line.partition(" ")
            told[word].add(name)
        with sqlite3.connect(path_of(tmp_path, SITE)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            urls = {url.rpartition("/")[2]: state for url, state in db.execute("SELECT url, state FROM urls")}
            counted = dict(db.execute("SELECT state, count(*) FROM urls GROUP BY state"))
            counts = db.execute("SELECT waiting, leased, done FROM hosts").fetchall()
        db.close()
        assert counts == [tuple(counted.get(state, 0) for state in range(3))]
        done = {name for name, state in urls.items() if state == 2}
        assert told["done"] <= done
        assert all(f"{name}.{number}" in urls for name in done | told["pushed"] for number in range(12))
    assert told["done"], "the kills came too soon to say anything"
