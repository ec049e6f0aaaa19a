// "Show more" in place: the cards of the next page are put under those that are there. The address stays that of
// the first page; which pages were added is kept in the history, so that coming back shows them again.
import { announce } from "./announce.js";
import { markComing } from "./pictures.js";
import { relativeTimes } from "./times.js";

// `more` holds the link to the next page, and names the list in data-more.
export function moreInPlace(more) {
  const list = document.querySelector(more.dataset.more);
  const added = [];

  more.addEventListener("click", async (event) => {
    const link = event.target.closest("a[rel=next]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") === "true") return;
    const cards = await add(link.getAttribute("href"), link);
    if (!cards) return;
    remember();
    cards[0]?.querySelector("a")?.focus({ preventScroll: true });
    announce(`${cards.length} more ${cards.length === 1 ? more.dataset.noun : more.dataset.nounMany}`);
  });

  // Where one was is written down while one is there: when the page is left it is too late.
  let waiting = 0;
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(remember, 150);
  });
  document.addEventListener("click", remember, { capture: true });

  const before = history.state?.more;
  if (before?.pages.length) restore(before);

  function remember() {
    if (!added.length) return;
    history.replaceState({ ...history.state, more: { pages: [...added], top: scrollY } }, "");
  }

  // Gives the cards that were added; null where the page did not come, and then says so.
  async function add(url, link) {
    const skeletons = addSkeletons(list);
    link?.setAttribute("aria-busy", "true");
    more.querySelector("[role=alert]")?.remove();
    try {
      return show(await load(url), url);
    } catch {
      more.prepend(failure());
      return null;
    } finally {
      link?.removeAttribute("aria-busy");
      for (const one of skeletons) one.remove();
    }
  }

  function show(page, url) {
    const cards = [...page.querySelectorAll(`${more.dataset.more} > li`)].map((card) => document.adoptNode(card));
    list.append(...cards);
    for (const card of cards) {
      markComing(card);
      relativeTimes(card);
    }
    added.push(url);
    more.replaceChildren(...[page.querySelector("[data-more] a[rel=next]")].filter(Boolean));
    return cards;
  }

  async function restore({ pages, top }) {
    history.scrollRestoration = "manual";
    const skeletons = pages.flatMap(() => addSkeletons(list));
    scrollTo({ top, behavior: "instant" });
    const loaded = await Promise.allSettled(pages.map(load));
    for (const one of skeletons) one.remove();
    for (const [at, { status, value }] of loaded.entries()) {
      if (status === "rejected") break; // the link to that page is there
      show(value, pages[at]);
    }
    scrollTo({ top, behavior: "instant" });
    history.scrollRestoration = "auto";
  }
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function failure() {
  const words = document.createElement("p");
  words.className = "message error";
  words.setAttribute("role", "alert");
  words.textContent = "The next ones did not come. Check the connection, then try again.";
  return words;
}

// In the shape of what comes; as many as are on a page.
function addSkeletons(list, count = 24) {
  const made = Array.from({ length: count }, () => {
    const card = document.createElement("li");
    card.className = "card gig-card skeleton";
    card.setAttribute("aria-hidden", "true");
    const parts = [["span", "picture"], ["span", "line"], ["span", "line"]].map(([tag, name]) => {
      const part = document.createElement(tag);
      part.className = name;
      return part;
    });
    card.append(...parts);
    return card;
  });
  list.append(...made);
  return made;
}
