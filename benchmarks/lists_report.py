"""What benchmarks/lists.py prints and draws."""

from typing import Any

CONTENDERS = ("Vitrine", "ModelSerializer", "its columns alone")
PAGES = ("first", "deepest")


def table(rows: list[int], found: dict[Any, float]) -> str:
    lines = [
        f"| rows | page | {' | '.join(f'{name}, ms' for name in CONTENDERS)} | requests/s, each | × its requests |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for count in rows:
        for page in PAGES:
            ms = [found[count, name, page] for name in CONTENDERS]
            rates = " / ".join(f"{1000 / one:.0f}" for one in ms)
            gains = " / ".join(f"{one / ms[0]:.2f}" for one in ms[1:])
            lines.append(
                f"| {count:,} | {page} | {' | '.join(f'{one:.2f}' for one in ms)} | {rates} | {gains} |"
            )
    return "\n".join(lines)


def flatness(rows: list[int], found: dict[Any, float]) -> str:
    lines = []
    for name in CONTENDERS:
        deep = max(found[count, name, "deepest"] / found[count, name, "first"] for count in rows)
        grown = max(found[max(rows), name, page] / found[min(rows), name, page] for page in PAGES)
        lines.append(f"{name}: deepest / first {deep:.2f} at most, most / fewest rows {grown:.2f} at most")
    return "\n".join(lines)


PLOT = """
figure, axes = plt.subplots(figsize=(8, 4.5))
for name, colour in zip(data["contenders"], ("tab:blue", "tab:orange", "tab:green")):
    for page, style in (("first", "o-"), ("deepest", "s--")):
        times = [ms for _, who, where, ms in data["found"] if (who, where) == (name, page)]
        axes.plot(data["rows"], times, style, color=colour, label=f"{name}, {page} page")
axes.set_xscale("log"); axes.set_ylim(bottom=0); axes.set_title(data["title"], fontsize=9)
axes.set_xlabel("files of the person (log)"); axes.set_ylabel("ms for 20 files, median"); axes.legend(fontsize=7)
"""
