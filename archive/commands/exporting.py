"""`newsreel export`: the archive in the formats of others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

import archive
from archive.commands.arguments import Commands, add_rights, command, ticker
from archive.wacz import export_wacz


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "export",
        _export,
        short="write a package that other tools replay",
        long="Write all captures as one WACZ package, its page list made of the articles, for ReplayWeb.page and pywb. "
        "Each file is compared with what was acknowledged while it is copied. Of articles that --rights leaves out, "
        "captures of their pages and pictures are left out too.",
        examples="""  newsreel export --format wacz -o news.wacz
  newsreel export --rights ai,archive -o news.wacz                        without what was reserved
  wb-manager init news && wb-manager add news --unpack-wacz news.wacz     (pywb)""",
    )
    parser.add_argument("--format", choices=("wacz",), default="wacz", help="default: wacz")
    add_rights(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="where; must not exist yet")


def _export(options: argparse.Namespace, out: TextIO) -> int:
    with ticker("exporting") as progress:
        pages, warcs = export_wacz(
            archive.open(options.archive), options.output, rights=options.rights, progress=progress
        )
    out.write(f"{options.output}: {pages} pages of {warcs} WARC files\n")
    return 0
