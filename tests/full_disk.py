"""Fill the disk of an archive while it takes in articles; to be run where a file system may be
mounted: `unshare --user --map-root-user --mount python -m tests.full_disk MODELS`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from archive.core import open_archive
from archive.errors import ArchiveError
from archive.settings import Settings
from tests.collection import invented
from tests.torture import answers

_SIZE = 96_000_000  # bytes of the disk
_ROOM = (60_000, 300_000, 900_000)  # what is left of it, one after another
_FEW, _MANY = 8, 120


def main() -> None:
    """Prints what was refused and that nothing was lost; AssertionError says what was."""
    models, folder = Path(sys.argv[1]).resolve(), Path(tempfile.mkdtemp())
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", disk], check=True)
    files = []
    for at, (article, _) in enumerate(invented(_MANY)):
        page = {"title": article.title, "text": article.text, "url": f"https://paper.example/{at}"}
        files.append(folder / f"{at}.json")
        files[-1].write_text(json.dumps(page), "utf-8")
    (disk / "models").symlink_to(models, target_is_directory=True)
    settings = Settings(home=disk, workers=1)
    with open_archive(settings) as archive:
        archive.ingest(files[:_FEW])
    stored, filler = _FEW, disk / "filler"
    for room in _ROOM:
        free = os.statvfs(disk)
        filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - room)))
        counted = 0

        def progress(stage: str, done: int, total: int | None) -> None:
            nonlocal counted
            counted = done if stage == "read" else counted

        try:
            with open_archive(settings) as archive:
                archive.ingest(files[stored:], progress=progress)
            refused = "nothing"
        except ArchiveError as error:
            refused = error.message
        filler.unlink()
        stored += counted
        sys.stdout.write(f"{room:,} bytes left: {stored} reported stored, then: {refused}\n")
        with open_archive(settings) as archive:
            known = {record.article.url for record in archive.store.scan(batch=500)}
            assert {f"https://paper.example/{at}" for at in range(stored)} <= known
            archive.ingest([])
            assert archive.status().behind == 0
            assert answers(archive) == answers(archive, anew=True)
    with open_archive(settings) as archive:
        archive.ingest(files)
        assert archive.store.counts().articles == _MANY
    sys.stdout.write("nothing lost\n")


if __name__ == "__main__":
    main()
