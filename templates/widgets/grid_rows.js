/* The rows of a table, and their way to Python.
 *
 * The page holds the rows while the user types and sends all of them as messages (messages arrive in order, widget state
 * does not). A late answer of a slow kernel therefore cannot overwrite input: edits that Python had not received when it
 * sent rows are applied to these rows again.
 */
const copy = (value) => JSON.parse(JSON.stringify(value));
const PAUSE = 100; // ms after the last edit before the rows are sent to Python
const MOST_STEPS = 60, MOST_EDITS = 200;
const ME = Math.random().toString(36).slice(2);
let keys = 0;

class Rows {
  /** `tell(what, but)`: all views except one must "paint" all cells again, only "mark" annotations, or "acknowledge". */
  constructor(model, tell) {
    const given = model.get("given");
    Object.assign(this, { model, tell, all: copy(given.rows), number: given.n, turn: given.turn });
    this.built = 0; // number of the last edit that added, moved or removed rows
    this.unheard = 0; // number of the last edit that Python has not received yet; 0 = none
    this.pasted = null; // turn in which something was pasted: Python answers with rows of another turn
    this.edits = []; // [number, row's key, column, value]
    this.past = [];
    this.future = [];
    this.touched = ""; // the cell being typed in: one undo step reverts all input in it
    this.timer = null;
  }

  // --- to Python

  send() {
    clearTimeout(this.timer);
    this.timer = null;
    this.model.send({ rows: this.all, n: this.number, by: ME, turn: this.turn });
  }

  flush() {
    if (this.timer) this.send();
  }

  changed(now) {
    this.number += 1;
    this.unheard = this.number;
    this.tell("acknowledge");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
    if (now) this.send();
  }

  ask(content) {
    this.flush();
    if (content.paste) this.pasted = this.turn;
    this.model.send(content);
    this.tell("acknowledge");
  }

  /** Whether Python has not received all that was entered here. */
  get waits() {
    return this.unheard > 0 || this.pasted === this.turn;
  }

  // --- edits

  fresh() {
    return { k: `${ME}${++keys}`, v: this.model.get("shape").columns.map(() => null) };
  }

  remember(what) {
    if (what && what === this.touched) return;
    this.touched = what;
    const before = JSON.stringify(this.all);
    if (this.past.at(-1) !== before) this.past.push(before);
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.future = [];
  }

  put(r, c, value, now) {
    const row = this.all[r];
    this.remember(`${row.k}|${c}`);
    row.v[c] = value;
    this.changed(now);
    this.edits = [...this.edits.slice(-MOST_EDITS), [this.number, row.k, c, value]];
  }

  /** Copy a cell into the blank cells below it; cells that hold something stay, and rows that the column leaves out. */
  fillDown(r, c) {
    const isBlank = (value) => value === null || value === undefined || value === "";
    const { v } = this.all[r], { where } = this.model.get("shape").columns[c];
    const isMeant = (row) => !where || row.v[where[0]] === where[1];
    const below = this.all.slice(r + 1).filter((row) => isBlank(row.v[c]) && isMeant(row));
    if (isBlank(v[c]) || !below.length) return;
    this.restructure(() => below.forEach((row) => (row.v[c] = copy(v[c]))));
    this.edits = [...this.edits.slice(-MOST_EDITS), ...below.map((row) => [this.number, row.k, c, copy(v[c])])];
  }

  /** Tick a column in all rows. */
  tickAll(c) {
    const open = this.all.filter((row) => row.v[c] !== true);
    if (!open.length) return;
    this.restructure(() => open.forEach((row) => (row.v[c] = true)));
    this.edits = [...this.edits.slice(-MOST_EDITS), ...open.map((row) => [this.number, row.k, c, true])];
  }

  restructure(action) {
    this.remember("");
    action(this.all);
    this.rebuilt();
  }

  rebuilt() {
    this.built = this.number + 1;
    this.changed(true);
    this.tell("paint");
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  step(from, to) {
    const now = JSON.stringify(this.all);
    while (from.length && from.at(-1) === now) from.pop();
    if (!from.length) return;
    to.push(now);
    this.all = JSON.parse(from.pop());
    this.touched = "";
    this.rebuilt();
  }

  // --- from Python

  take() {
    const given = this.model.get("given");
    if (given.fresh || given.n >= this.unheard) this.unheard = 0;
    if (given.echo !== ME) this.lay(given);
    this.tell("acknowledge");
  }

  lay(given) {
    const before = JSON.stringify(this.all), pending = this.number > given.n && !given.fresh;
    if (pending && this.built > given.n) {
      // rows were added or removed here meanwhile: keep our rows, update their cells
      const theirs = Object.fromEntries(given.rows.map((row) => [row.k, row.v]));
      this.all = this.all.map((row) => ({ k: row.k, v: theirs[row.k] ? [...theirs[row.k]] : row.v }));
    } else this.all = copy(given.rows);
    if (given.fresh) [this.past, this.future, this.edits, this.touched] = [[], [], [], ""];
    for (const [n, k, c, value] of this.edits) {
      const row = n > given.n && this.all.find((one) => one.k === k);
      if (row) row.v[c] = value;
    }
    this.number = Math.max(this.number, given.n);
    this.turn = given.turn;
    if (pending) this.changed(true);
    this.tell(JSON.stringify(this.all) !== before ? "paint" : "mark");
  }
}
