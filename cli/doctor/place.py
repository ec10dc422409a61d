"""The place of an archive: its file system, who else may read or write there, and the room that is left."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_NETWORK = frozenset({
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "fuse.vmhgfs-fuse", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
    "smb2", "smb3", "smbfs", "vboxsf", "webdav",
})  # fmt: skip
"""File systems that keep neither SQLite's locks nor `flock` reliably."""

_VOLATILE = frozenset({"tmpfs", "ramfs", "devtmpfs"})
_MOUNT = re.compile(r"^.+? on (?P<point>.+?) \((?P<kind>[\w.]+)(?:, (?P<options>[^)]*))?\)$")
_OCTAL = re.compile(r"\\([0-7]{3})")

LEAST_FREE = 64 << 20
"""Bytes that any archive needs to be written at all: a WAL grows to some tens of MiB between two checkpoints."""


def examine(folder: Path, needed: int) -> Iterator[Finding]:
    """Yield what there is to say about the place of an archive; `needed` are the bytes that a rebuild takes."""
    there = nearest(folder)
    yield file_system(there, mounts())
    yield free_space(shutil.disk_usage(there).free, needed)
    if folder.is_dir():
        yield permissions(folder)


def nearest(path: Path) -> Path:
    """Return a path, or the nearest of its parents that exists."""
    path = path.absolute()
    return next(parent for parent in (path, *path.parents) if parent.exists())


def mounts() -> str:
    """Return what the system says of its file systems: `/proc/mounts`, or what `mount` prints; "" where neither is."""
    try:
        return Path("/proc/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        pass
    try:
        return subprocess.run(["mount"], capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def mounted(path: Path, listed: str) -> tuple[str, frozenset[str]] | None:
    """Return the kind and the options of the file system that a path is on, None where that is not known."""
    path = Path(os.path.realpath(path))
    found: tuple[int, str, frozenset[str]] | None = None
    for line in listed.splitlines():
        by_name = _MOUNT.match(line)
        if by_name is not None:
            point, kind, options = by_name["point"], by_name["kind"], (by_name["options"] or "").split(", ")
        elif len(fields := line.split()) >= 4:
            # fstab(5): spaces in names are written as octal numbers.
            point = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[1])
            kind, options = fields[2], fields[3].split(",")
        else:
            continue
        # Of two on one point, the later one lies above.
        if path.is_relative_to(point) and (found is None or len(point) >= found[0]):
            found = len(point), kind, frozenset(options)
    return None if found is None else found[1:]


def file_system(path: Path, listed: str) -> Finding:
    """Judge the file system that a path is on, by what the system lists."""
    found = mounted(path, listed)
    if found is None:
        return Finding("file system", "note", "the system does not tell which one it is")
    kind, options = found
    if kind in _NETWORK or (sys.platform == "darwin" and "local" not in options):
        return Finding(
            "file system",
            "warning",
            f"{kind} is a network file system, which does not keep locks reliably",
            "keep the archive on a local disk, and copy backups to this one",
        )
    if kind in _VOLATILE:
        return Finding(
            "file system", "warning", f"{kind} is gone when the machine restarts", "keep the archive on a disk"
        )
    if "ro" in options or "read-only" in options:
        return Finding("file system", "note", f"{kind}, mounted for reading only: nothing can be added")
    return Finding("file system", "ok", kind)


def free_space(free: int, needed: int) -> Finding:
    """Judge the room that is left against what a rebuild of the index takes."""
    said = f"{size(free)} free"
    if free < LEAST_FREE:
        return Finding("disk space", "problem", f"{said}, too little to add anything", "make room on that disk")
    if free < needed:
        return Finding(
            "disk space",
            "warning",
            f"{said}; a rebuild of the index takes up to {size(needed)}",
            "make room on that disk",
        )
    return Finding("disk space", "ok", f"{said}; a rebuild of the index takes up to {size(needed)}")


def permissions(folder: Path, check: str = "permissions") -> Finding:
    """Judge who else may read or write a folder and what is in it."""
    try:
        status = folder.stat()
        inside = [(path, path.stat(follow_symlinks=False)) for path in sorted(folder.rglob("*"))]
    except OSError as error:
        return Finding(check, "problem", f"{error.filename}: {error.strerror}", "look at who owns the folder")
    owner = (
        f"{stat.filemode(status.st_mode)}, {'yours' if status.st_uid == os.getuid() else f'of user {status.st_uid}'}"
    )
    fix = f"run: chmod -R go= {shlex.quote(str(folder))}"
    writable = [path for path, found in inside if found.st_mode & 0o022 and not stat.S_ISLNK(found.st_mode)]
    if status.st_mode & 0o022:
        return Finding(check, "warning", f"others can write in {folder} ({owner})", fix)
    if status.st_mode & 0o055:
        if writable:
            return Finding(check, "warning", f"others can write {writable[0]}", fix)
        return Finding(check, "note", f"others can read it ({owner})", f"{fix}, unless that is meant")
    if not os.access(folder, os.W_OK):
        return Finding(check, "note", f"you cannot write in it ({owner}): nothing can be added")
    return Finding(check, "ok", owner)


def size(count: float) -> str:
    """Return a number of bytes as people read it."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} GiB"
