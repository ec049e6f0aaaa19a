// Calls to the site's API, with the cookie of the page. What it refuses is thrown as a Problem.

export class Problem extends Error {
  constructor(document, retryAfter = null) {
    super(document.detail);
    this.status = document.status;
    this.code = document.code;
    this.errors = document.errors ?? [];
    this.retryAfter = retryAfter;
  }

  // One sentence for a person: the field's own words where there is a field.
  get words() {
    return this.errors.length ? this.errors.map((error) => error.detail).join(" ") : this.message;
  }
}

export const OFFLINE = { status: 0, code: "offline", detail: "The connection was lost. Check it, then try again." };

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

export function parseProblem(text, status) {
  try {
    const found = JSON.parse(text);
    if (found && typeof found.detail === "string") return { ...found, status };
  } catch {
    // Not a problem document: something between here and the site answered.
  }
  return { status, code: "error", detail: "Something went wrong. Try again in a moment." };
}

// method: GET, PUT …; body: a plain object, sent as JSON; more: other headers. Gives the parsed answer, or null where there is none.
export async function call(method, url, body, more = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...more };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(OFFLINE);
  }
  const text = await answer.text();
  if (!answer.ok) throw new Problem(parseProblem(text, answer.status), answer.headers.get("Retry-After"));
  return text ? JSON.parse(text) : null;
}
