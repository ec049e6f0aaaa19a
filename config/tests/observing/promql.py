"""As much of PromQL as our rules and dashboard are written in: parsed whole, or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<range>\[(?:\d+[smhd]|\$__rate_interval)\])
    | (?P<name>[a-zA-Z_:][\w:]*)
    | (?P<sign>==|!=|<=|>=|=~|!~|[-+*/<>=(){},])
    )""",
    re.VERBOSE,
)
_FUNCTIONS = {"rate": 1, "increase": 1, "histogram_quantile": 2}
_AGGREGATES = {"sum": 1, "min": 1, "max": 1, "topk": 2}
_BINARY = {"+", "-", "*", "/", "<", ">", "<=", ">=", "==", "!=", "and", "or", "unless"}


@dataclass
class Used:
    """What an expression asks for: metrics with the labels they are matched by, and labels it groups by."""

    metrics: list[tuple[str, set[str]]] = field(default_factory=list)
    grouped: list[tuple[set[str], list[str]]] = field(default_factory=list)  # labels, metrics below


class Wrong(Exception):
    """This is no PromQL that we know."""


def parse(text: str) -> Used:
    """Raises Wrong."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.used, self.at = text, Used(), 0
        self.tokens: list[tuple[str, str]] = []
        text = text.strip()
        while text:
            found = _TOKEN.match(text)
            if found is None or found.lastgroup is None:
                raise Wrong(text)
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            text = text[found.end() :].lstrip()

    def whole(self) -> Used:
        self.expression()
        if self.at < len(self.tokens):
            raise Wrong(f"{self.text}: not understood from {self.tokens[self.at][1]!r} on")
        return self.used

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, kind: str = "", value: str = "") -> str:
        if self.at >= len(self.tokens):
            raise Wrong(f"{self.text}: ends too early")
        found_kind, found = self.tokens[self.at]
        if (kind and kind != found_kind) or (value and value != found):
            raise Wrong(f"{self.text}: {found!r} where {value or kind} belongs")
        self.at += 1
        return found

    def expression(self) -> None:
        self.operand()
        while self.peek() in _BINARY:
            self.take()
            self.operand()

    def operand(self) -> None:
        kind = self.tokens[self.at][0] if self.at < len(self.tokens) else ""
        if self.peek() == "(":
            self.arguments(1)
        elif kind == "number":
            self.take()
        elif self.peek() in _AGGREGATES:
            self.aggregate()
        elif self.peek() in _FUNCTIONS and self.tokens[self.at + 1][1] == "(":
            self.arguments(_FUNCTIONS[self.take()])
        else:
            self.selector()

    def aggregate(self) -> None:
        name, labels = self.take(), set[str]()
        if self.peek() == "by":
            self.take()
            labels = set(self.list_of_names())
        before = len(self.used.metrics)
        self.arguments(_AGGREGATES[name])
        self.used.grouped.append((labels, [metric for metric, _ in self.used.metrics[before:]]))

    def list_of_names(self) -> list[str]:
        self.take(value="(")
        names = [self.take("name")]
        while self.peek() == ",":
            self.take()
            names.append(self.take("name"))
        self.take(value=")")
        return names

    def arguments(self, number: int) -> None:
        self.take(value="(")
        for index in range(number):
            if index:
                self.take(value=",")
            self.expression()
        self.take(value=")")

    def selector(self) -> None:
        name, labels = self.take("name"), set[str]()
        if self.peek() == "{":
            self.take()
            while self.peek() != "}":
                labels.add(self.take("name"))
                if self.take("sign") not in ("=", "!=", "=~", "!~"):
                    raise Wrong(self.text)
                self.take("string")
                if self.peek() == ",":
                    self.take()
            self.take(value="}")
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "range":
            self.take()
        self.used.metrics.append((name, labels))
