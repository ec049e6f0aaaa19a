// Where uploads stand that were cut off, kept in this browser from page to page, for each person apart. What is
// remembered of a file is a hash, so that a file that only looks the same never goes on where another stopped.
import { person } from "../session.js";

const SPACE = "upload ";
const KEPT = 7 * 24 * 3600 * 1000; // ms; the site itself forgets sooner

// The memory of one upload, held by this page alone until it is let go. about: a plain object that tells uploads of the
// same bytes apart. It remembers nothing past this page where the same upload is under way already, or where browsers
// offer no hashes and locks: on pages that came without TLS.
export async function memoryOf(file, about) {
  const name = person() && (await nameOf(file, about));
  const release = name && (await hold(name));
  return new Memory(release ? name : "", release || (() => {}));
}

// To be called when somebody signs out.
export function forgetAll() {
  for (const name of names()) localStorage.removeItem(name);
}

class Memory {
  constructor(name, release) {
    Object.assign(this, { name, release });
    this.url = name ? read(name)?.url : null;
  }

  keep(url) {
    this.url = url;
    if (this.name) write(this.name, { url, at: Date.now() });
  }

  forget() {
    this.url = null;
    if (this.name) write(this.name, null);
  }

  // Forgets it, and lets others begin the same.
  end() {
    this.forget();
    this.release();
  }
}

async function nameOf(file, about) {
  const bytes = crypto.subtle && navigator.locks && (await file.arrayBuffer().catch(() => null));
  if (!bytes) return "";
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${SPACE}${person()} ${new URLSearchParams(about)} ${hex}`;
}

// Gives a function that ends it, or null where another page, or this one, holds it.
function hold(name) {
  return new Promise((resolve) => {
    const held = (lock) => new Promise((release) => resolve(lock && release));
    navigator.locks.request(name, { ifAvailable: true }, held).catch(() => resolve(null));
  });
}

function read(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return found && Date.now() - found.at < KEPT ? found : null;
  } catch {
    return null; // no storage, or not our words
  }
}

function write(name, value) {
  try {
    for (const old of names()) if (!read(old)) localStorage.removeItem(old);
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch {
    // No storage, or a full one: it goes on as long as this page is open.
  }
}

function names() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(SPACE));
  } catch {
    return [];
  }
}
