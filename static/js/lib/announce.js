// Says something to people who listen to the page.

export function announce(words) {
  const region = document.getElementById("announcer");
  // The same words twice are said twice only when the region was empty in between.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = words;
  }, 50);
}
