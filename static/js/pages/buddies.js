// Pages with people who can be made one's favourites.
import { buddyButtons } from "../lib/buddy.js";

buddyButtons(document.getElementById("content"));
