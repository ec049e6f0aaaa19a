"""A folder in which workers write down what they do, and from which tests read it."""

import os
from pathlib import Path

FOLDER = "VITRINE_PROBE"


class Notes:
    """One line for each thing that was done, with the process that did it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, *words: str) -> None:
        """Lines of several processes do not mix: each is one small write to the end."""
        line = "\t".join((*words, str(os.getpid()))) + "\n"
        handle = os.open(self.folder / "notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def done(self, *words: str) -> list[int]:
        """The processes that wrote this down, in order."""
        path = self.folder / "notes"
        lines = [line.split("\t") for line in path.read_text().splitlines()] if path.exists() else []
        return [int(line[-1]) for line in lines if line[:-1] == list(words)]

    def let_go(self) -> None:
        """Ends the waiting of `wait_for_leave`."""
        (self.folder / "leave").touch()

    def may_end(self) -> bool:
        return (self.folder / "leave").exists()


def own() -> Notes:
    """Those of the installation that this process belongs to."""
    return Notes(Path(os.environ[FOLDER]))
