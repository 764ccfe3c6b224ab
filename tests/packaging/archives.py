"""The source distribution: how it is made, and unpacked."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What stands at the top of the repository; all else there was made by somebody.
FOLDERS = ("benchmarks", "docs", "project", "spacy_sdcl", "tests")
BUILD = "import sys, setuptools.build_meta as backend; print(backend.build_sdist(sys.argv[1]))"


def make_sdist(folder: Path) -> Path:
    """Make the source distribution of a copy of the repository, which stays as it is.

    folder (Path): An empty folder.
    RETURNS (Path): The archive.
    """
    copy = folder / "copy"
    copy.mkdir()
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=copy, check=True, capture_output=True
    )
    shutil.rmtree(copy)
    return folder / done.stdout.decode().split()[-1]


def unpack(archive: Path) -> Path:
    """Unpack a source distribution beside itself.

    archive (Path): The archive.
    RETURNS (Path): The folder that is in it.
    """
    with tarfile.open(archive) as file:
        # Not every version of Python that is supported has tarfile's filters.
        file.extractall(archive.parent)
    return archive.parent / archive.name.removesuffix(".tar.gz")
