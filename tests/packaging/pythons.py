"""Try the package as it is installed: in clean environments of all versions of Python that it is for.

The source distribution is made, the wheel is built from it and installed. With nothing but what it
requires, it must correct a sentence offline; with the extras, the fast tests of the source
distribution must pass. Versions that this machine does not have are named and left out.

    python tests/packaging/pythons.py [VERSION ...] [-- PYTEST_OPTION ...]
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from archives import ROOT, make_sdist, unpack

VERSIONS = ("3.10", "3.11", "3.12", "3.13")
ENVIRONMENTS = ROOT / ".pythons"
EXTRAS = "train,traditional,serve,documents,lsp,dev"
TESTS = ["-q", "-m", "not slow", "-p", "no:cacheprovider"]
WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"


def find_python(version: str) -> str | None:
    """Find an interpreter.

    version (str): Its version, such as "3.12".
    RETURNS (str): Its path; None if this machine has none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places = [shutil.which(f"python{version}"), sys.executable, shutil.which("python3")]
    places += map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True))
    for place in filter(None, places):
        # A name in the path may be one that pyenv answers to without having the version.
        code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([place, "-c", code], capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip() == version:
            return place
    return None


def call(*command: str | Path, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed."""
    # Nothing of this checkout, and nothing from elsewhere once it is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        list(map(str, command)), cwd=cwd, env=environment, check=True, text=True, **options
    )


def try_version(version: str, python: str, sdist: Path, wheel: Path, tests: list[str]) -> None:
    """Install the wheel and try it.

    version (str): The version of Python.
    python (str): Its path.
    sdist (Path): The unpacked source distribution.
    wheel (Path): The wheel.
    tests (list[str]): Options of pytest.
    """
    folder = ENVIRONMENTS / version
    call(python, "-m", "venv", "--clear", folder, cwd=sdist)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [programs / "python", "-m", "pip", "-q", "--disable-pip-version-check", "install"]
    call(*pip, "-c", "constraints.txt", wheel, cwd=sdist)
    with tempfile.TemporaryDirectory() as elsewhere:
        command = [programs / "python", "-m", "spacy", "sdcl", "correct"]
        done = call(*command, cwd=Path(elsewhere), input=WRONG, stdout=subprocess.PIPE)
    if done.stdout != RIGHT:
        raise ValueError(f"{WRONG} became {done.stdout!r}, not {RIGHT}")
    call(*pip, "-c", "constraints.txt", f"{wheel}[{EXTRAS}]", cwd=sdist)
    # Not by `python -m pytest`, which would find the package in the current folder.
    call(programs / "pytest", *(tests or TESTS), cwd=sdist)


def main(arguments: list[str]) -> int:
    """Try the versions and say how each went.

    arguments (list[str]): Versions; after "--", options of pytest.
    RETURNS (int): The exit code.
    """
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    versions, tests = arguments[:cut] or VERSIONS, arguments[cut + 1 :]
    results = {}
    with tempfile.TemporaryDirectory() as name:
        sdist = unpack(make_sdist(Path(name)))
        command = [sys.executable, "-m", "pip", "-q", "wheel", "--no-deps", "-w", name, "."]
        call(*command, cwd=sdist)
        [wheel] = Path(name).glob("*.whl")
        for version in versions:
            python = find_python(version)
            if python is None:
                results[version] = "skipped: there is no such interpreter here"
                continue
            print(f"Python {version}: {python}", flush=True)
            try:
                try_version(version, python, sdist, wheel, tests)
                results[version] = "passed"
            except (subprocess.CalledProcessError, ValueError) as error:
                results[version] = f"FAILED: {error}"
    for version, result in results.items():
        print(f"Python {version}: {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
