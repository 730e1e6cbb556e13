"""Uploads that wait for their user's word: on disk, bound to a browser, soon gone."""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

from werkzeug.datastructures import FileStorage

from services.whole_file import whole_file
from web.forms import READING_FIELDS
from web.preview_errors import (
    PreviewBusyError,
    PreviewNotFoundError,
    TooManyPreviewsError,
    UploadsFullError,
)
from web.uploads import inputs_of, save_all

__all__ = ["PreviewStore", "StoredFile", "Upload", "UploadLimits", "sha256_of"]

ID_FORM = re.compile(r"[A-Za-z0-9_-]{32}")
ID_BYTES = 24
RECORD, FILES = "upload.json", "files"
MEGABYTE = 1_000_000
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many uploads a server keeps, how large together, and how long without use."""

    most: int = 24
    most_bytes: int = 2_000 * MEGABYTE
    seconds: float = 2 * 3600.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One uploaded file: its name on disk, the name that it came with, and its content."""

    saved: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload with what was said of it so far.

    `form` holds what was typed; `settled` are the questions answered by “leave it so”.
    """

    id: str
    folder: Path
    owner: str
    files: tuple[StoredFile, ...]
    form: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[str, ...] = ()

    @property
    def revision(self) -> str:
        """What tells apart two ways of reading the same files."""
        said = {name: self.form.get(name, "") for name in READING_FIELDS}
        facts = json.dumps([said, [file.sha256 for file in self.files]])
        return hashlib.sha256(facts.encode()).hexdigest()[:16]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Files to read."""
        return inputs_of([self.folder / FILES / file.saved for file in self.files])

    def is_unchanged(self) -> bool:
        """Whether every file on disk is still what was uploaded."""
        stored = [(self.folder / FILES / file.saved, file.sha256) for file in self.files]
        return all(path.is_file() and sha256_of(path) == digest for path, digest in stored)


class PreviewStore:
    """The uploads of one server; every method may be called from several threads."""

    def __init__(self, root: Path, limits: UploadLimits) -> None:
        self._root = root
        self._limits = limits
        self._lock = RLock()
        self._claimed: set[str] = set()

    def clear(self) -> None:
        """Remove what an earlier server left: its sessions are gone with it."""
        with self._lock:
            for folder in self._folders():
                shutil.rmtree(folder, ignore_errors=True)

    def create(
        self, files: Sequence[FileStorage], owner: str, form: Mapping[str, str], size: int
    ) -> Upload:
        """Save an upload of about `size` bytes.

        Raises
        ------
        TooManyPreviewsError, UploadsFullError
            There is no room; the owner's oldest uploads have made way already.
        """
        with self._lock:
            self._sweep()
            self._make_room(owner, size)
            name = secrets.token_urlsafe(ID_BYTES)
            folder = self._root / name
            (folder / FILES).mkdir(parents=True)
            self._claimed.add(name)
        try:
            upload = Upload(name, folder, owner, _saved(files, folder / FILES), form)
            self._write(upload)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError) and error.errno in NO_SPACE:
                raise UploadsFullError(most_mb=self._limits.most_bytes // MEGABYTE) from error
            raise
        finally:
            with self._lock:
                self._claimed.discard(name)
        return upload

    def get(self, name: str, owner: str) -> Upload:
        """The upload with this id, for the browser that sent it; its time begins anew.

        Raises
        ------
        PreviewNotFoundError
            There is none, or it is another's.
        """
        if not ID_FORM.fullmatch(name):
            raise PreviewNotFoundError
        with self._lock:
            self._sweep()
            upload = self._read(self._root / name)
            if upload is None or not hmac.compare_digest(upload.owner, owner):
                raise PreviewNotFoundError
            (upload.folder / RECORD).touch()
        return upload

    def change(self, upload: Upload, *, form: Mapping[str, str], settled: Sequence[str]) -> Upload:
        """Write down what the user said."""
        changed = replace(upload, form=dict(form), settled=tuple(settled))
        self._write(changed)
        return changed

    @contextmanager
    def claimed(self, upload: Upload) -> Iterator[None]:
        """Keep an upload from being swept or checked twice while the block runs.

        Raises
        ------
        PreviewBusyError
            It is being checked already.
        """
        with self._lock:
            if upload.id in self._claimed:
                raise PreviewBusyError
            self._claimed.add(upload.id)
        try:
            yield
        finally:
            with self._lock:
                self._claimed.discard(upload.id)

    def remove(self, upload: Upload) -> None:
        """Delete an upload with all its files."""
        with self._lock:
            shutil.rmtree(upload.folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        if not self._root.is_dir():
            return []
        return [path for path in self._root.iterdir() if ID_FORM.fullmatch(path.name)]

    def _sweep(self) -> None:
        """Remove what nobody has used for the time allowed."""
        oldest = time.time() - self._limits.seconds
        for folder in self._folders():
            if folder.name not in self._claimed and _used_at(folder) < oldest:
                shutil.rmtree(folder, ignore_errors=True)

    def _make_room(self, owner: str, size: int) -> None:
        """Let the owner's own oldest uploads go; those of others stay."""
        if size > self._limits.most_bytes:
            raise UploadsFullError(most_mb=self._limits.most_bytes // MEGABYTE)
        folders = sorted(self._folders(), key=_used_at)
        sizes = {folder: _size(folder) for folder in folders}
        while (
            len(sizes) >= self._limits.most or sum(sizes.values()) + size > self._limits.most_bytes
        ):
            mine = next((folder for folder in sizes if self._may_go(folder, owner)), None)
            if mine is None:
                if len(sizes) >= self._limits.most:
                    raise TooManyPreviewsError(most=self._limits.most)
                raise UploadsFullError(most_mb=self._limits.most_bytes // MEGABYTE)
            shutil.rmtree(mine, ignore_errors=True)
            del sizes[mine]

    def _may_go(self, folder: Path, owner: str) -> bool:
        upload = self._read(folder)
        return folder.name not in self._claimed and upload is not None and upload.owner == owner

    def _write(self, upload: Upload) -> None:
        document = {
            "owner": upload.owner,
            "files": [asdict(file) for file in upload.files],
            "form": dict(upload.form),
            "settled": list(upload.settled),
        }
        with whole_file(upload.folder / RECORD, overwrite=True) as beside:
            beside.write_text(json.dumps(document, ensure_ascii=False), "utf-8")

    def _read(self, folder: Path) -> Upload | None:
        try:
            document: dict[str, Any] = json.loads((folder / RECORD).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return Upload(
            id=folder.name,
            folder=folder,
            owner=document["owner"],
            files=tuple(StoredFile(**file) for file in document["files"]),
            form=document["form"],
            settled=tuple(document["settled"]),
        )


def _saved(files: Sequence[FileStorage], folder: Path) -> tuple[StoredFile, ...]:
    paths = save_all(files, folder)
    return tuple(
        StoredFile(path.name, file.filename or path.name, path.stat().st_size, sha256_of(path))
        for path, file in zip(paths, files, strict=True)
    )


def sha256_of(path: Path) -> str:
    """Hash of the content of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _used_at(folder: Path) -> float:
    """When an upload was last used; one that is still being written was used now."""
    try:
        return (folder / RECORD).stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
