import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedFile
from archive.frames import FRAME, SUFFIXES, frame_at, frames, pack

LINES = st.lists(st.binary(min_size=30, max_size=200).map(lambda line: line.replace(b"\n", b" ")), max_size=40)


def read(data, compression):
    return [line for frame in frames(io.BytesIO(data), f"x{SUFFIXES[compression]}") for line in frame.lines()]


@pytest.mark.parametrize("compression", SUFFIXES)
@given(lines=LINES, times=st.integers(1, 3))
def test_lines_come_back_from_any_number_of_batches(compression, lines, times):
    data = b"".join(b"".join(pack(lines, compression)) for _ in range(times))
    assert read(data, compression) == lines * times


@pytest.mark.parametrize("compression", SUFFIXES)
def test_large_files_and_lines_larger_than_a_frame_are_read_in_pieces(compression):
    lines = [b"%07d" % number * (number % 400) + b"|" * 30 for number in range(3000)] + [b"long " * FRAME]
    data = b"".join(pack(lines, compression))
    assert read(data, compression) == lines
    if compression != "none":
        assert len(list(frames(io.BytesIO(data), f"x{SUFFIXES[compression]}"))) > 10


@pytest.mark.parametrize("compression", SUFFIXES)
def test_a_frame_is_found_by_its_offset(compression):
    data = b"".join(b"".join(pack([b"line %d of a file, in a frame of its own" % n], compression)) for n in range(5))
    file, name = io.BytesIO(data), f"x{SUFFIXES[compression]}"
    for frame in frames(io.BytesIO(data), name):
        assert frame_at(file, name, frame.offset).data.startswith(frame.data)


@pytest.mark.parametrize("compression", SUFFIXES)
def test_a_cut_at_any_byte_is_damage_or_the_end_of_a_line(compression):
    data = b"".join(b"".join(pack([b"first line, and a second one", b"%d" % n * 30], compression)) for n in range(3))
    whole = read(data, compression)
    for end in range(len(data)):
        try:
            found = read(data[:end], compression)
        except DamagedFile:
            continue
        else:
            # At the end of a frame nothing in the file tells: the commit's number of bytes does.
            assert found == whole[: len(found)]
            assert data[:end] == b"" or data[end - 1 : end] == b"\n" or compression != "none"


@pytest.mark.parametrize("compression", ["zst", "gz"])
def test_a_flipped_bit_never_gives_other_lines(compression):
    data = b"".join(pack([b"a line that is long enough", "第二行的文字，也足够长。".encode()], compression))
    whole = read(data, compression)
    for place in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        try:
            assert read(bytes(flipped), compression) == whole  # a bit that says nothing of the content
        except DamagedFile:
            continue


def test_a_line_far_into_a_plain_file_is_found_where_its_frame_was_written(tmp_path):
    lines = [f'{{"n": {number}, "text": "{"x" * 900}"}}'.encode() for number in range(300)]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(pack(lines, "none")))
    with path.open("rb") as file:
        found = [(frame.offset, line) for frame in frames(file, path.name) for line in frame.lines()]
        assert [line for _, line in found] == lines
        for offset in {offset for offset, _ in found}:
            assert frame_at(file, path.name, offset).lines() == [line for at, line in found if at == offset]
