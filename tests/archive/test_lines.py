import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import CannotWrite
from archive.lines import LineFile, read_lines

ROOT = Path(__file__).resolve().parents[2]


def test_lines_come_back_as_they_were_written(tmp_path):
    file = LineFile(tmp_path / "a" / "1.jsonl")
    file.append(b"one")
    file.append("二".encode())
    file.close()
    assert list(read_lines(tmp_path / "a" / "1.jsonl")) == [(1, b"one"), (2, "二".encode())]


def test_a_file_of_another_run_is_never_continued(tmp_path):
    (tmp_path / "1.jsonl").write_bytes(b"torn")
    with pytest.raises(CannotWrite):
        LineFile(tmp_path / "1.jsonl")
    assert (tmp_path / "1.jsonl").read_bytes() == b"torn"


def test_a_file_without_lines_is_not_left_behind(tmp_path):
    LineFile(tmp_path / "1.jsonl").close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fitting", [0, 1, 4])
def test_a_short_write_is_taken_back_and_the_next_line_stands_whole(tmp_path, monkeypatch, fitting):
    file = LineFile(tmp_path / "1.jsonl")
    file.append(b"one")
    write = os.write
    monkeypatch.setattr("archive.lines.os.write", lambda fd, data: write(fd, data[:fitting]))
    with pytest.raises(CannotWrite, match=r"1\.jsonl"):
        file.append(b"second")
    monkeypatch.undo()
    file.append(b"third")
    file.close()
    assert (tmp_path / "1.jsonl").read_bytes() == b"one\nthird\n"


def test_a_full_disk_is_said_with_the_file_s_name(tmp_path, monkeypatch):
    def full(fd, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = LineFile(tmp_path / "1.jsonl")
    monkeypatch.setattr("archive.lines.os.write", full)
    with pytest.raises(CannotWrite) as caught:
        file.append(b"one")
    monkeypatch.undo()
    file.close()
    assert str(caught.value) == f"cannot write {tmp_path / '1.jsonl'}: No space left on device"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["ftruncate", "fsync"])
def test_a_file_whose_state_is_unsure_takes_no_more_lines(tmp_path, monkeypatch, call):
    def broken(*arguments):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    file = LineFile(tmp_path / "1.jsonl")
    file.append(b"one")
    monkeypatch.setattr(f"archive.lines.os.{call}", broken)
    if call == "ftruncate":
        monkeypatch.setattr("archive.lines.os.write", broken)
    with pytest.raises(CannotWrite):
        file.append(b"two") if call == "ftruncate" else file.sync()
    monkeypatch.undo()
    with pytest.raises(CannotWrite):
        file.append(b"three")
    file.close()
    assert (tmp_path / "1.jsonl").read_bytes() == b"one\n"


def test_a_limit_of_the_kernel_leaves_whole_lines_only(tmp_path):
    code = """
import resource, sys
from pathlib import Path
from archive.errors import CannotWrite
from archive.lines import LineFile
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
file = LineFile(Path(sys.argv[1]))
try:
    while True:
        file.append(b"x" * 299)
except CannotWrite as error:
    print(error.path.name)
file.close()
"""
    path = tmp_path / "1.jsonl"
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "1.jsonl\n"
    assert path.read_bytes() == (b"x" * 299 + b"\n") * 3


def test_a_torn_last_line_is_left_out_and_told(tmp_path, caplog):
    whole = b'{"a":1}\n{"b":2}\n'
    path = tmp_path / "1.jsonl"
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        caplog.clear()
        assert [line for _, line in read_lines(path)] == whole[:cut].split(b"\n")[:-1]
        assert bool(caplog.records) == (not whole[:cut].endswith(b"\n") and cut > 0)
