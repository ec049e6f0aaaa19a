// Grids of gigs: the next page comes in place; cards are leafed through; choosing an order shows it at once.
import { leafThrough } from "../lib/leaf.js";
import { moreInPlace } from "../lib/more.js";

const more = document.querySelector("[data-more]");
if (more) moreInPlace(more);
leafThrough(document.querySelector("#gigs"));

const form = document.querySelector("#filters");
form?.elements.ordering.addEventListener("change", () => form.requestSubmit());

// Fields that say nothing stay out of the address.
form?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
