/* One widget for all tables and matrices: the display of one view, and its keyboard and mouse actions.
 *
 * Python gives the shape (columns), the rows ("given") and errors, notes and calculated cells ("annotations").
 * The page loads one module: grid_rows.js, grid_html.js, grid_annotations.js and this file, joined in this order.
 */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const DOES = { tick: "tick", press: "press", words: "write" }; // kind of a cell → what a click does there
let shownAs = 0;

class View {
  constructor(el, model, kept, tell) {
    Object.assign(this, { model, kept, tell, composing: false, owed: "" });
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
  at(r, c) { return this.box.querySelector(`[data-r="${r}"][data-c="${c}"]`); }
  button(what) { return this.box.querySelector(`[data-act=${what}]`); }

  // --- painting

  paint() {
    if (this.composing) return void (this.owed = "paint");
    const back = this.remembered(), scroll = this.box.querySelector(".gr-scroll");
    const [top, left] = scroll ? [scroll.scrollTop, scroll.scrollLeft] : [0, 0];
    this.box.innerHTML = tableHtml(this.shape, this.rows, this.locked);
    this.mark();
    const next = this.box.querySelector(".gr-scroll");
    [next.scrollTop, next.scrollLeft] = [top, left];
    back();
  }

  /** Remember the cursor's place, and return a function that puts it back after all cells are replaced. */
  remembered() {
    const here = cellOf(document.activeElement || this.box);
    if (!here || !this.box.contains(here)) return () => {};
    const [r, c] = place(here), { key } = here.closest("tr").dataset; // the row's key, because the row may move
    const caret = "selectionStart" in here ? [here.selectionStart, here.selectionEnd] : null;
    return () => {
      const again = this.rows.findIndex((row) => row.k === key);
      const cell = this.at(again < 0 ? Math.min(r, this.rows.length - 1) : again, c);
      cell?.focus({ preventScroll: true });
      if (cell && caret && "selectionStart" in cell && cell.tagName !== "SELECT") cell.setSelectionRange(...caret);
    };
  }

  mark() {
    if (this.composing) return void (this.owed = this.owed || "mark");
    annotateCells(this.box, this.model.get("annotations"), this.shape, this.rows, (key) => `${this.notes}-${key}`);
    if (!this.box.querySelector('tbody [role][tabindex="0"]')) {
      const first = this.box.querySelector('tbody [role][tabindex]:not([aria-disabled="true"])');
      if (first) first.tabIndex = 0;
    }
    this.enable("undo", this.kept.past.length > 0);
    this.enable("redo", this.kept.future.length > 0);
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
    const [r, c] = place(cell), before = this.value(cell), { part } = cell.dataset;
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

  clear(cell) {
    if (!this.mayWrite(cell)) return;
    const [r, c] = place(cell);
    this.kept.put(r, c, "", true);
    cell.textContent = "";
  }

  /** Open a text area in the cell for its long text. */
  write(cell) {
    if (!this.mayWrite(cell) || cell.querySelector("textarea")) return;
    const [r, c] = place(cell), before = this.value(cell) ?? "";
    const area = document.createElement("textarea");
    area.value = before;
    area.className = "gr-area";
    area.setAttribute("aria-label", cell.getAttribute("aria-label"));
    cell.textContent = "";
    cell.appendChild(area);
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    area.oninput = () => { if (!this.composing) this.kept.put(r, c, area.value); };
    area.onblur = () => {
      if (this.rows[r]?.v[c] !== area.value && area.value !== before) this.kept.put(r, c, area.value, true);
      cell.textContent = area.value;
    };
    area.onkeydown = (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Escape") {
        area.value = before;
        this.kept.put(r, c, before, true);
      }
      const step = event.key === "Tab" ? [0, event.shiftKey ? -1 : 1] : event.key === "Enter" && (event.ctrlKey || event.metaKey) ? [1, 0] : null;
      if (!step && event.key !== "Escape") return;
      event.preventDefault();
      area.blur();
      if (!step || !this.move(cell, step)) cell.focus();
    };
  }

  paste(event) {
    const cell = cellOf(event.target), text = event.clipboardData.getData("text/plain");
    const inArea = event.target.classList.contains("gr-area"), many = /[\t\n]/.test(text.trimEnd());
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
    if (cell.tagName === "INPUT") cell.select();
    return cell;
  }

  // --- rows

  add() {
    this.kept.restructure((rows) => rows.push(this.kept.fresh()));
    const last = [...this.box.querySelectorAll(`[data-r="${this.rows.length - 1}"]`)];
    last.find((cell) => !cell.classList.contains("gr-head"))?.focus();
  }

  /** Fill the cell that had the cursor last into the blank cells below it. */
  fillDown() {
    const r = this.rows.findIndex((row) => row.k === this.last?.[0]);
    if (r >= 0 && !this.locked) this.kept.fillDown(r, this.last[1]);
  }

  act(what, r) {
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
    on("compositionstart", () => (this.composing = true));
    on("compositionend", (event) => this.composed(event.target));
    on("input", (event) => { if (!this.composing && event.target.dataset.r !== undefined) this.enter(event.target); });
    on("focusout", () => this.kept.flush());
    on("focusin", (event) => {
      const cell = cellOf(event.target);
      if (cell) this.last = [this.rows[place(cell)[0]]?.k, place(cell)[1]];
    });
    on("click", (event) => this.clicked(event.target));
    on("paste", (event) => this.paste(event));
    on("keydown", (event) => this.key(event));
  }

  composed(target) {
    this.composing = false;
    const cell = cellOf(target);
    if (target.classList.contains("gr-area")) target.oninput();
    else if (cell) this.enter(cell);
    const { owed } = this;
    this.owed = "";
    if (owed) this[owed]();
  }

  clicked(target) {
    const button = target.closest("[data-act]"), cell = cellOf(target);
    if (button) return this.act(button.dataset.act, Number(button.dataset.row));
    const does = cell && !target.classList.contains("gr-area") && DOES[this.column(cell).kind];
    return does && this[does](this.reach(cell));
  }

  key(event) {
    event.stopPropagation(); // do not trigger JupyterLab's shortcuts
    if (event.isComposing || event.keyCode === 229) return;
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
    if (kind === "words" && (key === "Delete" || (key.length === 1 && !ctrlKey && !metaKey && !altKey))) {
      if (key === "Delete") this.clear(cell);
      else this.write(cell); // the text area then receives the key itself
      return false;
    }
    if (key === "Enter" && (cell.tagName !== "TEXTAREA" || ctrlKey)) {
      const moved = this.move(cell, [shiftKey ? -1 : 1, 0]), last = place(cell)[0] === this.rows.length - 1;
      if (!moved && last && !shiftKey && this.mayAct) this.add();
      return true;
    }
    return Boolean(STEPS[key] && !altKey && !ctrlKey && !shiftKey && leaves(cell, key) && this.move(cell, STEPS[key]));
  }
}

const place = (cell) => [Number(cell.dataset.r), Number(cell.dataset.c)];
const cellOf = (target) => target.closest?.("[data-r]");

/** Whether an arrow key leaves the cell instead of moving within its text. */
function leaves(cell, key) {
  if (cell.getAttribute("role")) return true;
  if (cell.tagName === "SELECT") return key === "ArrowLeft" || key === "ArrowRight";
  const { selectionStart: start, selectionEnd: end, value } = cell;
  const whole = start === 0 && end === value.length;
  if (key === "ArrowLeft") return whole || (start === 0 && end === 0);
  if (key === "ArrowRight") return whole || (start === value.length && end === value.length);
  if (cell.tagName === "INPUT") return true;
  return key === "ArrowUp" ? !value.slice(0, start).includes("\n") : !value.slice(end).includes("\n");
}

/** Scroll to another part of the page and put the cursor there. */
function goTo(where, views) {
  const from = views.map((view) => view.box).find((box) => box.offsetParent);
  const page = from?.closest(".jp-NotebookPanel") || document;
  const part = [...page.querySelectorAll(where)].find((one) => one.offsetParent);
  part?.scrollIntoView({ block: part.offsetHeight > innerHeight * 0.6 ? "start" : "center" });
  const field = "input:not([type=checkbox]),textarea,select";
  (part?.matches(field) ? part : part?.querySelector(field))?.focus({ preventScroll: true });
}

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
