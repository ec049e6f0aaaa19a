// Times are told from now; the exact one is their title. Without this script they are plain dates.

const STEPS = [
  [60, "second"],
  [3600, "minute"],
  [86400, "hour"],
  [604800, "day"],
  [2629800, "week"],
  [31557600, "month"],
  [Infinity, "year"],
];
const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, month: 2629800, year: 31557600 };

export function relativeTimes(root) {
  const language = document.documentElement.lang;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
  for (const element of root.querySelectorAll("time[data-relative]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const seconds = (moment - Date.now()) / 1000;
    const [, unit] = STEPS.find(([limit, unit]) => Math.round(Math.abs(seconds) / SECONDS[unit]) * SECONDS[unit] < limit);
    element.textContent = relative.format(Math.round(seconds / SECONDS[unit]), unit);
    element.title = exact.format(moment);
  }
}
