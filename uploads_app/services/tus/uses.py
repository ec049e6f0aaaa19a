"""What an upload is for beside its category: other rooms say what is done with its file once it is ready.

Each registers from its AppConfig for a word of the metadata, such as the id of what takes the picture.
"""

from collections.abc import Callable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.services.upload import OnReady

Use = Callable[[AbstractBaseUser, str], OnReady]
_uses: dict[tuple[str, str], Use] = {}


def register(category: str, word: str, use: Use) -> None:
    """Adds a use. It is asked before the first byte and again before the file is made, and may refuse each time."""
    _uses[category, word] = use


def named_in(category: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """What of some metadata is about uses of this category."""
    return {word: said for word, said in metadata.items() if (category, word) in _uses}


def of(owner: AbstractBaseUser, category: str, named: Mapping[str, str]) -> list[OnReady]:
    """What is to be done in the transaction that makes the file ready. Raises what uses refuse with."""
    return [_uses[category, word](owner, said) for word, said in named.items() if (category, word) in _uses]
