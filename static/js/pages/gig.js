// A gig's pictures: the small ones lead to the large ones without moving the page; the lightbox.
import PhotoSwipeLightbox from "../../vendor/photoswipe/photoswipe-lightbox.esm.min.js";
import { announce } from "../lib/announce.js";

const gallery = document.querySelector("#gallery");
const strip = gallery.querySelector(".gallery-strip");
const frames = [...strip.children];
const thumbs = [...gallery.querySelectorAll(".gallery-thumbs a")];
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function show(at) {
  strip.scrollTo({ left: frames[at].offsetLeft - strip.offsetLeft, behavior: still ? "instant" : "smooth" });
}

for (const [at, thumb] of thumbs.entries()) {
  thumb.addEventListener("click", (event) => {
    event.preventDefault();
    show(at);
    announce(thumb.getAttribute("aria-label"));
  });
}

// Which picture is in view, whatever brought it there.
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const thumb = thumbs[frames.indexOf(target)];
      if (isIntersecting) thumb?.setAttribute("aria-current", "true");
      else thumb?.removeAttribute("aria-current");
    }
  },
  { root: strip, threshold: 0.6 },
);
for (const frame of frames) seen.observe(frame);

const lightbox = new PhotoSwipeLightbox({
  gallery: strip,
  children: ".gallery-link",
  pswpModule: () => import("../../vendor/photoswipe/photoswipe.esm.min.js"),
  bgOpacity: 1,
  showHideAnimationType: still ? "none" : "fade",
  showAnimationDuration: still ? 0 : 200,
  hideAnimationDuration: still ? 0 : 200,
  // The words of the page are the words of the lightbox.
  closeTitle: "Close",
  zoomTitle: "Zoom",
  arrowPrevTitle: "Previous picture",
  arrowNextTitle: "Next picture",
  errorMsg: "This picture did not come.",
});
lightbox.addFilter("itemData", (item) => {
  const image = item.element?.querySelector("picture img");
  return image ? { ...item, alt: image.alt, msrc: image.currentSrc } : item;
});
// The page behind shows the picture that was looked at last.
lightbox.on("change", () => show(lightbox.pswp.currIndex));
lightbox.init();
