// The button that makes a person a favourite: done in place, and the same button takes it back.
import { announce } from "./announce.js";
import { Problem, call } from "./api.js";

const WORDS = { true: "Buddy", false: "Add buddy" };

function showState(form, chosen) {
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", String(chosen));
  button.querySelector("[data-words]").textContent = WORDS[chosen];
  form.action = chosen ? form.dataset.remove : form.dataset.add;
}

function showError(form, words) {
  let line = form.querySelector(".error");
  if (!line && !words) return;
  if (!line) {
    line = document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    form.append(line);
  }
  line.textContent = words;
  line.hidden = !words;
}

async function toggle(form) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  const chosen = button.getAttribute("aria-pressed") !== "true";
  const { buddy, name } = form.dataset;
  button.setAttribute("aria-busy", "true");
  showError(form, "");
  try {
    await call(chosen ? "PUT" : "DELETE", `/api/buddies/${encodeURIComponent(buddy)}`);
    showState(form, chosen);
    announce(chosen ? `${name} is one of your buddies now.` : `${name} is no longer one of your buddies.`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Sent as a plain form, it leads to where one logs in.
    if (error.status === 401) form.submit();
    else showError(form, error.words);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

export function buddyButtons(root) {
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-buddy]")) return;
    event.preventDefault();
    toggle(event.target);
  });
}
