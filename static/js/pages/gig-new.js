// The page that begins a gig.
import { askBeforeLeaving, unsentWords } from "../lib/leaving.js";

askBeforeLeaving(unsentWords(document.getElementById("words")));
