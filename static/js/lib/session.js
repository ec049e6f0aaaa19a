// Who the page was made for, and the token that its requests carry.

export function person(root = document) {
  return root.querySelector("meta[name=person]")?.content ?? "";
}

// Signing in anew, as in another tab, ends the token of this page. Gives whether there is a fresh one: never that of
// somebody else, in whose name nothing may be done from here.
export async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!person() || person(fresh) !== person()) return false;
  const token = (root) => root.querySelector("meta[name=csrf-token]");
  if (token(fresh).content === token(document).content) return false;
  token(document).content = token(fresh).content;
  return true;
}
