// The eight presets by sharp at its defaults. Usage: node sizes.mjs INPUT OUTPUT_FOLDER ROUNDS
// Prints, as JSON, milliseconds of each round and the peak of resident memory in MB.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { resourceUsage } from "node:process";
import sharp from "sharp";

const [input, folder, rounds] = process.argv.slice(2);
const cover = [["thumb", 96, 96], ["avatar", 256, 256], ["card", 480, 360]];
const widths = [320, 640, 960, 1280, 1920];
sharp.cache(false);

async function round() {
  const data = await readFile(input);
  const one = (name, ...size) =>
    sharp(data).rotate().resize(...size).webp().toFile(join(folder, `${name}.webp`));
  await Promise.all([
    ...cover.map(([name, width, height]) => one(name, width, height)),
    ...widths.map((width) => one(`w${width}`, { width, withoutEnlargement: true })),
  ]);
}

const times = [], cpu = [];
for (let n = 0; n < Number(rounds); n += 1) {
  const before = resourceUsage(), begun = performance.now();
  await round();
  times.push(performance.now() - begun);
  const after = resourceUsage();
  cpu.push((after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1000);
}
console.log(JSON.stringify({ times, cpu, peak: resourceUsage().maxRSS / 1024, versions: sharp.versions }));
