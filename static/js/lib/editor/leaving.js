// Leaving the editor: at once where nothing was changed, else after asking.

// parts: the dialog's elements by name. changed: whether something would be lost. leave: closes the dialog.
export function askBeforeLeaving(dialog, parts, { changed, leave }, signal) {
  const on = (target, type, listen) => target.addEventListener(type, listen, { signal });
  let before = null;
  const keep = () => {
    parts.ask.hidden = true;
    before?.focus();
  };
  const wish = () => {
    if (!changed()) return leave();
    if (parts.ask.hidden) before = document.activeElement;
    parts.ask.hidden = false;
    parts.keep.focus();
  };
  on(parts.cancel, "click", wish);
  on(parts.keep, "click", keep);
  on(parts.discard, "click", leave);
  on(dialog, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (parts.ask.hidden) wish();
    else keep();
  });
  // A phone's way back, which is no key.
  on(dialog, "cancel", (event) => {
    event.preventDefault();
    wish();
  });
  on(window, "beforeunload", (event) => {
    if (changed()) event.preventDefault();
  });
}
