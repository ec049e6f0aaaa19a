// The moderation queue by keys: one big picture after the other, decided on without waiting.
import { announce } from "../lib/announce.js";
import { askBeforeLeaving } from "../lib/leaving.js";
import { startChoosing } from "../lib/queue/choosing.js";
import { startCounts } from "../lib/queue/counts.js";
import { startDesk } from "../lib/queue/desk.js";
import { keysAreOn, listen, turnKeys } from "../lib/queue/keys.js";
import { startNotes } from "../lib/queue/notes.js";
import { startReasons } from "../lib/queue/reasons.js";
import { startStage } from "../lib/queue/stage.js";
import { startSupply } from "../lib/queue/supply.js";
import { relativeTimes } from "../lib/times.js";

const page = document.querySelector("[data-queue]");
const list = page.querySelector("[data-rows]");
relativeTimes(page);
if (list) start();

function start() {
  const find = (name) => page.querySelector(`[data-${name}]`);
  const supply = startSupply(list, find("pages"), () => desk.refresh());
  const desk = startDesk({
    list,
    stage: startStage(find("stage")),
    change: startCounts(find("counts")),
    note: startNotes(find("notes")),
    supply: () => supply(() => announce("The next pictures did not come. Use the link to the next page.")),
    onEmpty: (nothing, skipped) => {
      const waits = nothing && find("pages").querySelector("a[rel=next]");
      find("empty").hidden = !nothing || Boolean(waits);
      find("all-done").hidden = skipped;
      find("some-skipped").hidden = !skipped;
      find("next-ones").hidden = nothing;
    },
  });
  const walk = { j: () => desk.move(1), k: () => desk.move(-1), arrowright: () => desk.move(1), arrowleft: () => desk.move(-1) };
  list.addEventListener("click", (event) => {
    const look = event.target.closest("[data-look]");
    if (!look || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    desk.go(look.closest("li"));
    find("stage").querySelector("h2").focus();
  });
  desk.go(list.firstElementChild);
  desk.refresh();
  if ("decides" in page.dataset) listen({ ...walk, ...deciding(desk, find) });
  else listen(walk);
  askBeforeLeaving(desk.isBusy);
}

// What a moderator can do, by keys and by buttons.
function deciding(desk, find) {
  const ask = startReasons(find("reasons"));
  const toggle = startChoosing(document.getElementById("bulk"), list);
  const approve = () => desk.row() && desk.decide(desk.row(), "approve");
  const reject = () => {
    const row = desk.row();
    if (row) ask((fields) => desk.decide(row, "reject", fields));
  };

  page.addEventListener("submit", (event) => {
    const { do: doing } = event.target.dataset;
    if (doing !== "approve" && doing !== "reject") return;
    const row = desk.rowOf(event.target.closest("[data-file]").dataset.file);
    if (!row) return;
    event.preventDefault();
    const fields = doing === "reject" ? { reason: event.target.elements.reason.value, note: event.target.elements.note.value } : {};
    desk.decide(row, doing, fields);
  });
  page.addEventListener("click", (event) => {
    if (event.target.closest("[data-skip]")) desk.skip();
    if (event.target.closest("[data-undo]")) desk.undo();
    if (!event.target.closest("[data-stage] details.reject > summary")) return;
    event.preventDefault();
    reject();
  });

  return { a: approve, r: reject, s: desk.skip, z: desk.undo, x: () => toggle(desk.row()), "?": help(find) };
}

function help(find) {
  const dialog = find("keys");
  const on = dialog.querySelector("[data-keys-on]");
  on.checked = keysAreOn();
  on.addEventListener("change", () => turnKeys(on.checked));
  find("help").hidden = false;
  find("help").addEventListener("click", () => dialog.showModal());
  return () => dialog.showModal();
}
