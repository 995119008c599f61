/* One widget for all tables and matrices: the display of one view, and its keyboard and mouse actions.
 *
 * Python gives the shape (columns), the rows ("given") and errors, notes and calculated cells ("annotations").
 * The page loads one module: grid_rows.js, grid_html.js, grid_annotations.js and this file, joined in this order.
 */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const DOES = { tick: "tick", press: "press", words: "write" }; // kind of a cell → what a click does there
const SLIP = 5; // px that a mouse may move in a click
const SHORT = ["count", "day", "clock"]; // kinds that are selected whole when the keyboard comes to them
let shownAs = 0, tabbed = false; // tabbed: the Tab key is moving the cursor now

class View {
  constructor(el, model, kept, tell) {
    Object.assign(this, { model, kept, tell, owed: "" });
    this.writing = null; // the field in which an input method composes
    this.pressed = null; // where the mouse button went down in this table, while it is down
    this.arrived = null; // the cell that the keyboard moved to, until something is typed in it
    this.notes = `gr-${ME}-${++shownAs}`; // prefix of the ids of this view's notes
    this.box = document.createElement("div");
    this.box.className = "gr";
    el.appendChild(this.box);
    this.listen();
    this.paint();
  }

  get shape() { return this.model.get("shape"); }
  get locked() { return this.model.get("disabled"); }
  get rows() { return this.kept.all; }
  get mayAct() { return !this.shape.fixed && !this.locked; }
  column(cell) { return this.shape.columns[place(cell)[1]]; }
  value(cell) { const [r, c] = place(cell); return this.rows[r].v[c]; }
  get composing() { return Boolean(this.writing?.isConnected) && this.writing === document.activeElement; }
  /** Whether the cells must stay as they are: an input method composes in one, or one is being clicked. */
  get busy() { return this.composing || this.pressed; }
  at(r, c) { return this.box.querySelector(`[data-r="${r}"][data-c="${c}"]`); }
  button(what) { return this.box.querySelector(`[data-act=${what}]`); }

  // --- painting

  paint() {
    if (this.busy) return void (this.owed = "paint");
    const back = this.remembered(), scroll = this.box.querySelector(".gr-scroll");
    const [top, left] = scroll ? [scroll.scrollTop, scroll.scrollLeft] : [0, 0];
    this.box.innerHTML = tableHtml(this.shape, this.rows, this.locked);
    this.mark();
    const next = this.box.querySelector(".gr-scroll");
    [next.scrollTop, next.scrollLeft] = [top, left];
    back();
  }

  /** Do what waited for the end of a composition or of a click. */
  settle() {
    if (this.busy || !this.owed) return;
    const { owed } = this;
    this.owed = "";
    this[owed]();
  }

  /** Remember the cursor's place, and return a function that puts it back after all cells are replaced. */
  remembered() {
    const at = document.activeElement, here = cellOf(at || this.box);
    if (!here || !this.box.contains(here)) return () => {};
    const [r, c] = place(here), key = rowOf(here), { part } = here.dataset; // the row's key, because the row may move
    const caret = "selectionStart" in at ? [at.selectionStart, at.selectionEnd] : null;
    const arrived = this.arrived === here, light = at.classList.contains("gr-light");
    return () => {
      const again = this.rows.findIndex((row) => row.k === key);
      const row = again < 0 ? Math.min(r, this.rows.length - 1) : again;
      const cell = (part && this.box.querySelector(`[data-r="${row}"][data-c="${c}"][data-part="${part}"]`)) || this.at(row, c);
      cell?.focus({ preventScroll: true });
      this.arrived = arrived ? cell : null;
      const field = cell?.querySelector("textarea") || cell;
      if (field?.tagName === "TEXTAREA" && field !== cell) field.classList.toggle("gr-light", light);
      if (field && caret && "selectionStart" in field) field.setSelectionRange(...caret);
    };
  }

