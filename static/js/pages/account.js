// The forms of accounts.
import { announce } from "../lib/announce.js";
import { askBeforeLeaving, unsentWords } from "../lib/leaving.js";
import { revealPasswords } from "../lib/reveal.js";

revealPasswords(document);

const profile = document.getElementById("profile-form");
if (profile) askBeforeLeaving(unsentWords(profile));

// A download leaves the page as it is, so nothing else tells that it has begun.
for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", () => announce("Your download begins."));
}
