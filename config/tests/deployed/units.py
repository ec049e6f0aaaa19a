"""What deploy/systemd says of each service, as far as tests start it themselves: its commands and environment."""

from dataclasses import dataclass
from pathlib import Path

from config.tests.live import ROOT

UNITS = ROOT / "deploy/systemd"


@dataclass(frozen=True)
class Unit:
    """One unit file; an instance of it where its name has an @."""

    path: Path
    settings: list[tuple[str, str, str]]  # section, name, value, in their order
    instance: str = ""

    def all(self, name: str, section: str = "Service") -> list[str]:
        """Every value of a setting."""
        found = [value for part, key, value in self.settings if (part, key) == (section, name)]
        return [value.replace("%i", self.instance) for value in found]

    def one(self, name: str, section: str = "Service") -> str:
        """The value of a setting that is there once."""
        [value] = self.all(name, section)
        return value

    def environment(self) -> dict[str, str]:
        words = [word for line in self.all("Environment") for word in line.split()]
        return dict(word.split("=", 1) for word in words)


def unit(name: str) -> Unit:
    """By the name it is started by: vitrine-web@a.service."""
    stem, _, kind = name.rpartition(".")
    template, at, instance = stem.partition("@")
    path = UNITS / f"{template}{at}.{kind}"
    return Unit(path, _read(path), instance)


def _read(path: Path) -> list[tuple[str, str, str]]:
    found, section = [], ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.append((section, name, value))
    return found


def variables(text: str) -> dict[str, str]:
    """The lines of an environment file, as systemd and compose read those of ours."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
