// Further rows, fetched before those of the page run out.
import { relativeTimes } from "../times.js";

const FEW = 8;

export function startSupply(list, pages, onCome) {
  let fetching = null;

  // Fetches the next page where few rows are left; `failed` says why where it did not come.
  return function supply(failed) {
    const link = pages.querySelector("a[rel=next]");
    if (!link || fetching || list.children.length > FEW) return;
    fetching = load(link.href)
      .then((page) => {
        const known = new Set([...list.children].map((row) => row.dataset.file));
        const rows = [...page.querySelectorAll("[data-rows] > li")].filter((row) => !known.has(row.dataset.file));
        list.append(...rows.map((row) => document.adoptNode(row)));
        relativeTimes(list);
        const further = page.querySelector("[data-pages] a[rel=next]");
        if (further) link.replaceWith(document.adoptNode(further));
        else link.remove();
        fetching = null;
        onCome();
      })
      .catch(() => {
        fetching = null;
        failed();
      });
  };
}

export async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
