// Decisions, sent behind the page. What is refused is thrown as a Problem.
import { OFFLINE, Problem, csrfToken, parseProblem } from "../api.js";

const LOGGED_OUT = { status: 401, code: "not_authenticated", detail: "You are logged out." };

// fields: a plain object. Gives the answer's document.
export async function send(url, fields) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive: true });
  } catch {
    throw new Problem(OFFLINE);
  }
  if (answer.redirected) throw new Problem(LOGGED_OUT); // to the form for logging in
  const text = await answer.text();
  if (!answer.ok) throw new Problem(parseProblem(text, answer.status));
  return JSON.parse(text);
}
