// What a draft still needs, as it is filled in.

// list: the checklist, absent where the gig is published; tiles(): the pictures that are in the gig now.
export function keepChecklist(list, tiles) {
  const lead = document.getElementById("missing-words");
  const done = {
    id_title: () => document.getElementById("id_title").value.trim() !== "",
    id_price: () => document.getElementById("id_price").value.trim() !== "",
    pictures: () => tiles().some((tile) => !tile.querySelector(".tile-verdict")),
  };

  function update() {
    const steps = [...list.querySelectorAll("[data-step]")];
    for (const step of steps) {
      const there = done[step.dataset.step]();
      step.classList.toggle("done", there);
      step.querySelector("[data-step-state]").textContent = there ? "there" : "missing";
    }
    const whole = steps.every((step) => step.classList.contains("done"));
    lead.textContent = whole ? "It has all that a published gig needs." : "Before it can be published it needs:";
  }

  if (!list) return () => {};
  document.getElementById("words").addEventListener("input", update);
  return update;
}
