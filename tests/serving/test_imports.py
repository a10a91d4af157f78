"""What a serving process loads, and who asks for suggestions."""

import ast
import subprocess
import sys
from pathlib import Path

SERVING = Path(__file__).parents[2] / "serving"
HEAVY = {"mlflow", "pandas", "pandera", "pyarrow", "scipy", "sklearn", "implicit", "training"}


def test_nothing_heavy_is_loaded():
    loaded = subprocess.run(
        [sys.executable, "-c", "import serving.commands, sys; print('\\n'.join(sys.modules))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert "serving.app" in loaded
    assert not HEAVY & {name.split(".")[0] for name in loaded}
    assert not {"models.fitting", "features.snapshot", "features.jobs", "features.importers"} & set(
        loaded
    )


def test_one_module_walks_the_last_steps():
    callers = {
        str(path.relative_to(SERVING))
        for path in SERVING.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module in {"models.suggest", "models.blend"}
    }
    assert callers == {"benchmark/batch.py", "live/suggestions.py"}


def test_pages_are_made_without_inline_code():
    for template in (SERVING / "portal" / "templates").glob("*.html"):
        text = template.read_text()
        if template.name == "embed.html":  # hands a token over: our own file, and no other page
            text = text.replace('<script type="module" src="/static/embed.js"></script>', "")
        for forbidden in (
            "<script",
            "<style",
            " style=",
            " onclick=",
            "http://",
            "https://",
            "|safe",
        ):
            assert forbidden not in text.replace("| safe", "|safe"), template.name


def test_the_stylesheet_asks_nobody_for_anything():
    style = (SERVING / "portal" / "static" / "portal.css").read_text()
    assert "url(" not in style
    assert "@import" not in style
