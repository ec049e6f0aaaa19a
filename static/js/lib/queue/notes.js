// What did not go as it looked: words that stay until somebody takes them away. They take no focus.

export function startNotes(region) {
  // reload: whether nothing more can be done before the page is loaded anew, and with it a login is asked for
  return function note(row, words, { reload = false } = {}) {
    const line = document.createElement("p");
    line.className = "message error";
    const text = document.createElement("span");
    text.textContent = `${row.dataset.name}: ${words} `;
    const link = document.createElement("a");
    link.href = reload ? location.href : row.querySelector("[data-look]").href;
    link.textContent = reload ? "Load the queue anew to go on" : "Look at it";
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button quiet";
    away.textContent = "Dismiss";
    away.addEventListener("click", () => line.remove());
    text.append(link);
    line.append(text, away);
    region.append(line);
  };
}
