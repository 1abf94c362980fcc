from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import TransientError
from aggregator.fetch.body import BodyReader, too_large_ahead


def read(data: bytes, encoding: str = "", *, piece: int = 1000, wire: int = 10**6, body: int = 10**6) -> bytes:
    reader = BodyReader(encoding, wire, body)
    for start in range(0, len(data), piece):
        reader.feed(data[start : start + piece])
    reader.feed(b"")
    return reader.close()


@given(st.binary(max_size=5000).filter(lambda data: not data.startswith(b"\x1f\x8b")), st.integers(1, 700))
def test_a_body_comes_out_whole_however_it_is_cut_into_pieces(data: bytes, piece: int) -> None:
    assert read(data, piece=piece) == data
    for encoding in ("gzip", "x-gzip", "GZIP", "identity, gzip", ""):
        assert read(gzip.compress(data), encoding, piece=piece) == data


def test_gzip_in_several_members_is_one_body_and_padding_is_none() -> None:
    assert read(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", piece=7) == b"one two"
    assert read(gzip.compress(b"one") + bytes(20), "gzip") == b"one"


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "br, gzip", "compress", "gzip;q=1"])
def test_an_encoding_that_was_not_asked_for_is_an_error(encoding: str) -> None:
    with pytest.raises(TransientError, match="asked for gzip only") as caught:
        BodyReader(encoding, 10, 10)
    assert caught.value.stage == "encoding"


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_cut_gzip_body_is_never_taken_for_whole(data: bytes, draw: st.DataObject) -> None:
    packed = gzip.compress(data)
    length = draw.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(TransientError, match="compressed body incomplete"):
        read(packed[:length], "gzip", piece=100)


def test_damaged_and_pretended_gzip_are_errors() -> None:
    packed = gzip.compress(b"some text")
    for data in (packed[:-8] + bytes(8), b"not gzip at all", b"x"):
        with pytest.raises(TransientError, match="compressed body incomplete"):
            read(data, "gzip")


def test_an_empty_body_is_empty_whatever_it_claims() -> None:
    assert read(b"", "gzip") == b""
    assert read(b"x") == b"x"


def test_what_is_compressed_twice_is_refused() -> None:
    with pytest.raises(TransientError, match="compressed twice"):
        read(gzip.compress(gzip.compress(b"text")), "gzip")


def test_both_limits_hold() -> None:
    with pytest.raises(TransientError, match=r"more than 0.005 MB on the wire") as caught:
        read(bytes(5001), wire=5000)
    assert caught.value.stage == "size"
    with pytest.raises(TransientError, match=r"more than 0.005 MB unpacked"):
        read(bytes(5001), body=5000)
    with pytest.raises(TransientError, match=r"more than 0.005 MB unpacked"):
        read(gzip.compress(bytes(5001)), "gzip", body=5000)
    assert len(read(gzip.compress(bytes(5000)), "gzip", body=5000)) == 5000


def test_a_bomb_costs_no_more_memory_than_the_limit_allows() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    bomb = b"".join(packer.compress(zeros) for _ in range(60)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(TransientError, match="unpacked"):
            read(bomb, "gzip", piece=65_536)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_a_declared_length_is_held_against_the_limit_before_anything_is_read() -> None:
    assert too_large_ahead("", 100) is None
    assert too_large_ahead("100", 100) is None
    assert too_large_ahead("much", 100) is None
    error = too_large_ahead("50000000", 4_000_000)
    assert str(error) == "body of 50 MB, more than 4 MB on the wire"