  mark() {
    if (this.busy) return void (this.owed = this.owed || "mark");
    annotateCells(this.box, this.model.get("annotations"), this.shape, this.rows, (key) => `${this.notes}-${key}`);
    if (!this.box.querySelector('tbody [role][tabindex="0"]')) {
      const first = this.box.querySelector('tbody [role][tabindex]:not([aria-disabled="true"])');
      if (first) first.tabIndex = 0;
    }
    this.enable("undo", this.kept.past.length > 0);
    this.enable("redo", this.kept.future.length > 0);
  }

  /** “✓ 已保存” must not stand over an edit that Python has not received: forms.css hides it. */
  acknowledge() {
    this.box.classList.toggle("gr-unheard", this.kept.waits);
  }

  enable(what, on) {
    const button = this.button(what);
    if (button) button.disabled = !on;
  }

  /** Handle a change of one cell in this view, which already shows it. */
  changed() {
    this.tell("paint", this);
    this.enable("undo", true);
  }

  // --- typing

  enter(cell) {
    const r = this.rows.findIndex((row) => row.k === rowOf(cell)), [, c] = place(cell), { part } = cell.dataset;
    if (r < 0) return undefined; // the row was removed in another window while an input method composed in it
    const before = this.rows[r].v[c];
    this.arrived = null;
    if (cell.tagName === "SELECT") this.pressed = null; // chosen: the click on its list may end outside of the page
    const typed = cell.value === OUTSIDE ? { name: "", unit: "" } : cell.value;
    const value = part ? { ...before, [part]: cell.value } : typed;
    this.kept.put(r, c, value, cell.tagName === "SELECT");
    const outside = (one) => Boolean(one) && typeof one === "object";
    if (this.column(cell).kind !== "person" || outside(before) === outside(value)) return this.changed();
    this.tell("paint");
    return this.box.querySelector(`[data-r="${r}"][data-c="${c}"][data-part]`)?.focus();
  }

  tick(cell) {
    if (this.locked) return;
    const [r, c] = place(cell), on = this.value(cell) !== true;
    this.kept.put(r, c, on, true);
    cell.setAttribute("aria-checked", String(on));
    this.changed();
  }

  press(cell) {
    if (cell.getAttribute("aria-disabled") === "true") return;
    const [r, c] = place(cell);
    this.kept.ask({ press: [this.rows[r].k, c] });
  }

  mayWrite(cell) {
    return !this.locked && cell.getAttribute("aria-disabled") !== "true";
  }

  /** Open a text area in the cell for its long text.
   *
   * The cursor is always in a field that takes text: an input method composes in nothing else, and would lose the first
   * letter. `light`: the keyboard moved here; arrow keys go on to the next cell until something is typed.
   */
  write(cell, light = false) {
    if (!this.mayWrite(cell)) return;
    const open = cell.querySelector("textarea");
    if (open) return void (light || open.classList.remove("gr-light"));
    const key = rowOf(cell), [, c] = place(cell), before = this.value(cell) ?? "";
    const put = (text, now) => {
      const r = this.rows.findIndex((row) => row.k === key);
      if (r >= 0 && this.rows[r].v[c] !== text) this.kept.put(r, c, text, now);
    };
    const area = document.createElement("textarea");
    area.value = before;
    area.className = `gr-area${light ? " gr-light" : ""}`;
    area.setAttribute("aria-label", cell.getAttribute("aria-label"));
    cell.textContent = "";
    cell.appendChild(area);
    const tab = cell.tabIndex;
    cell.tabIndex = -1; // else Shift+Tab would only go from the area to its own cell
    area.focus({ preventScroll: light });
    area.setSelectionRange(area.value.length, area.value.length);
    area.oncompositionstart = () => area.classList.remove("gr-light");
    area.oninput = () => {
      area.classList.remove("gr-light");
      if (!this.composing) put(area.value);
    };
    area.onblur = () => {
      if (!area.isConnected) return;
      if (area.value !== before) put(area.value, true);
      cell.textContent = area.value;
      cell.tabIndex = tab;
    };
    area.onkeydown = (event) => {
      event.stopPropagation();
      if (!composes(event) && this.keyOfArea(event, cell, area, (text) => put(text, true), before)) event.preventDefault();
    };
  }

