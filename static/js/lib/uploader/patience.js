// What the network lost goes on when it is back: when the browser says so, or a pause is over, since browsers notice
// few losses.

const PAUSES = [1000, 2000, 4000, 8000, 16_000, 30_000]; // ms

// attempt(): sends; onLost(goOn): it was lost, and goOn() tries again at once. Gives what the attempt gives; throws what
// is no loss, or what was lost when the signal says that nobody waits for it.
export async function untilThere(attempt, { onLost, signal }) {
  for (let losses = 0; ; losses += 1) {
    try {
      return await attempt();
    } catch (problem) {
      if (problem.status !== 0) throw problem;
      if (!signal.aborted) await back(PAUSES[Math.min(losses, PAUSES.length - 1)], { onLost, signal });
      if (signal.aborted) throw problem;
    }
  }
}

async function back(pause, { onLost, signal }) {
  const over = new AbortController();
  const once = { once: true, signal: over.signal };
  await new Promise((goOn) => {
    const timer = setTimeout(goOn, pause);
    over.signal.addEventListener("abort", () => clearTimeout(timer));
    window.addEventListener("online", goOn, once);
    signal.addEventListener("abort", goOn, once);
    onLost(goOn);
  });
  over.abort();
}
