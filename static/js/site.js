// What every page has: pictures that fade in and are asked for again, menus that close, buttons that show that they work, times.
import { askAgain } from "./lib/late.js";
import { markComing } from "./lib/pictures.js";
import { relativeTimes } from "./lib/times.js";
import { forgetAll } from "./lib/uploader/memory.js";

markComing(document);
askAgain(document);
relativeTimes(document);

// Menus are <details>: they close with Escape, and when something else is touched.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Who signs out leaves nothing in this browser.
document.querySelector("form[data-log-out]")?.addEventListener("submit", forgetAll);

// A form that is on its way says so, and is not sent twice. Where a script takes the form over, it prevents this.
let sent = null;
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method === "get") return;
  if ("download" in event.target.dataset) return; // no other page comes to end it
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-busy", "true");
  sent = button;
});
// Somebody chose to stay when asked, or stopped the way to the next page: the form may be sent again.
window.navigation?.addEventListener("navigateerror", () => sent?.removeAttribute("aria-busy"));
// Coming back to a page that the browser kept, nothing is on its way any more.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});
