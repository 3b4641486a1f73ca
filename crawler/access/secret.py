"""A word that may stand in no file of the project: the environment holds it, or names a file that does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import NotReady


@dataclass(frozen=True, slots=True)
class Secret:
    """The name of a secret: the variable `name` holds it, or `name`_FILE names a file that does.

    >>> Secret("TOKEN", "Bearer {}").value({"TOKEN": "abc"})
    'Bearer abc'
    """

    name: str
    form: str = "{}"
    """What is sent; `{}` stands for the secret."""

    def value(self, environ: Mapping[str, str]) -> str:
        """Return what is to be sent. Raises NotReady, which names the variable and never what it holds."""
        return self.form.replace("{}", self._found(environ))

    def _found(self, environ: Mapping[str, str]) -> str:
        if plain := environ.get(self.name):
            return self._checked(plain)
        file = f"{self.name}_FILE"
        if not (path := environ.get(file)):
            raise NotReady(self.name, f"the spider needs it: set it, or let {file} name a file that holds it")
        try:
            held = Path(path).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise NotReady(file, f"{path} cannot be read: {why}") from None
        if not held:
            raise NotReady(file, f"{path} is empty")
        return self._checked(held)

    def _checked(self, value: str) -> str:
        # A line break would end a header and begin another.
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise NotReady(self.name, "it holds a line break or another control character")
        return value


Word = str | Secret
"""A word that is sent: said in the spider's file, or kept from it."""


def said(word: Word, environ: Mapping[str, str]) -> str:
    """Return what is to be sent. Raises NotReady."""
    return word.value(environ) if isinstance(word, Secret) else word
