"""Opens what a file holds: plain bytes, gzip, zstd, or the members of a zip, told apart by magic bytes.

Nothing is ever unpacked to disk, so names inside an archive reach no path. What comes out is bounded
against the size of what went in. The libraries decompress; ours is telling the kinds apart and that bound, which
none of them has. Must not live here: what the bytes mean (the other containers).
"""

from __future__ import annotations

import errno
import fnmatch
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zstandard

from ingestion.containers.container import UnreadableFile

# Text as platforms write it shrinks 5 to 30 times; a bomb shrinks a thousand times and more.
MAX_RATIO = 250
ALWAYS_ALLOWED_BYTES = 256 * 2**20
MAX_MEMBERS = 10_000

_GZIP, _ZSTD, _ZIP, _EMPTY_ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"
# 128 KiB may come of four bytes of zstd: pieces this small keep one step below 64 MiB.
_ZSTD_PIECE_BYTES = 2048
# Errors of reading that are the machine's: no disk, memory or open files left.
_MACHINE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
NOT_PERMITTED = "not_permitted"
_COMPRESSED_SUFFIXES = (".gz", ".zst", ".zip")


@dataclass(frozen=True)
class Content:
    """A stream of bytes inside a file: the file's only one (`member` is None), or a zip's member."""

    path: Path
    member: str | None
    size: int
    _open: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open from the beginning. Damage found while reading is raised as UnreadableFile.

        What the caller's own body raises stays as it is.
        """
        with damage_named(self.path.name):
            stream = self._open()
        with stream:
            yield stream

    @contextmanager
    def open_hashed(self) -> Iterator[IO[bytes]]:
        """Open the bytes that its SHA-256 is of: a zip's member unpacked, or else the file as found."""
        if self.member is not None:
            with self.open() as stream:
                yield stream
        else:
            with damage_named(self.path.name):
                stream = _plain(self.path)
            with stream:
                yield stream


def contents(path: Path, members: str = "*") -> list[Content]:
    """Say what lies in a file; `members` is a glob over a zip's members.

    Raises UnreadableFile where the file is cut off, damaged, encrypted, or may not be read.
    """
    with damage_named(path.name):
        size = path.stat().st_size
        with path.open("rb") as file:
            magic = file.read(4)
        if size == 0 and path.suffix.lower() in _COMPRESSED_SUFFIXES:
            raise EOFError
        if magic[:2] == _GZIP:
            return [Content(path, None, size, lambda: _named(gzip.open(path, "rb"), path, size))]
        if magic == _ZSTD:
            return [Content(path, None, size, lambda: _named(_ZstdReader(path), path, size))]
        if magic in (_ZIP, _EMPTY_ZIP):
            return list(_zip_contents(path, members))
        return [Content(path, None, size, lambda: _plain(path))]


def _zip_contents(path: Path, pattern: str) -> Iterator[Content]:
    with _packing_known(path.name), zipfile.ZipFile(path) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise UnreadableFile(
            "too_many_members",
            f"{path.name} holds {len(infos)} members, more than {MAX_MEMBERS}; split the archive.",
        )
    for info in infos:
        if _is_hidden(info.filename) or not fnmatch.fnmatchcase(info.filename, pattern):
            continue
        yield Content(path, info.filename, info.file_size, _member_opener(path, info))


def _is_hidden(member: str) -> bool:
    """Say whether a member is an operating system's own note, such as '.DS_Store'."""
    parts = (part for part in member.split("/") if part not in (".", ".."))
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _member_opener(path: Path, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        archive = zipfile.ZipFile(path)
        try:
            with _packing_known(path.name):
                return _named(_MemberReader(archive, info), path, info.compress_size)
        except BaseException:
            archive.close()
            raise

    return opener


class _MemberReader(io.RawIOBase):
    """A member's bytes; closing it closes the archive."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._member = archive.open(info)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._member.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._member.close()
        self._archive.close()
        super().close()


class _ZstdReader(io.RawIOBase):
    """Frames of zstd one after the other; raises EOFError where the last one is cut off."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._frame: Any = None
        self._ahead = b""
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._ahead or self._file.read(_ZSTD_PIECE_BYTES)
            self._ahead = b""
            if not piece:
                if self._frame is not None:
                    raise EOFError
                return 0
            if self._frame is None:
                # public dumps are written with a window of 2 GiB
                self._frame = zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj()
            self._ready = self._frame.decompress(piece)
            if self._frame.eof:
                self._ahead, self._frame = self._frame.unused_data, None
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Named(io.RawIOBase):
    """A file's bytes, whose damage is named; of packed ones no more than their size can honestly give."""

    def __init__(self, inner: Any, path: Path, packed_bytes: int | None) -> None:
        self._inner, self._name = inner, path.name
        self._left = None if packed_bytes is None else max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * packed_bytes)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._left is None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        position: int = self._inner.seek(offset, whence)
        return position

    def tell(self) -> int:
        position: int = self._inner.tell()
        return position

    def readinto(self, buffer: Any) -> int:
        with damage_named(self._name):
            got: int = self._inner.readinto(buffer)
        if self._left is not None:
            self._left -= got
            if self._left < 0:
                raise UnreadableFile(
                    "zip_bomb",
                    f"{self._name} unpacks to more than {MAX_RATIO} times its size (a zip bomb); nothing of it "
                    "was kept. If it is honest, unpack it and land the plain file.",
                )
        return got

    def close(self) -> None:
        self._inner.close()
        super().close()


def _named(inner: Any, path: Path, packed_bytes: int | None) -> IO[bytes]:
    return io.BufferedReader(_Named(inner, path, packed_bytes), 2**20)


def _plain(path: Path) -> IO[bytes]:
    return _named(path.open("rb", buffering=0), path, None)


@contextmanager
def _packing_known(name: str) -> Iterator[None]:
    """Name what zipfile says of an archive it cannot unpack: that it is encrypted, or packed otherwise."""
    try:
        yield
    except (RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(
            "not_supported", f"{name} is encrypted or packed in a way not known here; unpack it first."
        ) from error


@contextmanager
def damage_named(name: str) -> Iterator[None]:
    """Turn what reading the file called `name` can raise, and is the file's fault, into UnreadableFile."""
    try:
        yield
    except PermissionError as error:
        raise UnreadableFile(
            NOT_PERMITTED, f"{name} may not be read by this user; give the right to read it."
        ) from error
    except EOFError as error:
        raise UnreadableFile(
            "truncated", f"{name} ends before its compressed data does; fetch or export it again."
        ) from error
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        cut = isinstance(error, zipfile.BadZipFile) and "not a zip" in str(error)
        raise UnreadableFile(
            "truncated" if cut else "damaged",
            f"{name} is {'cut off: its directory is missing' if cut else 'damaged: it does not unpack'}; "
            "fetch or export it again.",
        ) from error
    except FileNotFoundError as error:
        raise UnreadableFile(
            "gone",
            f"{name} is a link to nothing, or gone since it was listed; put it back or delete the link.",
        ) from error
    except OSError as error:
        if error.errno in _MACHINE_ERRORS:
            raise
        raise UnreadableFile(
            "not_readable",
            f"{name} does not read ({error.strerror or type(error).__name__}); check the disk or the share "
            "that it lies on, and copy it again.",
        ) from error
