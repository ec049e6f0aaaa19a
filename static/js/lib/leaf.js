// Leafing through the pictures of a card: by swiping on touch, by moving the mouse across it. The pictures after the
// cover are in data-strip, and are not loaded before somebody looks.

const touch = matchMedia("(hover: none)");

export function leafThrough(list) {
  if (!list) return;
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      if (touch.matches) unfold(target);
    }
  });
  const watch = () => {
    for (const box of list.querySelectorAll("[data-strip]:not([data-watched])")) {
      box.dataset.watched = "";
      seen.observe(box);
    }
  };
  watch();
  new MutationObserver(watch).observe(list, { childList: true });

  list.addEventListener("pointermove", (event) => {
    const box = event.pointerType === "mouse" && boxAt(event.target);
    if (!box) return;
    const strip = unfold(box);
    const { left, width } = box.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * strip.childElementCount);
    strip.scrollTo({ left: at * strip.clientWidth, behavior: "instant" });
  });
  list.addEventListener("pointerout", (event) => {
    const box = event.pointerType === "mouse" && boxAt(event.target);
    if (!box || boxAt(event.relatedTarget) === box) return;
    box.querySelector(".gig-card-strip")?.scrollTo({ left: 0, behavior: "instant" });
  });
  // On touch the pictures lie above the card's link.
  list.addEventListener("click", (event) => {
    if (event.target.closest(".gig-card-strip")) event.target.closest(".card").querySelector(".cover-link").click();
  });
}

function boxAt(target) {
  return target?.closest?.(".card")?.querySelector("[data-strip]") ?? null;
}

// Gives the strip of a card, made when it is first wanted.
function unfold(box) {
  const made = box.querySelector(".gig-card-strip");
  if (made) return made;
  const strip = document.createElement("div");
  strip.className = "gig-card-strip";
  strip.append(...box.children, ...box.dataset.strip.split(" ").map(page));
  const dots = document.createElement("div");
  dots.className = "gig-card-dots";
  dots.setAttribute("aria-hidden", "true");
  dots.append(...Array.from(strip.children, () => document.createElement("span")));
  box.append(strip, dots);
  const mark = () => {
    const at = Math.round(strip.scrollLeft / strip.clientWidth);
    for (const [place, dot] of [...dots.children].entries()) dot.classList.toggle("on", place === at);
  };
  strip.addEventListener("scroll", mark);
  mark();
  return strip;
}

function page(url) {
  const box = document.createElement("span");
  box.className = "picture";
  const picture = document.createElement("picture");
  const image = document.createElement("img");
  Object.assign(image, { loading: "lazy", decoding: "async", width: 480, height: 360, alt: "", src: url });
  picture.append(image);
  box.append(picture);
  return box;
}