  /** Handle a key in the text area of a cell; return whether to prevent the browser's default action. */
  keyOfArea(event, cell, area, put, before) {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event, over = (step) => {
      area.blur();
      if (!step || !this.move(cell, step)) cell.focus();
      return true;
    };
    if (area.classList.contains("gr-light")) {
      if (this.keyOfTable(event)) return true;
      if (STEPS[key] && !altKey && !ctrlKey && !shiftKey) return Boolean(this.move(cell, STEPS[key])) || true;
      if (key === "Delete") {
        area.value = "";
        put("");
        return true;
      }
      if (key === "Enter" || key === " " || key === "F2") area.classList.remove("gr-light");
      return key === "Enter" || key === " ";
    }
    if (key === "Escape") {
      area.value = before;
      put(before);
      return over(null);
    }
    if (key === "Tab") return over([0, shiftKey ? -1 : 1]);
    return key === "Enter" && (ctrlKey || metaKey) && over([1, 0]);
  }

  paste(event) {
    const cell = cellOf(event.target), text = event.clipboardData.getData("text/plain");
    const inArea = event.target.matches(".gr-area:not(.gr-light)"), many = /[\t\n]/.test(text.trimEnd());
    if (!cell || this.locked) return;
    if (!many && (inArea || !cell.getAttribute("role"))) return; // the browser pastes it
    if (inArea && !text.includes("\t")) return; // several lines pasted into one cell
    event.preventDefault();
    this.kept.remember("");
    const [r, c] = place(cell);
    this.kept.ask({ paste: [this.rows[r].k, c, text] });
  }

  // --- moving

  move(cell, [down, right]) {
    let [r, c] = place(cell);
    for (let i = 0; i < 60; i += 1) {
      r += down;
      c += right;
      if (r < 0 || r >= this.rows.length || c < 0 || c >= this.shape.columns.length) return null;
      const next = this.at(r, c);
      if (next && !next.classList.contains("gr-head") && next.getAttribute("aria-disabled") !== "true") return this.reach(next);
    }
    return null;
  }

  reach(cell) {
    if (cell.getAttribute("role")) {
      this.box.querySelectorAll('tbody [role][tabindex="0"]').forEach((other) => (other.tabIndex = -1));
      cell.tabIndex = 0;
    }
    cell.focus();
    this.arrive(cell);
    return cell;
  }

  /** The keyboard moved to a cell. Numbers, days and times are short, so they are selected; a text is never overwritten. */
  arrive(field) {
    const cell = cellOf(field);
    const typed = field.tagName === "INPUT" || (field.tagName === "TEXTAREA" && !field.classList.contains("gr-area"));
    if (!cell || !typed || this.pressed) return;
    this.arrived = field;
    if (SHORT.includes(this.column(cell).kind)) field.select();
    else field.setSelectionRange(field.value.length, field.value.length);
  }

  // --- rows

  /** A new last row, with the cursor in its first cell that takes input. */
  add() {
    this.kept.restructure((rows) => rows.push(this.kept.fresh()));
    const last = [...this.box.querySelectorAll(`[data-r="${this.rows.length - 1}"]`)];
    last.find((cell) => cell.matches("input, select, textarea, .gr-words, [role=checkbox]"))?.focus();
  }

  /** Fill the cell that had the cursor last into the blank cells below it. */
  fillDown() {
    const r = this.rows.findIndex((row) => row.k === this.last?.[0]);
    if (r >= 0 && !this.locked) this.kept.fillDown(r, this.last[1]);
  }

