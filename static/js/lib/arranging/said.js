// One message over the tiles, with at most one button. It stays until the next one.

export class Said {
  constructor(box) {
    this.box = box;
  }

  clear() {
    this.box.replaceChildren();
  }

  // kind: "", "success", "error" …; action: {words, run}. The button takes the focus where `focus` asks for it.
  say(words, { kind = "", action = null, focus = false } = {}) {
    const line = document.createElement("p");
    line.className = `message ${kind}`;
    line.append(words);
    if (action) line.append(this.button(action));
    this.box.replaceChildren(line);
    if (focus) line.querySelector("button").focus();
  }

  button({ words, run }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "linklike";
    button.textContent = words;
    button.addEventListener("click", () => {
      this.clear();
      run();
    });
    return button;
  }
}
