import subprocess
import sys
from pathlib import Path

import archive

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = """
import dataclasses, sys
from pathlib import Path
import archive
(record,) = archive.open(sys.argv[1]).observations()
with archive.Writer(Path(sys.argv[2])) as writer:
    number = 0
    while True:
        number += 1
        writer.append(dataclasses.replace(record, visit_id=str(number), view_count_raw="x" * (number % 9000)))
        print(number, flush=True)
"""


def test_what_a_killed_writer_has_said_is_there_and_the_next_run_goes_on(stored, make_observation, tmp_path):
    model, root = stored(make_observation()), tmp_path / "killed"
    said = []
    for _ in range(3):
        command = [sys.executable, "-c", ENDLESS, str(model), str(root)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            told = [process.stdout.readline() for _ in range(200)]
            process.kill()
            told += process.stdout.readlines()
        said.append([line.strip() for line in told if line.endswith("\n")])
    found = [seen.visit_id for seen in archive.open(root).observations()]
    starts = [place for place, visit_id in enumerate(found) if visit_id == "1"]
    runs = [found[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    # One line may have been written and not yet told of; files of one second have no order.
    for run, told in zip(sorted(runs, key=len), sorted(said, key=len), strict=True):
        assert run[: len(told)] == told
        assert run[len(told) :] in ([], [str(len(told) + 1)])
