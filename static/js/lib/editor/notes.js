// What the dialog says: that it loads or saves, what went wrong, and, to people who listen, what changed.

export class Notes {
  #dialog;
  #parts;
  #timer = 0;

  constructor(dialog, parts) {
    this.#dialog = dialog;
    this.#parts = parts;
  }

  get busy() {
    return this.#parts.save.getAttribute("aria-busy") === "true";
  }

  clear() {
    clearTimeout(this.#timer);
    this.#parts.said.textContent = "";
    this.#parts.wait.textContent = "";
    this.#parts.ask.hidden = true;
    this.#failed("");
    this.#working(false);
    this.#usable(false);
  }

  loading() {
    this.#failed("");
    this.#usable(false);
    this.#parts.wait.textContent = "The picture is on its way…";
  }

  ready() {
    this.#parts.wait.textContent = "";
    this.#usable(true);
  }

  notLoaded(problem) {
    this.#parts.wait.textContent = "";
    this.#failed(problem.words ?? "The picture could not be shown.");
    this.#parts.again.hidden = false;
  }

  saving() {
    this.#failed("");
    this.#working(true);
  }

  // show(tool): opens the panel with what was refused.
  notSaved(problem, show) {
    this.#working(false);
    this.#failed(problem.words ?? "Something went wrong. Try again in a moment.");
    const fields = (problem.errors ?? []).map(({ field }) => this.#field(field)).filter(Boolean);
    for (const field of fields) field.setAttribute("aria-invalid", "true");
    if (!fields.length) return;
    show("words");
    fields[0].focus();
  }

  // The page's own announcer is out of reach while the dialog is open. Said when things have come to rest.
  say(words) {
    clearTimeout(this.#timer);
    this.#parts.said.textContent = "";
    this.#timer = setTimeout(() => {
      this.#parts.said.textContent = words;
    }, 400);
  }

  #field(name) {
    return ["alt_text", "caption"].includes(name) ? this.#dialog.querySelector(`[name=${name}]`) : null;
  }

  #failed(words) {
    this.#parts.again.hidden = true;
    this.#parts["error-words"].textContent = words;
    this.#parts.error.hidden = !words;
    if (words) return;
    for (const field of this.#dialog.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  #working(on) {
    this.#parts.save.setAttribute("aria-busy", String(on));
    this.#dialog.querySelector(".editor-tools").inert = on;
    this.#parts.stage.inert = on;
  }

  #usable(on) {
    this.#parts.view.hidden = !on;
    this.#dialog.querySelector(".editor-tools").inert = !on;
    this.#parts.stage.setAttribute("aria-busy", String(!on));
    this.#parts.save.setAttribute("aria-disabled", String(!on));
  }
}
