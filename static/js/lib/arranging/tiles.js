// A picture's tile on the page that makes a gig: the same markup as the server writes.
import { call } from "../api.js";

const ASKED_AGAIN = [1000, 2000, 4000, 8000, 16000]; // ms

export function newTile(answer) {
  const tile = document.getElementById("tile").content.firstElementChild.cloneNode(true);
  tile.dataset.fileId = answer.file_id;
  tile.querySelector("[name=file_id]").value = answer.file_id;
  tile.querySelector("[data-edit]").href = `/files/${answer.file_id}/?next=${encodeURIComponent(location.pathname)}`;
  return tile;
}

// Shows one address in place of whatever the tile's picture had; gives a promise of its having come.
export function showPicture(tile, url) {
  const image = tile.querySelector(".tile-picture picture img");
  const fresh = image.cloneNode();
  for (const name of ["srcset", "sizes", "loading"]) fresh.removeAttribute(name);
  fresh.src = url;
  return fresh.decode().then(
    () => {
      image.closest("picture").replaceChildren(fresh);
      tile.querySelector(".placeholder")?.remove();
      return true;
    },
    () => false,
  );
}

export function showWords(tile, altText) {
  const words = tile.querySelector("[data-alt]");
  tile.querySelector(".tile-picture picture img").alt = altText;
  words.textContent = altText || "No description yet";
  words.classList.toggle("nudge", !altText);
}

// Shows the server's own small picture as soon as it is made; until then what is there stays.
export async function showWhenRendered(tile) {
  for (const wait of ASKED_AGAIN) {
    const file = await call("GET", `/api/upload/${tile.dataset.fileId}/metadata`).catch(() => null);
    const card = file?.renditions.card;
    if (card?.url.includes("/card.")) return showPicture(tile, card.url);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return false;
}

// Places, the cover, and which buttons lead anywhere.
export function number(tiles) {
  tiles.forEach((tile, place) => {
    tile.querySelector("[data-place]").textContent = place === 0 ? "Cover" : place + 1;
    tile.querySelector("[data-number]").textContent = place + 1;
    const button = (name) => tile.querySelector(`button[value=${name}]`);
    button("earlier").disabled = button("cover").disabled = place === 0;
    button("later").disabled = place === tiles.length - 1;
  });
}
