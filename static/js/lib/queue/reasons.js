// The question why: a list whose digits answer it, and a note for the owner if there is something to say.

export function startReasons(dialog) {
  const note = dialog.querySelector("[data-note]");
  const buttons = [...dialog.querySelectorAll("[data-reason]")];
  let answer = null;

  // Until the next frame the focus stays in a closed dialog, and what is typed meanwhile would still come here.
  function choose(button) {
    document.activeElement?.blur();
    dialog.close();
    answer({ reason: button.value, note: note.value.trim() });
  }

  for (const button of buttons) button.addEventListener("click", () => choose(button));
  dialog.addEventListener("keydown", (event) => {
    if (!dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target === note) return;
    const button = buttons[Number(event.key) - 1];
    if (button) {
      event.preventDefault();
      choose(button);
    } else if (event.key.toLowerCase() === "n") {
      event.preventDefault();
      note.focus();
    }
  });

  // then: called with {reason, note}; not called when the question is closed
  return function ask(then) {
    answer = then;
    note.value = "";
    dialog.showModal();
    buttons[0].focus();
  };
}
