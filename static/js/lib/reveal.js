// A button beside each password that shows what was typed, and hides it again before the form is sent.

export function revealPasswords(root) {
  for (const input of root.querySelectorAll("input[type=password]")) {
    const row = document.createElement("div");
    const button = document.createElement("button");
    row.className = "revealing";
    button.className = "button";
    button.type = "button";
    button.textContent = "Show";
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", "Show password");
    input.replaceWith(row);
    row.append(input, button);

    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // Browsers keep what was typed into text for suggestions.
    input.form.addEventListener("submit", () => show(false));
  }
}
