"""A response's body, bounded on the wire and unpacked, and never taken for whole where it is cut. Pure.

httpx decodes without a bound and passes over a gzip stream that ends early; so the raw bytes come here.
"""

from __future__ import annotations

import zlib

from aggregator.errors import TransientError

_MAGIC = b"\x1f\x8b"
_GZIP = 31  # zlib's window bits for a gzip wrapper and the largest window


class BodyReader:
    """Takes the raw pieces of a body and gives the whole, unpacked.

    Args:
        encoding: the Content-Encoding field, "" where there is none.
        wire_bytes: most that may come over the wire.
        body_bytes: most that it may unpack to.

    Raises:
        TransientError: an encoding other than gzip, which is all that was asked for.
    """

    def __init__(self, encoding: str, wire_bytes: int, body_bytes: int) -> None:
        names = [name for name in encoding.lower().replace(" ", "").split(",") if name not in {"", "identity"}]
        if names not in ([], ["gzip"], ["x-gzip"]):
            raise TransientError(f"content encoding {encoding[:60]!r}, asked for gzip only", stage="encoding")
        self._declared = bool(names)
        self._wire_bytes = wire_bytes
        self._body_bytes = body_bytes
        self._inflater: zlib._Decompress | None = None
        self._head = b""
        self._parts: list[bytes] = []
        self._size = 0
        self.wire = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        Raises:
            TransientError: over a limit, or not the gzip that it claims to be.
        """
        if not data:
            return
        self.wire += len(data)
        if self.wire > self._wire_bytes:
            raise _too_large(self._wire_bytes, "on the wire")
        if len(self._head) < len(_MAGIC):
            self._head += data
            if len(self._head) < len(_MAGIC):
                return
            data = self._head
            if self._declared or data.startswith(_MAGIC):
                self._inflater = zlib.decompressobj(_GZIP)
        if self._inflater is None:
            self._keep(data)
        else:
            self._inflate(data)

    def close(self) -> bytes:
        """The whole body, once the last piece is in.

        Raises:
            TransientError: it was cut, or is compressed twice.
        """
        if self._inflater is None:
            if self._declared and self._head:
                raise _incomplete(self.wire, "too short for gzip")
            return b"".join(self._parts) or self._head
        if not self._inflater.eof:
            raise _incomplete(self.wire, "it ends early")
        body = b"".join(self._parts)
        if body.startswith(_MAGIC):
            raise TransientError("compressed twice, asked for gzip only", stage="encoding")
        return body

    def beginning(self) -> bytes:
        """What there is of a body so far, for whom that is enough."""
        return b"".join(self._parts)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._body_bytes:
            raise _too_large(self._body_bytes, "unpacked")
        self._parts.append(data)

    def _inflate(self, data: bytes) -> None:
        while data and self._inflater is not None:
            if self._inflater.eof:
                # gzip may come in several members; what else follows the end is padding.
                if not data.startswith(_MAGIC):
                    return
                self._inflater = zlib.decompressobj(_GZIP)
            try:
                self._keep(self._inflater.decompress(data, self._body_bytes + 1 - self._size))
            except zlib.error as error:
                raise _incomplete(self.wire, f"it is damaged: {error}") from None
            data = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail


def too_large_ahead(declared: str, wire_bytes: int) -> TransientError | None:
    """The error for a Content-Length over the limit, None where it is within or says nothing."""
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > wire_bytes:
        return TransientError(
            f"body of {_megabytes(int(declared[:20]))}, more than {_megabytes(wire_bytes)} on the wire", stage="size"
        )
    return None


def _too_large(limit: int, where: str) -> TransientError:
    return TransientError(f"more than {_megabytes(limit)} {where}", stage="size")


def _incomplete(wire: int, why: str) -> TransientError:
    return TransientError(f"compressed body incomplete after {wire} bytes: {why}", stage="encoding")


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:g} MB"
