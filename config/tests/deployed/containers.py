"""What deploy/compose.yaml and deploy/Dockerfile say, as far as tests start it themselves."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

import yaml

from config.tests.live import ROOT

COMPOSE = ROOT / "deploy/compose.yaml"
DOCKERFILE = ROOT / "deploy/Dockerfile"


def services(variables: dict[str, str]) -> dict[str, Any]:
    """The services of compose.yaml, its variables filled in as compose does."""

    def value(match: re.Match[str]) -> str:
        name, kind, otherwise = match.groups()
        found = variables.get(name, "")
        assert found or kind == "-", f"{name} is needed"
        return found or otherwise

    text = re.sub(r"\$\{(\w+):([?-])([^}]*)\}", value, COMPOSE.read_text())
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


@dataclass(frozen=True)
class Step:
    """One instruction of the Dockerfile, and the stage that it belongs to."""

    stage: str
    word: str
    rest: str


def steps(stage: str = "") -> list[Step]:
    """The instructions of a stage, or all of them; those before the first stage have none."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    found, at = [], ""
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            at = rest.rpartition(" AS ")[2]
        if word:
            found.append(Step(at, word, rest))
    return [step for step in found if not stage or step.stage == stage]


def image_environment(stage: str) -> dict[str, str]:
    """What the ENV of a stage sets."""
    words = [word for step in steps(stage) if step.word == "ENV" for word in shlex.split(step.rest)]
    return dict(word.split("=", 1) for word in words)


def command(stage: str, word: str = "CMD") -> list[str]:
    """The words of CMD, or of HEALTHCHECK."""
    [found] = [step.rest for step in steps(stage) if step.word == word]
    words: list[str] = json.loads(found[found.index("[") :])
    return words
