// What is selected is counted; the buttons for all of it are there while there is anything.

export function startChoosing(form, list) {
  const words = form.querySelector("[data-chosen]");
  const boxes = () => [...list.querySelectorAll("input[name=file]")];

  function show() {
    const many = boxes().filter((box) => box.checked).length;
    words.textContent = many ? `${many} selected` : "None selected";
    form.classList.toggle("some", many > 0);
    for (const control of form.querySelectorAll("button, select, input[type=text]")) control.disabled = many === 0;
  }

  form.addEventListener("submit", (event) => {
    const reason = form.elements.reason;
    reason.setCustomValidity("");
    if (event.submitter?.value !== "reject" || reason.value) return;
    event.preventDefault();
    reason.setCustomValidity("Choose a reason first.");
    reason.reportValidity();
  });
  form.elements.reason.addEventListener("change", (event) => event.target.setCustomValidity(""));
  list.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  new MutationObserver(show).observe(list, { childList: true });
  show();

  return function toggle(row) {
    const box = row?.querySelector("input[name=file]");
    if (!box) return;
    box.checked = !box.checked;
    show();
  };
}
