// Pictures fade in over their placeholder. Those that are there already are left alone.

export function markComing(root) {
  for (const image of root.querySelectorAll(".picture picture img[loading=lazy]")) {
    if (image.complete) continue;
    const box = image.closest(".picture");
    const come = () => box.classList.remove("coming");
    box.classList.add("coming");
    image.addEventListener("load", come, { once: true });
    image.addEventListener("error", come, { once: true });
  }
}
