// Leafing through the pictures of a card: by swiping on touch, by moving the mouse across it. The pictures after the
// cover are in data-strip, and are not loaded before somebody looks.

const touch = matchMedia("(hover: none)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

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
  byMouse(list);
  byTouch(list);
}

function byMouse(list) {
  list.addEventListener("pointermove", (event) => {
    const box = event.pointerType === "mouse" && boxAt(event.target);
    if (!box) return;
    const strip = unfold(box);
    const { left, width } = box.getBoundingClientRect();
    show(strip, Math.floor(((event.clientX - left) / width) * strip.childElementCount), "instant");
  });
  list.addEventListener("pointerout", (event) => {
    const box = event.pointerType === "mouse" && boxAt(event.target);
    if (!box || boxAt(event.relatedTarget) === box) return;
    const strip = box.querySelector(".gig-card-strip");
    if (strip) show(strip, 0, "instant");
  });
}

// The finger is on the card's link, whose touch-action leaves sideways moves to us; a tap stays a tap.
function byTouch(list) {
  let swipe = null;
  list.addEventListener("pointerdown", (event) => {
    const box = event.pointerType === "touch" && boxAt(event.target);
    if (!box || event.clientY > box.getBoundingClientRect().bottom) return;
    const strip = unfold(box);
    swipe = { id: event.pointerId, strip, from: event.clientX, left: strip.scrollLeft };
  });
  list.addEventListener("pointermove", (event) => {
    if (event.pointerId !== swipe?.id) return;
    swipe.strip.scrollLeft = swipe.left + swipe.from - event.clientX;
  });
  const end = (event) => {
    if (event.pointerId !== swipe?.id) return;
    const { strip, left } = swipe;
    swipe = null;
    const moved = (strip.scrollLeft - left) / strip.clientWidth;
    // A short swipe is enough for the next one.
    const step = Math.abs(moved) > 0.15 ? Math.sign(moved) : 0;
    show(strip, Math.round(left / strip.clientWidth) + step, still.matches ? "instant" : "smooth");
  };
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);
}

function show(strip, at, behavior) {
  strip.scrollTo({ left: at * strip.clientWidth, behavior });
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
