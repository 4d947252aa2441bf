"""The archive is killed at any moment, the disk fills up: nothing that was stored is lost."""

import subprocess
import sys

import pytest

from tests.torture import torture

_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def test_nothing_is_lost_when_the_archive_is_killed_at_any_moment(tmp_path, models):
    state = torture(tmp_path, 15, seed=11, models=models)
    assert state.killed >= 3
    assert len(state.stored) >= 8


def test_nothing_is_lost_when_the_disk_is_full(models):
    if subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk (unshare --user --mount)")
    done = subprocess.run(
        [*_NAMESPACE, sys.executable, "-m", "tests.full_disk", str(models)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing lost" in done.stdout
    assert "then: nothing" not in done.stdout.splitlines()[0], "the disk was never full"