  act(what, r, c) {
    if (what === "all") return this.kept.tickAll(c);
    if (what === "add") return this.add();
    if (what === "fill") return this.fillDown();
    if (what === "undo") return this.kept.undo();
    if (what === "redo") return this.kept.redo();
    if (what === "drop") return this.kept.restructure((rows) => rows.splice(r, 1));
    const other = what === "up" ? r - 1 : r + 1;
    if (other < 0 || other >= this.rows.length) return undefined;
    return this.kept.restructure((rows) => ([rows[r], rows[other]] = [rows[other], rows[r]]));
  }

  // --- mouse and keyboard events

  listen() {
    const on = (what, action) => this.box.addEventListener(what, action);
    on("compositionstart", (event) => (this.writing = event.target));
    on("compositionend", (event) => this.composed(event.target));
    on("input", (event) => { if (!event.isComposing && event.target.dataset.r !== undefined) this.enter(event.target); });
    on("focusin", ({ target }) => {
      const cell = cellOf(target);
      if (cell) this.last = [this.rows[place(cell)[0]]?.k, place(cell)[1]];
      if (target.classList.contains("gr-words") && !this.pressed) this.write(target, true);
      else if (tabbed) this.arrive(target);
    });
    on("focusout", (event) => {
      this.kept.flush();
      if (!this.box.contains(event.relatedTarget)) this.release();
    });
    on("pointerdown", (event) => this.down(event));
    on("click", (event) => this.pressed ? this.up(event) : this.clicked(event.target)); // without a press: by a key
    on("paste", (event) => this.paste(event));
    on("keydown", (event) => this.key(event));
  }

  /** Remember where the mouse button went down: that is what a click is meant for.
   *
   * At its release something else may be there, and the browser clicks that or nothing: a text area that is left becomes
   * smaller and moves the rows below it.
   */
  down({ target, clientX, clientY }) {
    const pressed = { target, clientX, clientY };
    this.pressed = pressed;
    this.arrived = null;
    const up = (event) => {
      for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, up);
      setTimeout(() => this.pressed === pressed && this.up(event)); // unless the browser clicks
    };
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, up);
  }

  up({ type, clientX, clientY }) {
    const { target, clientX: x, clientY: y } = this.pressed;
    this.release();
    if (type !== "pointercancel" && Math.hypot(clientX - x, clientY - y) <= SLIP) this.clicked(target);
  }

  release() {
    this.pressed = null;
    this.settle();
  }

  composed(target) {
    this.writing = null;
    const cell = cellOf(target);
    if (target.classList.contains("gr-area")) target.oninput();
    else if (cell) this.enter(cell);
    this.settle();
  }

  clicked(target) {
    const button = target.closest("[data-act]"), { key } = target.closest("tr")?.dataset || {};
    const pointed = cellOf(target) || target.closest("td")?.querySelector("[data-r]");
    const r = this.rows.findIndex((row) => row.k === key);
    if (button) return button.dataset.row && r < 0 ? undefined : this.act(button.dataset.act, r, Number(button.dataset.col));
    if (target.classList.contains("gr-area")) return target.classList.remove("gr-light");
    const cell = !pointed || pointed.isConnected ? pointed : this.at(r, place(pointed)[1]);
    if (!cell || cell.classList.contains("gr-head")) return undefined;
    const does = DOES[this.column(cell).kind];
    if (does) return this[does](this.reach(cell));
    if (cell === target) return undefined;
    cell.focus(); // clicked beside the field, in a row that is higher than it
    return cell.setSelectionRange?.(cell.value.length, cell.value.length);
  }

  key(event) {
    event.stopPropagation(); // do not trigger JupyterLab's shortcuts
    if (composes(event)) return;
    this.pressed = null;
    const done = this.keyOfTable(event) || this.keyOfCell(event);
    if (done) event.preventDefault();
  }

  /** Handle the keys for undo, redo and rows; return whether this was one. */
  keyOfTable({ target, key, ctrlKey, metaKey, altKey, shiftKey }) {
    if ((ctrlKey || metaKey) && /^[zy]$/i.test(key)) {
      this.act(key.toLowerCase() === "y" || shiftKey ? "redo" : "undo");
      return true;
    }
    const cell = cellOf(target);
    if (cell && this.shape.fill && (ctrlKey || metaKey) && /^d$/i.test(key)) {
      this.fillDown();
      return true;
    }
    if (!cell || !this.mayAct) return false;
    const what = altKey && key === "ArrowUp" ? "up" : altKey && key === "ArrowDown" ? "down" : ctrlKey && key === "Delete" ? "drop" : "";
    if (what) this.act(what, place(cell)[0]);
    return Boolean(what);
  }

  /** Handle keys that act on one cell; return whether to prevent the browser's default action. */
  keyOfCell({ target, key, ctrlKey, metaKey, altKey, shiftKey }) {
    const cell = cellOf(target);
    if (!cell) return false;
    const { kind } = this.column(cell), does = DOES[kind];
    if (does && (key === " " || (key === "Enter" && kind !== "tick"))) {
      this[does](cell);
      return true;
    }
    if (key === "Enter" && (cell.tagName !== "TEXTAREA" || ctrlKey)) {
      const moved = this.move(cell, [shiftKey ? -1 : 1, 0]), last = place(cell)[0] === this.rows.length - 1;
      if (!moved && last && !shiftKey && this.mayAct) this.add();
      return true;
    }
    return Boolean(STEPS[key] && !altKey && !ctrlKey && !shiftKey && this.leaves(cell, key) && this.move(cell, STEPS[key]));
  }

  /** Whether an arrow key leaves the cell instead of moving within its text. */
  leaves(cell, key) {
    if (cell.getAttribute("role")) return true;
    const aside = key === "ArrowLeft" || key === "ArrowRight";
    if (cell.tagName === "SELECT") return aside;
    if (aside && this.arrived === cell) return true;
    const { selectionStart: start, selectionEnd: end, value } = cell;
    if (key === "ArrowLeft") return start === 0 && end === 0;
    if (key === "ArrowRight") return start === value.length && end === value.length;
    if (cell.tagName === "INPUT") return true;
    return key === "ArrowUp" ? !value.slice(0, start).includes("\n") : !value.slice(end).includes("\n");
  }
}

