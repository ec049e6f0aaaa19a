"""The eight presets by Vitrine, in one process: INPUT OUTPUT_FOLDER ROUNDS. Prints JSON like its peers."""

import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import render

source, folder, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
targets = [(Recipe(preset, OutputFormat.WEBP), folder / f"{preset.name}.webp") for preset in PRESETS.values()]
times, cpu = [], []
for _ in range(rounds):
    before, begun = time.process_time(), time.perf_counter()
    render(source, targets)
    times.append((time.perf_counter() - begun) * 1000)
    cpu.append((time.process_time() - before) * 1000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"times": times, "cpu": cpu, "peak": peak}))
