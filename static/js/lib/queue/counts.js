// How many wait, in all and of the urgent kinds: the numbers move with each decision.

export function startCounts(element) {
  const total = element.querySelector("[data-total-shown]");
  const endless = Boolean(element.dataset.more); // more than were counted

  function move(span, by) {
    if (span) span.textContent = String(Math.max(0, Number(span.textContent) + by));
  }

  // rank: of a file; by: 1 or -1
  return function change(rank, by) {
    if (!endless) move(total, by);
    move(element.querySelector(`[data-rank-count="${rank}"]`), by);
  };
}
