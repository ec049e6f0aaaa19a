// The forms of accounts.
import { announce } from "../lib/announce.js";
import { revealPasswords } from "../lib/reveal.js";

revealPasswords(document);

// A download leaves the page as it is, so nothing else tells that it has begun.
for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", () => announce("Your download begins."));
}
