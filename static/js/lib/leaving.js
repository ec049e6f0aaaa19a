// Who leaves a page with something unfinished is asked first.

export function askBeforeLeaving(isUnfinished) {
  window.addEventListener("beforeunload", (event) => {
    if (isUnfinished()) event.preventDefault();
  });
}

// Whether a form holds words that were not sent. Sending it settles that.
export function unsentWords(form) {
  const written = () => new URLSearchParams(new FormData(form)).toString();
  let before = written();
  form.addEventListener("submit", () => {
    before = written();
  });
  return () => written() !== before;
}
