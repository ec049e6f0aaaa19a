#!/usr/bin/env python
"""Requests a second for pictures: Vitrine with and without nginx, nginx with bare files, and FastAPI.

    .venv/bin/python benchmarks/delivery.py [--seconds 5] [--passes 3] [--connections 32] [--plot FILE]

Needs nginx and wrk. Makes its peer's environment in var/benchmarks at the first run (pip). Two workers of each
server, all on loopback, one measured at a time, taking turns. Vitrine uses the database that DATABASE_URL names (or
SQLite), the peer SQLite. Prints medians and ratios, and draws var/benchmarks/delivery.png.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from benchmarks.delivery_site import BARE, PEER, Case, everything
from benchmarks.environment import WORK, draw


def rate(case: Case, seconds: int, connections: int) -> float:
    """Requests a second by wrk; stops the benchmark at any answer that is not what is expected."""
    first = httpx.get(case.url, headers=case.headers, trust_env=False)
    if first.status_code != case.expects:
        raise SystemExit(f"{case.server}, {case.what}: {first.status_code} {first.text[:200]}")
    words = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for name, value in case.headers.items():
        words += ["-H", f"{name}: {value}"]
    told = subprocess.run([*words, case.url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{case.server}, {case.what}: {told}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found
    return float(found.group(1))


def table(found: list[tuple[Case, float]]) -> str:
    lines = [
        "| asked for | server | requests/s | of nginx | times FastAPI |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    by = {(case.what, case.server): value for case, value in found}
    for (what, server), value in by.items():
        nginx, peer = by.get((what, BARE)), by[what, PEER]
        of_nginx = f"{value / nginx:.2f}" if nginx else ""
        lines.append(f"| {what} | {server} | {value:,.0f} | {of_nginx} | {value / peer:.2f} |")
    return "\n".join(lines)


PLOT = """
names = list(dict.fromkeys(row["server"] for row in data))
kinds = list(dict.fromkeys(row["what"] for row in data))
figure, axes = plt.subplots(1, len(kinds), figsize=(4.2 * len(kinds), 3.6), squeeze=False)
for axis, kind in zip(axes[0], kinds):
    rows = [row for row in data if row["what"] == kind]
    axis.barh([row["server"] for row in rows], [row["rate"] for row in rows]); axis.invert_yaxis()
    axis.set_title(kind); axis.set_xlabel("requests a second (log)"); axis.set_xscale("log")
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--passes", type=int, default=3)
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--only", default="", help="only what has these words in it")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home, everything(Path(home)) as all_cases:
        chosen = [case for case in all_cases if asked.only in f"{case.what} {case.server}"]
        rates: dict[int, list[float]] = {}
        for number in range(asked.passes):
            for index, case in enumerate(chosen):
                if number == 0:
                    rate(case, 1, asked.connections)  # warms
                rates.setdefault(index, []).append(rate(case, asked.seconds, asked.connections))
        found = [(case, statistics.median(rates[index])) for index, case in enumerate(chosen)]
    print(table(found))
    rows = [{"what": case.what, "server": case.server, "rate": value} for case, value in found]
    print(f"\ndrawn: {draw(PLOT, rows, WORK / 'delivery.png')}")


if __name__ == "__main__":
    main()
