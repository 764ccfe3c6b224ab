"""Who imports whom: the wings stand in an order, nothing goes in a circle, the factory is light.

An import counts wherever it stands, in a function or for the type checker alone: a file that names
another knows of it.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import spacy_sdcl

PACKAGE = Path(spacy_sdcl.__file__).parent
# The files and folders of the package; each may import what stands before it, and itself. A new
# one is put where it belongs.
ORDER = (
    "types",
    "extras",
    "language",
    "documents",
    "model",
    "annotations",
    "metrics",
    "data",
    "evidence",
    "control",
    "corrector",
    "component",
    "tokenizer",
    "loading",
    "pretraining",
    "evaluation",
    "files",
    "distributed",
    "server",
    "lsp",
    "cli",
)
HEAVY = ("torch", "transformers", "spacy_transformers")


class Imports:
    """What the modules of a package import of it, by their names in it ("" is the package).

    package (Path): The package's folder.
    """

    def __init__(self, package: Path) -> None:
        self.name = package.name
        self.files = {
            ".".join(path.relative_to(package).with_suffix("").parts): path
            for path in sorted(package.rglob("*.py"))
        }
        self.files = {
            name.removesuffix("__init__").removesuffix("."): path
            for name, path in self.files.items()
        }
        self.graph = {name: set(self.imported(name)) for name in self.files if name}

    def imported(self, module: str) -> Iterator[str]:
        for node in ast.walk(ast.parse(self.files[module].read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                targets = [alias.name.split(".") for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = self.base(module, node)
                targets = [[*base, alias.name] for alias in node.names]
            else:
                continue
            for target in targets:
                if target[0] == self.name:
                    yield from self.loaded(module, target[1:])

    def base(self, module: str, node: ast.ImportFrom) -> list[str]:
        named = node.module.split(".") if node.module else []
        if not node.level:
            return named
        folder = [self.name, *filter(None, module.split("."))]
        if self.files[module].name != "__init__.py":
            folder.pop()
        return folder[: len(folder) - node.level + 1] + named

    def loaded(self, module: str, target: list[str]) -> Iterator[str]:
        """The module of a dotted name, and the packages that it lies in and the importer does not."""
        for end in range(1, len(target) + 1):
            name = ".".join(target[:end])
            if name in self.files and not f"{module}.".startswith(f"{name}."):
                yield name

    def circle(self) -> list[str]:
        try:
            TopologicalSorter(self.graph).prepare()
        except CycleError as error:
            return error.args[1]
        return []

    def against(self, order: tuple[str, ...]) -> list[str]:
        rank = {wing: number for number, wing in enumerate(order)}
        return [
            f"{module} imports {target}"
            for module, targets in sorted(self.graph.items())
            for target in sorted(targets)
            if rank[target.split(".")[0]] > rank[module.split(".")[0]]
        ]

    def absolute(self) -> list[str]:
        return [
            f"{module}:{node.lineno}"
            for module, path in self.files.items()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if (
                (isinstance(node, ast.ImportFrom) and not node.level)
                and (node.module or "").split(".")[0] == self.name
            )
            or (
                isinstance(node, ast.Import)
                and any(alias.name.split(".")[0] == self.name for alias in node.names)
            )
        ]


@pytest.fixture(scope="module")
def imports():
    return Imports(PACKAGE)


def test_no_import_goes_in_a_circle(imports):
    assert not imports.circle()


def test_each_wing_imports_those_above_it_only(imports):
    assert not imports.against(ORDER)


def test_each_file_of_the_package_has_a_place_in_the_order(imports):
    assert {name.split(".")[0] for name in imports.graph} <= set(ORDER)


def test_imports_within_the_package_are_relative(imports):
    assert not imports.absolute()


def test_the_package_itself_imports_nothing_of_it_before_it_is_asked(imports):
    body = ast.parse(imports.files[""].read_text(encoding="utf-8")).body
    froms = [node for node in body if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in froms] == ["typing"]


def test_the_factory_module_imports_neither_torch_nor_transformers():
    # spaCy's own thinc imports torch where it finds it, so it must not find it; whatever else
    # asks for one of the three fails.
    code = f"import sys\nfor name in {HEAVY}: sys.modules[name] = None\nimport spacy_sdcl.component"
    subprocess.run([sys.executable, "-c", code], check=True)


# What these tests can see


@pytest.fixture
def make_package(tmp_path):
    def make(**files):
        package = tmp_path / "sample"
        for name in ("types", "model.a", "model.b", "data.a"):
            path = package.joinpath(*name.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (package, path.parent):
                (folder / "__init__.py").touch()
            path.write_text(files.get(name.replace(".", "_"), ""), encoding="utf-8")
        return Imports(package)

    return make


SAMPLE_ORDER = ("types", "model", "data")


@pytest.mark.parametrize(
    "text",
    [
        "from .b import x",
        "from . import b",
        "import sample.model.b",
        "from ..model.b import x",
        "def f():\n    from .b import x",
        "if TYPE_CHECKING:\n    from .b import x",
    ],
)
def test_a_circle_of_two_files_is_seen(make_package, text):
    assert set(make_package(model_a=text, model_b="from .a import y").circle()) == {
        "model.a",
        "model.b",
    }
    assert not make_package(model_a=text).circle()


def test_an_import_against_the_order_is_seen(make_package):
    found = make_package(model_a="from ..data.a import x\nfrom ..types import y")
    assert found.against(SAMPLE_ORDER) == ["model.a imports data", "model.a imports data.a"]
    assert not make_package(data_a="from ..model import a, b").against(SAMPLE_ORDER)


@pytest.mark.parametrize("text", ["from sample.types import x", "import sample.types"])
def test_an_absolute_import_is_seen(make_package, text):
    assert make_package(data_a=f"import os\n{text}").absolute() == ["data.a:2"]
    assert not make_package(data_a="from ..types import x\nfrom samples import y").absolute()


def test_modules_of_tests_and_benchmarks_have_names_of_their_own():
    # pytest puts their folders on one path, where a name can only be one module's.
    root = Path(__file__).parents[1]
    files = [*root.glob("tests/**/*.py"), *root.glob("benchmarks/*.py")]
    names = Counter(path.stem for path in files if path.stem not in ("conftest", "__init__"))
    assert [name for name, count in names.items() if count > 1] == []
