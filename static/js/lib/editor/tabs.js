// Tabs as the ARIA practices describe them: one tab stop, arrow keys between them.

export class Tabs {
  #tabs;
  #chosen;

  constructor(list, chosen, signal) {
    this.#tabs = [...list.querySelectorAll("[role=tab]")];
    this.#chosen = chosen;
    list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=tab]")), { signal });
    list.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  choose(tool) {
    this.#choose(this.#tabs.find((tab) => tab.dataset.tool === tool));
  }

  #key(event) {
    const here = this.#tabs.indexOf(document.activeElement);
    const last = this.#tabs.length - 1;
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = this.#tabs.at(next > last ? 0 : next);
    this.#choose(tab);
    tab.focus();
  }

  #choose(tab) {
    if (!tab) return;
    for (const other of this.#tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
    }
    this.#chosen(tab.dataset.tool);
  }
}
