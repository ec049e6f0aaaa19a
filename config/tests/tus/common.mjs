// What the scripts beside this one share.
export const AT_ONCE = 3;
// Patient, for the connection is cut over and over: the count begins anew whenever something arrived.
export const PAUSES = Array.from({ length: 100 }, (_, tries) => Math.min(10 * tries, 200)); // ms

export async function input() {
  let text = "";
  for await (const part of process.stdin) text += part;
  return JSON.parse(text);
}

export function say(words) {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}
