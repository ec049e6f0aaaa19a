// Keys of one letter, which who likes can turn off: they must never act on what somebody types or says.

const OFF = "queue-keys-off";

export function keysAreOn() {
  return localStorage.getItem(OFF) === null;
}

export function turnKeys(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

// acts: functions by key, in lower case
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (document.querySelector("dialog[open]") || !keysAreOn()) return;
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
