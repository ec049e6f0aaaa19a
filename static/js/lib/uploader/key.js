// Keys by which the site knows that two requests are one (Idempotency-Key).

// Random enough for a key; crypto.randomUUID is absent where a page came without TLS.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
