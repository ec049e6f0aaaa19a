// Decisions one after the other: the next picture is there at once, the decision goes out behind it.
import { announce } from "../announce.js";
import { send } from "./send.js";

const SAID = { approve: "Approved", reject: "Rejected" };
const TAKEN = new Set([404, 409]); // the file is not there to be decided on, now or later
const LOCKED_OUT = new Set([401, 403]); // the login is over, or another one began since the page was loaded

export function startDesk({ list, stage, change, note, supply, onEmpty }) {
  const past = []; // what was done, the newest last: {row, before, doing, gone}
  let current = null;
  let pending = 0;

  function rows() {
    return [...list.children];
  }

  function go(row) {
    current?.removeAttribute("aria-current");
    current = row ?? null;
    current?.setAttribute("aria-current", "true");
    stage.show(current);
    stage.preload(current?.nextElementSibling);
    onEmpty(current === null, past.some(({ doing }) => doing === "skip"));
  }

  function move(by) {
    const all = rows();
    const to = all[all.indexOf(current) + by];
    if (to) go(to);
  }

  // Takes a row out of the list; what is shown is then the one after it.
  function takeOut(row, doing) {
    const step = { row, before: row.nextElementSibling, doing };
    past.push(step);
    const next = row === current ? (row.nextElementSibling ?? row.previousElementSibling) : current;
    row.remove();
    if (doing !== "skip") change(row.dataset.rank, -1);
    go(next);
    supply();
    return step;
  }

  function putBack({ row, before, doing }) {
    list.insertBefore(row, before?.parentNode === list ? before : list.firstChild);
    if (doing !== "skip") change(row.dataset.rank, 1);
  }

  function decide(row, doing, fields = {}) {
    if (!("mine" in row.dataset)) {
      announce("This one is not yours to decide.");
      return;
    }
    const url = row.querySelector(`[data-do=${doing}]`).action;
    const step = takeOut(row, doing);
    announce(`${SAID[doing]}: ${row.dataset.name}`);
    step.sent = inTurn(row, async () => {
      try {
        renew(row, await send(url, { seen: row.dataset.seen, ...fields }));
        return true;
      } catch (problem) {
        refused(step, problem);
        return false;
      }
    });
  }

  function refused(step, problem) {
    const at = past.indexOf(step);
    if (at >= 0) past.splice(at, 1);
    if (!TAKEN.has(problem.status) && !step.row.isConnected) {
      putBack({ ...step, before: current });
      if (!current) go(step.row);
    } else if (TAKEN.has(problem.status) && step.row.isConnected) {
      leave(step.row);
    }
    refuse(step.row, problem, "It could not be saved. Try again.");
  }

  function refuse(row, problem, otherwise) {
    note(row, problem.words ?? otherwise, { reload: LOCKED_OUT.has(problem.status) });
  }

  function leave(row) {
    change(row.dataset.rank, -1);
    const next = row === current ? (row.nextElementSibling ?? row.previousElementSibling) : current;
    row.remove();
    if (next !== current) go(next);
  }

  function undo() {
    const step = past.pop();
    if (!step) {
      announce("Nothing to undo.");
      return;
    }
    putBack(step);
    go(step.row);
    announce(`Undone: ${step.row.dataset.name}`);
    if (step.doing !== "skip") takeBack(step);
  }

  function takeBack({ row, sent }) {
    inTurn(row, async () => {
      if (!(await sent)) return; // it was refused: there is nothing to take back
      try {
        renew(row, await send(row.querySelector("[data-do=approve]").action.replace(/approve$/, "undo"), {}));
      } catch (problem) {
        if (row.isConnected) leave(row); // what was decided stands
        refuse(row, problem, "It could not be undone.");
      }
    });
  }

  // What is sent about one file goes out in the order in which it was done.
  function inTurn(row, work) {
    pending += 1;
    row.work = (row.work ?? Promise.resolve()).then(work).finally(() => {
      pending -= 1;
    });
    return row.work;
  }

  // After a step of ours the file's state has another number; its edits are those that were looked at.
  function renew(row, { serial }) {
    const [, revision] = row.dataset.seen.split("-");
    row.dataset.seen = `${serial}-${revision}`;
    const parts = [row, row.querySelector("template").content, ...(row === current ? [document.querySelector("[data-stage]")] : [])];
    for (const part of parts) {
      for (const field of part.querySelectorAll("input[name=seen]")) field.value = row.dataset.seen;
    }
    const box = row.querySelector("input[name=file]");
    if (box) box.value = `${row.dataset.file} ${row.dataset.seen}`;
  }

  return {
    go,
    move,
    undo,
    decide,
    skip: () => current && takeOut(current, "skip"),
    row: () => current,
    rowOf: (file) => rows().find((row) => row.dataset.file === file),
    refresh: () => (current ? stage.preload(current.nextElementSibling) : go(list.firstElementChild)),
    isBusy: () => pending > 0,
  };
}