const place = (cell) => [Number(cell.dataset.r), Number(cell.dataset.c)];
const cellOf = (target) => target.closest?.("[data-r]");
const rowOf = (cell) => cell.closest("tr").dataset.key;
const composes = (event) => event.isComposing || event.keyCode === 229; // the key belongs to the input method

/** Scroll to another part of the page and put the cursor there. */
function goTo(where, views) {
  const from = views.map((view) => view.box).find((box) => box.offsetParent);
  const page = from?.closest(".jp-NotebookPanel") || document;
  const part = [...page.querySelectorAll(where)].find((one) => one.offsetParent);
  part?.scrollIntoView({ block: part.offsetHeight > innerHeight * 0.6 ? "start" : "center" });
  const field = "input:not([type=checkbox]),textarea,select";
  (part?.matches(field) ? part : part?.querySelector(field) || part)?.focus({ preventScroll: true });
}

window.addEventListener("keydown", ({ key }) => {
  tabbed = key === "Tab";
  if (tabbed) setTimeout(() => (tabbed = false));
}, true);

export default () => {
  const views = new Set();
  const tell = (what, but) => views.forEach((view) => view !== but && view[what]());
  let kept = null;
  return {
    initialize({ model }) {
      kept = new Rows(model, tell);
      const flush = () => kept.flush();
      model.on("change:given", () => kept.take());
      model.on("change:shape change:disabled", () => tell("paint"));
      model.on("change:annotations", () => tell("mark"));
      model.on("change:wanted", () => setTimeout(() => goTo(model.get("wanted").where, [...views]), 80));
      window.addEventListener("pagehide", flush);
      return () => {
        window.removeEventListener("pagehide", flush);
        flush();
      };
    },
    render({ el, model }) {
      const view = new View(el, model, kept, tell);
      views.add(view);
      return () => views.delete(view);
    },
  };
};
