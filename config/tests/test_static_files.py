"""Static files get names that hold their content's hash, also where one module imports another."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

SOURCES = {
    "js/page.js": (
        'import { crop } from "./parts/crop.js";\n'
        'import "../vendor/plain.js";\n'
        'export { order } from "./order.js";\n'
        'import {\n  one,\n  two,\n} from "./lines.js"\n'
        'const later = () => import("../vendor/plain.js");\n'
        "const told = \"import it from './nowhere.js'\";\n"
    ),
    "js/parts/crop.js": "export const crop = 1;\n",
    "js/lines.js": "export const one = 1, two = 2;\n",
    "js/order.js": "export const order = 1;\n",
    "vendor/plain.js": "window.plain = 1;\n",
    "css/site.css": "body { margin: 0 }\n" * 50,
}


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """A folder of static files as collectstatic leaves it."""
    source, into = tmp_path / "source", tmp_path / "collected"
    for name, text in SOURCES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    settings.STATIC_ROOT = into
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    hashed = {"staticfiles": {"BACKEND": "config.static_storage.HashedStaticFiles"}}
    settings.STORAGES = settings.STORAGES | hashed
    call_command("collectstatic", interactive=False, verbosity=0)
    return into


def hashed_name(name: str) -> str:
    stored = staticfiles_storage.url(name).removeprefix("/static/")
    assert re.search(r"\.[0-9a-f]{12}\.", stored), stored
    return stored


def test_a_module_imports_others_by_their_hashed_names(collected: Path) -> None:
    script = (collected / hashed_name("js/page.js")).read_text()
    plain = Path(hashed_name("vendor/plain.js")).name
    assert f'from "./parts/{Path(hashed_name("js/parts/crop.js")).name}"' in script
    assert f'from "./{Path(hashed_name("js/order.js")).name}"' in script
    assert f'}} from "./{Path(hashed_name("js/lines.js")).name}"' in script
    assert f'import "../vendor/{plain}"' in script
    assert f'import("../vendor/{plain}")' in script


def test_a_change_in_an_imported_module_renames_those_that_import_it(collected: Path, settings: Any) -> None:
    before = hashed_name("js/page.js")
    order = Path(settings.STATICFILES_DIRS[0]) / "js/order.js"
    order.write_text("export const order = 2;\n")
    (collected / "js/order.js").unlink()  # a copy made in the same second would pass for the new one
    call_command("collectstatic", interactive=False, verbosity=0)
    assert hashed_name("js/page.js") != before


def test_text_is_compressed_beside_its_original(collected: Path) -> None:
    name = hashed_name("css/site.css")
    assert (collected / f"{name}.gz").stat().st_size < (collected / name).stat().st_size
