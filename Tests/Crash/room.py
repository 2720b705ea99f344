"""A small file system of its own for a data directory, with a file that takes up its room."""

import os
import pathlib
import shutil
import subprocess
import tempfile

MEBIBYTE = 1_048_576


class NotPermitted(Exception):
    """Nothing may be mounted here."""


class Room:
    """A tmpfs for the length of a `with` statement."""

    def __init__(self, mebibytes):
        self._mebibytes = mebibytes
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="queuetop-room-"))
        self._ballast = self.path / "ballast"

    def __enter__(self):
        result = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self._mebibytes}m", "tmpfs", str(self.path)],
            capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.path.rmdir()
            raise NotPermitted(result.stderr.strip())
        return self

    def __exit__(self, *_):
        # Lazily: a broker that is being ended may have files open for a moment.
        subprocess.run(["umount", "-l", str(self.path)], check=True)
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def free(self):
        """Octets that can still be written."""
        figures = os.statvfs(self.path)
        return figures.f_bavail * figures.f_frsize

    def fill(self, leaving=0):
        """Takes up the room but for so many octets, in one step."""
        with self._ballast.open("ab") as file:
            end = file.seek(0, os.SEEK_END)
            # What others write at this moment may be faster: then less is left to take.
            for share in (1.0, 0.9, 0.5):
                size = int((self.free - leaving) * share)
                if size <= 0:
                    return
                try:
                    os.posix_fallocate(file.fileno(), end, size)
                    return
                except OSError:
                    continue

    def clear(self):
        """Gives back what `fill` took."""
        self._ballast.unlink(missing_ok=True)
