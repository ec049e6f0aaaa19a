// The picture editor: crop, turn, colours, focal point, words. Its markup is templates/parts/editor.html.
import { call } from "../api.js";
import { RATIOS, cutSize, frameOf, reset, sharesOf, turned, withAspect, withFilter, withFrame } from "./changes.js";
import { Controls } from "./controls.js";
import { cropFrame } from "./crop.js";
import { sameEdits, sameFocal } from "./edits.js";
import { chosenPoint, drawDot, focalDot, seenPoint } from "./focal.js";
import { History } from "./history.js";
import { askBeforeLeaving } from "./leaving.js";
import { Notes } from "./notes.js";
import { Preview } from "./preview.js";
import { Saved } from "./saving.js";
import { Tabs } from "./tabs.js";

// Edits one of the person's own files. Resolves to its FileMetadata after saving, or to null where it was cancelled
// (or is open already). `aspects` are the shapes that may be chosen, of "free", "1:1" and "4:3"; `aspect` is the one to
// start with: the frame takes that shape at once.
export function openEditor({ fileId, aspects = Object.keys(RATIOS), aspect = aspects[0], title = "Edit picture" }) {
  const dialog = document.getElementById("editor");
  if (dialog.open) return Promise.resolve(null);
  return new Promise((resolve) => new Editor(dialog, { fileId, aspects, aspect, title }, resolve).open());
}

class Editor {
  #dialog;
  #options;
  #parts;
  #form;
  #stop = new AbortController();
  #saved = null;
  #opening = null;
  #history = null;
  #tool = "crop";

  constructor(dialog, options, resolve) {
    this.#dialog = dialog;
    this.#options = options;
    const named = [...dialog.querySelectorAll("[data-editor]")];
    this.#parts = Object.fromEntries(named.map((element) => [element.dataset.editor, element]));
    this.#form = dialog.querySelector("form");
    this.notes = new Notes(dialog, this.#parts);
    this.preview = new Preview(this.#parts);
    this.#listen(resolve);
  }

  open() {
    this.#parts.title.textContent = this.#options.title;
    this.#form.reset();
    this.notes.clear();
    this.controls.offer(this.#options.aspects);
    this.tabs.choose("crop");
    this.#dialog.showModal();
    this.#parts.title.focus();
    this.#load();
  }

  #listen(resolve) {
    const { signal } = this.#stop;
    const parts = this.#parts;
    const on = (target, type, listen) => target.addEventListener(type, listen, { signal });
    const done = () => this.#history?.seal();
    this.controls = new Controls(this.#dialog, this.#wishes(done), signal);
    this.tabs = new Tabs(parts.tabs, (tool) => this.#choose(tool), signal);
    const frame = { get: () => this.#frame(), set: (box, kind) => this.#cut(box, kind), done };
    cropFrame(parts, frame, signal);
    const active = () => this.#tool === "focus" && Boolean(this.#history);
    const get = () => seenPoint(this.#history.state, this.preview.part);
    focalDot(parts, { active, get, set: (point, kind) => this.#aim(point, kind), done }, signal);
    const ways = { changed: () => this.#changed(), leave: () => this.#dialog.close() };
    askBeforeLeaving(this.#dialog, parts, ways, signal);
    on(parts.again, "click", () => this.#load());
    on(parts.undo, "click", () => this.#undo());
    on(this.#dialog, "keydown", (event) => this.#key(event));
    on(this.#dialog, "close", () => this.#end(resolve));
    on(this.#form, "submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    const sizes = new ResizeObserver(() => this.#draw());
    sizes.observe(parts.stage);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  #wishes(done) {
    const size = () => this.preview.size;
    return {
      aspect: (aspect) => this.#change((state) => withAspect(state, aspect, size())),
      turn: (way) => this.#change((state) => turned(state, way, size())),
      frame: (change) => {
        const { box, shares } = this.#frame();
        this.#cut(change(box, shares), null);
      },
      filter: (name, value, kind) => this.#change((state) => withFilter(state, name, value), kind),
      focal: (side, value) => {
        const point = seenPoint(this.#history.state, this.preview.part);
        this.#aim({ ...point, [side]: value }, `focal ${side}`);
      },
      reset: (what) => this.#change((state) => reset(state, what, size())),
      done,
    };
  }

  async #load() {
    this.notes.loading();
    try {
      const metadata = await call("GET", `/api/upload/${encodeURIComponent(this.#options.fileId)}/metadata`);
      await this.preview.load(metadata);
      if (this.#stop.signal.aborted) return this.preview.clear();
      this.#saved = new Saved(this.#options.fileId, metadata);
      this.#opening = withAspect(this.#saved.state, this.#options.aspect, this.preview.size);
      this.#history = new History(this.#opening);
      this.#form.elements.alt_text.value = metadata.alt_text;
      this.#form.elements.caption.value = metadata.caption;
      this.notes.ready();
      this.#draw();
    } catch (problem) {
      if (!this.#stop.signal.aborted) this.notes.notLoaded(problem);
    }
  }

  #words() {
    return { alt_text: this.#form.elements.alt_text.value, caption: this.#form.elements.caption.value };
  }

  #changed() {
    if (!this.#history) return false;
    const { state } = this.#history;
    const same = sameEdits(state, this.#opening) && sameFocal(state, this.#opening);
    return !same || Object.keys(this.#saved.words(this.#words())).length > 0;
  }

  #frame() {
    const { state } = this.#history;
    return { box: frameOf(state), shares: sharesOf(state, this.preview.size) };
  }

  #cut(box, kind) {
    this.#change((state) => withFrame(state, box), kind);
    this.notes.say(this.#parts.size.textContent);
  }

  #aim(point, kind) {
    this.#change((state) => ({ ...state, focal: chosenPoint(state, this.preview.part, point) }), kind);
  }

  #change(make, kind = null) {
    this.#history.push(make(this.#history.state), kind);
    this.#draw();
  }

  #undo() {
    if (!this.#history?.canUndo) return;
    this.#history.undo();
    this.#draw();
    this.notes.say("Undone.");
  }

  #key(event) {
    const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    // Words have an undo of their own.
    if (!undoes || event.target.tagName === "TEXTAREA") return;
    event.preventDefault();
    this.#undo();
  }

  #choose(tool) {
    this.#tool = tool;
    this.#draw();
  }

  #draw() {
    if (!this.#history) return;
    const { state } = this.#history;
    this.preview.draw(state, this.#tool === "crop");
    const frame = frameOf(state);
    this.controls.show(state, { frame, size: cutSize(state, this.preview.size), focal: seenPoint(state, frame) });
    this.#parts.focal.hidden = this.#tool !== "focus";
    drawDot(this.#parts.focal, state, this.preview.part);
    this.#parts.undo.setAttribute("aria-disabled", String(!this.#history.canUndo));
  }

  async #save() {
    if (!this.#history || this.notes.busy) return;
    this.notes.saving();
    try {
      this.result = await this.#saved.save(this.#history.state, this.#words());
      this.#dialog.close();
    } catch (problem) {
      this.notes.notSaved(problem, (tool) => this.tabs.choose(tool));
    }
  }

  #end(resolve) {
    this.#stop.abort();
    this.notes.clear();
    this.preview.clear();
    resolve(this.result ?? null);
  }
}
