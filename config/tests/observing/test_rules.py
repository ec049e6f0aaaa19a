"""Rules, dashboard and documentation speak of metrics that there are, by names and labels that they have."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from config.tests.live import ROOT
from config.tests.observing.promql import Wrong, parse
from uploads_app.observing.metrics import REGISTRY
from uploads_app.observing.state import State

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = ROOT / "deploy/observe"
DOCUMENT = ROOT / "docs/observing.md"
PROMTOOL = shutil.which("promtool")
OF_TARGETS = {"job", "instance", "role"}


def families() -> dict[str, tuple[str, set[str]]]:
    """Every metric of the code, by its name without a suffix: its type and labels."""
    found = {}
    for metric in REGISTRY._collector_to_names:
        found[metric._name] = (metric._type, set(metric._labelnames))  # type: ignore[attr-defined]  # no types
    for family in State().collect():
        found[family.name] = ("gauge", set(family._labelnames))  # type: ignore[attr-defined]  # as above
    return found


def series() -> dict[str, set[str]]:
    """Every series by the name that Prometheus knows it by, with its labels."""
    found: dict[str, set[str]] = {"up": set()}
    for name, (kind, labels) in families().items():
        match kind:
            case "counter":
                found[f"{name}_total"] = labels
            case "histogram":
                found |= {f"{name}_sum": labels, f"{name}_count": labels, f"{name}_bucket": labels | {"le"}}
            case _:
                found[name] = labels
    return {name: labels | OF_TARGETS for name, labels in found.items()}


def alerts() -> list[dict[str, Any]]:
    read = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    read = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    return [panel for panel in read["panels"] if panel["type"] != "row"]


def expressions() -> list[str]:
    return [rule["expr"] for rule in alerts()] + [
        target["expr"] for panel in panels() for target in panel["targets"]
    ]


def check(expression: str, known: dict[str, set[str]]) -> None:
    used = parse(expression)
    for name, labels in used.metrics:
        assert name in known, f"no metric {name}: {expression}"
        assert labels <= known[name], f"{name} has no label {labels - known[name]}: {expression}"
    for labels, names in used.grouped:
        for name in names:
            assert labels <= known[name], f"{name} has no label {labels - known[name]}: {expression}"


def test_every_expression_asks_for_what_there_is() -> None:
    known = series()
    assert len(expressions()) > 40
    for expression in expressions():
        check(expression, known)


@pytest.mark.parametrize(
    "expression",
    [
        "vitrine_uploads",
        "rate(vitrine_uploads_bucket[5m])",
        'vitrine_uploads_total{preset="thumb"}',
        "sum by (preset) (rate(vitrine_uploads_total[5m]))",
        "sum by (le) (rate(vitrine_decode_seconds_sum[5m]))",
    ],
)
def test_what_there_is_not_is_found_out(expression: str) -> None:
    with pytest.raises(AssertionError):
        check(expression, series())


@pytest.mark.parametrize(
    "expression", ["", "sum(", "rate(up[5])", "sum(up))", "up >", 'up{job~"x"}', "up up"]
)
def test_what_is_no_promql_is_found_out(expression: str) -> None:
    with pytest.raises(Wrong):
        parse(expression)


def test_every_metric_is_on_the_dashboard() -> None:
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    shown = {name for expression in asked for name, _ in parse(expression).metrics}
    for name, (kind, _) in families().items():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))
        assert any(f"{name}{suffix}" in shown for suffix in suffixes), name


def test_panels_lie_beside_one_another() -> None:
    places = [panel["gridPos"] for panel in panels()]
    assert len({(at["x"], at["y"]) for at in places}) == len(places)
    assert len({panel["id"] for panel in panels()}) == len(places)
    assert all(at["x"] + at["w"] <= 24 for at in places)


def test_every_metric_and_label_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(vitrine_\w+)` \| (\w+) \| ([^|]*) \|", DOCUMENT.read_text(), re.MULTILINE)
    told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert told == families()


def test_every_alert_says_what_to_do() -> None:
    told = set(re.findall(r"^### (\w+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert told == {rule["alert"] for rule in alerts()}
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "look")
        assert rule["annotations"]["summary"]


if PROMTOOL is not None:  # Debian's `prometheus`, 100 MB: CI does without, and parses every expression above

    def test_prometheus_reads_them() -> None:
        assert PROMTOOL
        for words in (["rules", "alerts.yml"], ["config", "--syntax-only", "prometheus.yml"]):
            done = subprocess.run([PROMTOOL, "check", *words], cwd=FOLDER, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
