"""What a build writes into ``docs/generated`` before it reads pages: copies of README and notebooks, the API, the galleries."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent.parent
ROOT = DOCS.parent
GENERATED = DOCS / "generated"

_COPIED = {
    **{ROOT / f"{name}.md": f"generated/{name.lower()}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")},
    **{path: f"generated/notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.py"))},
}
PAGE_OF = dict(_COPIED)  # pages of the site by the file they are made from
_FILE_OF = {page.rpartition(".")[0]: path for path, page in _COPIED.items()}


def origin(docname: str) -> Path:
    """Return the file that a page was copied from, or its own."""
    return _FILE_OF.get(docname, DOCS / f"{docname}.md")


def write(page: str, text: str) -> None:
    """Write a generated page where it has changed: an unchanged file is not read again."""
    path = GENERATED / page
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def stage(_app: Sphinx) -> None:
    """Write all generated pages."""
    import api_pages
    import claims_gallery
    import potentials_gallery

    pages = {page.removeprefix("generated/"): path.read_text(encoding="utf-8") for path, page in _COPIED.items()}
    pages |= api_pages.pages() | claims_gallery.pages() | potentials_gallery.pages(GENERATED)
    for page, text in pages.items():
        write(page, text)
    for path in GENERATED.rglob("*"):
        if path.suffix in (".md", ".rst", ".py") and path.relative_to(GENERATED).as_posix() not in pages:
            path.unlink()  # of a claim, a room or a notebook that is no more


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages when a build begins."""
    app.connect("builder-inited", stage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
