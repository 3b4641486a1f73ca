"""Writes the schema files: `python -m archive.schema`."""

from archive.schema import FILES, FOLDER, render

for name, kind in FILES.items():
    (FOLDER / name).write_bytes(render(kind))
