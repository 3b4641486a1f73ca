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
    for run in said:
        # One line may have been written and not yet told of.
        assert found[: len(run)] == run
        del found[: len(run)]
        if found and found[0] != "1":
            del found[0]
    assert found == []
