// One file: its look is changed in a dialog; a link to share is made in place and copied.
import { announce } from "../lib/announce.js";
import { Problem, call } from "../lib/api.js";
import { openEditor } from "../lib/editor/editor.js";
import { askBeforeLeaving, unsentWords } from "../lib/leaving.js";

const fileId = document.querySelector("[data-file]").dataset.file;
editing(document.querySelector("[data-edit]"));
askBeforeLeaving(unsentWords(document.getElementById("words-form")));

const section = document.getElementById("share");
const place = section.querySelector("[data-shared]");
if (place) sharing(section.querySelector("form"), place);

// The dialog does what the folded numbers of the form do, and better.
function editing(button) {
  button.hidden = false;
  document.getElementById("edits").hidden = true;
  button.addEventListener("click", async () => {
    if (await openEditor({ fileId })) location.reload();
  });
}

function sharing(form, place) {
  const link = place.querySelector("input");
  const copy = place.querySelector("[data-copy]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    try {
      const seconds = Number(new FormData(form).get("expires_in"));
      const made = await call("POST", `/api/upload/${fileId}/share`, { expires_in: seconds });
      show(new URL(made.url, location.href).href, made.expires_at);
      tell(form, "");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell(form, error.words);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  function show(url, ends) {
    const time = place.querySelector("time");
    const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    link.value = url;
    time.dateTime = ends;
    time.textContent = words.format(new Date(ends));
    place.hidden = false;
    link.focus();
    link.select();
    announce("The link is ready.");
  }

  // Only where the browser lets pages write to the clipboard (secure addresses).
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.value);
        announce("The link was copied.");
        copy.textContent = "Copied";
        setTimeout(() => {
          copy.textContent = "Copy the link";
        }, 2000);
      } catch {
        link.select();
        announce("The link is selected: copy it with your keyboard.");
      }
    });
  }
}

function tell(form, words) {
  let message = form.querySelector("[data-refused]");
  if (!message) {
    message = document.createElement("p");
    message.className = "message error";
    message.setAttribute("role", "alert");
    message.dataset.refused = "";
    form.prepend(message);
  }
  message.textContent = words;
  message.hidden = !words;
}
