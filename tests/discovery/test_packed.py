import gzip
import tracemalloc
import zlib

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.packed import MOST_PACKINGS, MOST_UNPACKED, is_packed, unpacked

TEXT = b"<urlset>" + bytes(range(256)) * 900


def test_a_packed_file_is_unpacked_once_twice_and_three_times():
    packed = TEXT
    for _ in range(MOST_PACKINGS):
        packed = gzip.compress(packed)
        assert unpacked(packed) == (TEXT, True)
    assert is_packed(unpacked(gzip.compress(packed))[0])


def test_a_torn_file_is_read_as_far_as_it_goes():
    packed = gzip.compress(TEXT, 0)
    body, is_whole = unpacked(packed[: len(packed) // 2])
    assert TEXT.startswith(body)
    assert len(body) > len(TEXT) // 3
    assert not is_whole


def test_streams_behind_one_another_are_one_file_and_padding_is_none():
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b")) == (b"ab", True)
    assert unpacked(gzip.compress(b"a") + b"\0" * 512) == (b"a", True)


def test_a_bomb_gives_what_is_allowed_and_no_more():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(bytes(1 << 20)) for _ in range(200)]) + packer.flush()
    tracemalloc.start()
    try:
        body, is_whole = unpacked(gzip.compress(bomb))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(body) == MOST_UNPACKED
    assert not is_whole
    assert peak < 3 * MOST_UNPACKED


def test_so_many_streams_are_not_all_looked_at():
    assert unpacked(gzip.compress(b"a") * 3_000) == (b"a" * 2_000, False)


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 300))
def test_any_bytes_give_a_result(body, most, cut):
    assert len(unpacked(body, most)[0]) <= most
    assert len(unpacked(b"\x1f\x8b\x08" + body, most)[0]) <= most
    found, _ = unpacked(gzip.compress(body)[:cut], 400)
    assert body.startswith(found) or is_packed(body) or cut < 3
