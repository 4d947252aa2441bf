"""Imports that the layer contracts cannot see."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [f for room in ("archive", "indexes", "web") for f in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_rooms_import_modules_and_never_a_whole_package(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert not {a.name for a in node.names} & {"archive", "indexes", "web"}
        if isinstance(node, ast.ImportFrom):
            assert node.module not in {"archive", "indexes"}


def test_searching_loads_no_torch():
    import subprocess
    import sys

    code = "import sys, archive.core, archive.search.engine, archive.graph, web.app; "
    code += "assert not {'torch', 'transformers', 'spacy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
