/* One widget for every table and every matrix.
 *
 * Python gives the shape (columns), the rows ("given") and what is to be said about cells ("told").
 * The page keeps the rows while somebody types and hands them back whole, as messages (these keep their order among
 * each other, states do not), so that no answer of a slow kernel can overwrite a word: edits that Python had not seen
 * when it gave rows are laid over them again.
 */
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const copy = (value) => JSON.parse(JSON.stringify(value));
const OUTSIDE = "*outside*";
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const PAUSE = 100; // ms of quiet before the rows go to Python
const me = Math.random().toString(36).slice(2);
let named = 0, shownAs = 0;

export default () => {
  let rows = [], number = 0, built = 0, turn = 0, edits = [], past = [], future = [], touched = "", timer = null, model = null;
  const views = new Set();
  const shape = () => model.get("shape");
  const told = () => model.get("told");
  const locked = () => model.get("disabled");
  const column = (c) => shape().columns[c];

  // --- the rows, and their way to Python ---------------------------------------------------------------------------

  const everywhere = (what, but) => views.forEach((view) => view !== but && view[what]());
  const fresh = () => ({ k: `${me}${++named}`, v: shape().columns.map(() => null) });

  function send() {
    clearTimeout(timer);
    timer = null;
    model.send({ rows, n: number, by: me, turn });
  }
  const flush = () => timer && send();

  function changed(now) {
    number += 1;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
    if (now) send();
  }

  function remember(what) {
    if (what && what === touched) return;
    touched = what;
    const before = JSON.stringify(rows);
    if (past[past.length - 1] !== before) past.push(before);
    if (past.length > 60) past.shift();
    future = [];
  }

  function put(r, c, value, now) {
    remember(`${rows[r].k}|${c}`);
    rows[r].v[c] = value;
    changed(now);
    edits = [...edits.slice(-200), [number, rows[r].k, c, value]];
  }

  function restructure(action) {
    remember("");
    action();
    built = number + 1;
    changed(true);
    everywhere("paint");
  }

  function go(from, to) {
    const now = JSON.stringify(rows);
    while (from.length && from[from.length - 1] === now) from.pop();
    if (!from.length) return false;
    to.push(now);
    rows = JSON.parse(from.pop());
    touched = "";
    built = number + 1;
    changed(true);
    everywhere("paint");
    return true;
  }

  function take() {
    const given = model.get("given");
    if (given.echo === me) return;
    const before = JSON.stringify(rows), pending = number > given.n && !given.fresh;
    if (pending && built > given.n) {
      // rows were added or taken away here meanwhile: ours stand, the cells are brought up to date
      const theirs = Object.fromEntries(given.rows.map((row) => [row.k, row.v]));
      rows = rows.map((row) => ({ k: row.k, v: theirs[row.k] ? [...theirs[row.k]] : row.v }));
    } else rows = copy(given.rows);
    if (given.fresh) [past, future, edits, touched] = [[], [], [], ""];
    for (const [n, k, c, value] of edits) {
      const row = n > given.n && rows.find((one) => one.k === k);
      if (row) row.v[c] = value;
    }
    number = Math.max(number, given.n);
    turn = given.turn;
    if (pending) changed(true);
    if (JSON.stringify(rows) !== before) everywhere("paint");
    else everywhere("mark");
  }

  function goTo() {
    const from = [...views].map((view) => view.box).find((box) => box.offsetParent);
    const page = from?.closest(".jp-NotebookPanel") || document;
    const part = [...page.querySelectorAll(model.get("wanted").where)].find((one) => one.offsetParent);
    part?.scrollIntoView({ block: part.offsetHeight > innerHeight * 0.6 ? "start" : "center" });
    const field = "input:not([type=checkbox]),textarea,select";
    (part?.matches(field) ? part : part?.querySelector(field))?.focus({ preventScroll: true });
  }

  // --- what one view shows -----------------------------------------------------------------------------------------

  function makeView(el) {
    const box = document.createElement("div");
    const view = { composing: false, owed: "", paint, mark, box };
    const mine = `gr-${me}-${++shownAs}`; // what the notes of this view are called
    box.className = "gr";
    el.appendChild(box);
    const at = (r, c) => box.querySelector(`[data-r="${r}"][data-c="${c}"]`);
    const place = (cell) => [Number(cell.dataset.r), Number(cell.dataset.c)];
    const cellOf = (target) => target.closest?.("[data-r]");

    // ..... painting

    function named_(r) {
      const heads = shape().columns.findIndex((c) => c.names);
      const value = heads < 0 ? "" : rows[r].v[heads];
      const label = heads < 0 ? "" : (column(heads).options || []).find(([key]) => key === value)?.[1] || (typeof value === "string" ? value : "");
      return label || `第${r + 1}行`;
    }

    function choices(c, value) {
      const text = value === null || value === undefined ? "" : typeof value === "object" ? OUTSIDE : String(value);
      const known = [["", column(c).first || "—"], ...column(c).options];
      if (column(c).kind === "person") known.push([OUTSIDE, "外单位人员…"]);
      if (!known.some(([key]) => key === text)) known.push([text, `${text}（不在名单里）`]);
      return known.map(([key, words]) => `<option value="${escape(key)}"${key === text ? " selected" : ""}>${escape(words)}</option>`).join("");
    }

    function inside(r, c, name) {
      const { kind } = column(c), value = rows[r].v[c];
      const mine = `data-r="${r}" data-c="${c}" aria-label="${name} ${escape(column(c).title)}"`;
      const off = locked() ? " disabled" : "";
      if (kind === "head") return `<span class="gr-head" data-r="${r}" data-c="${c}">${escape(value ?? "")}</span>`;
      if (kind === "show") return `<span class="gr-show" data-shown="${r}|${c}"></span>`;
      if (kind === "tick") return `<span role="checkbox" tabindex="-1" ${mine} aria-checked="${value === true}"></span>`;
      if (kind === "press") return `<span role="button" tabindex="-1" ${mine} data-shown="${r}|${c}"></span>`;
      if (kind === "words") return `<span data-shown="${r}|${c}" data-own="1" class="gr-words" role="button" tabindex="-1" ${mine}>${escape(value ?? "")}</span>`;
      if (kind === "choice" || kind === "member") return `<select ${mine}${off}>${choices(c, value)}</select>`;
      if (kind === "person") {
        const outside = value && typeof value === "object";
        const part = (name, words) => `<input type="text" ${mine.replace(/"$/, ` ${words}"`)} data-part="${name}" placeholder="${words}" value="${escape(value[name] ?? "")}"${off}>`;
        return `<select ${mine}${off}>${choices(c, value)}</select>${outside ? part("name", "姓名") + part("unit", "单位") : ""}`;
      }
      if (kind === "lines") return `<textarea rows="1" ${mine}${off}>${escape(value ?? "")}</textarea>`;
      return `<input type="text" autocomplete="off" ${mine}${off} value="${escape(value ?? "")}">`;
    }

    function acts(r) {
      if (shape().fixed || locked()) return "";
      const button = (what, sign, words) => `<button type="button" tabindex="-1" data-act="${what}" data-row="${r}" title="${words}" aria-label="${words}第${r + 1}行">${sign}</button>`;
      const moves = shape().ordered === false ? "" : button("up", "↑", "上移") + button("down", "↓", "下移");
      return `<td class="gr-acts">${moves}${button("drop", "✕", "删除")}</td>`;
    }

    function line(r) {
      const name = escape(named_(r));
      const cell = (c, k) => (c.kind === "head" ? `<th scope="row" class="${c.group || ""}">${inside(r, k, name)}</th>` : `<td class="gr-k-${c.kind} ${c.group || ""}">${inside(r, k, name)}</td>`);
      return `<tr data-key="${escape(rows[r].k)}">${shape().columns.map(cell).join("")}${acts(r)}</tr>`;
    }

    function paint() {
      if (view.composing) return void (view.owed = "paint");
      const here = cellOf(document.activeElement || box), held = here && box.contains(here);
      const [r, c] = held ? place(here) : [0, 0], key = held ? rows[r]?.k : "";
      const caret = held && "selectionStart" in here ? [here.selectionStart, here.selectionEnd] : null;
      const scroll = box.querySelector(".gr-scroll");
      const [top, left] = scroll ? [scroll.scrollTop, scroll.scrollLeft] : [0, 0];
      const { columns, upright, foot, fixed, tall } = shape();
      const heads = columns.map((col) => `<th scope="col" class="gr-k-${col.kind} ${col.group || ""}"${col.help ? ` title="${escape(col.help)}"` : ""}><span>${escape(col.title)}${col.core ? '<b aria-hidden="true"> *</b>' : ""}</span></th>`).join("");
      const tail = fixed || locked() ? "" : '<th class="gr-acts"><span class="gr-hidden">操作</span></th>';
      const body = rows.map((_, i) => line(i)).join("") || `<tr class="gr-empty"><td colspan="${columns.length}">${escape(shape().empty || "还没有。")}</td></tr>`;
      const sums = foot && rows.length ? `<tfoot><tr>${columns.map((col, k) => (col.kind === "head" ? '<th scope="row">' : `<td class="gr-k-${col.kind}">`) + `<span data-shown="foot|${k}"></span>` + (col.kind === "head" ? "</th>" : "</td>")).join("")}${tail ? '<td class="gr-acts"></td>' : ""}</tr></tfoot>` : "";
      const add = fixed || locked() ? "" : `<button type="button" class="gr-add" data-act="add">${escape(shape().add || "加一行")}</button>`;
      const undo = locked() || shape().still ? "" : '<button type="button" data-act="undo">撤销</button><button type="button" data-act="redo">重做</button>';
      const hint = locked() || !shape().hint ? "" : `<span class="gr-hint">${escape(shape().hint)}</span>`;
      box.innerHTML = `<div class="gr-scroll${upright ? " gr-upright" : ""}${tall ? " gr-tall" : ""}"><table role="grid" aria-label="${escape(shape().label)}"><thead><tr>${heads}${tail}</tr></thead><tbody>${body}</tbody>${sums}</table></div><div class="gr-bar">${add}${undo}${hint}</div>`;
      mark();
      const next = box.querySelector(".gr-scroll");
      [next.scrollTop, next.scrollLeft] = [top, left];
      if (held) {
        const again = rows.findIndex((row) => row.k === key);
        const cell = at(again < 0 ? Math.min(r, rows.length - 1) : again, c);
        cell?.focus({ preventScroll: true });
        if (cell && caret && "selectionStart" in cell && cell.tagName !== "SELECT") cell.setSelectionRange(...caret);
      }
    }

    /** Sums, errors, remarks: everything that Python says about the cells, without touching what is typed in. */
    function mark() {
      if (view.composing) return void (view.owed = view.owed || "mark");
      const { errors = {}, shown = {}, notes = {} } = told();
      const byKey = Object.fromEntries(rows.map((row, r) => [row.k, r]));
      const bad = {};
      for (const [key, text] of Object.entries(errors)) {
        const cut = key.lastIndexOf("|"), r = byKey[key.slice(0, cut)];
        if (r !== undefined) bad[`${r}|${key.slice(cut + 1)}`] = text;
      }
      box.querySelectorAll("tbody [data-r][aria-invalid]").forEach((cell) => {
        if (bad[`${cell.dataset.r}|${cell.dataset.c}`]) return;
        cell.removeAttribute("aria-invalid");
        cell.removeAttribute("title");
      });
      for (const [key, text] of Object.entries(bad)) {
        box.querySelectorAll(`tbody [data-r="${key.split("|")[0]}"][data-c="${key.split("|")[1]}"]`).forEach((cell) => {
          cell.setAttribute("aria-invalid", "true");
          cell.title = text;
        });
      }
      const look = {};
      for (const [key, value] of Object.entries(shown)) {
        const cut = key.lastIndexOf("|"), row = key.slice(0, cut);
        look[`${row === "foot" ? row : byKey[row]}|${key.slice(cut + 1)}`] = value;
      }
      const names = rows.map((_, r) => named_(r));
      box.querySelectorAll("[data-shown]").forEach((cell) => { // a matrix has thousands: only what changes is written
        const [text, tone = "", words = ""] = look[cell.dataset.shown] || [""], around = cell.parentElement.dataset;
        if (!cell.dataset.own && cell.textContent !== text) cell.textContent = text;
        if ((around.tone || "") !== tone) around.tone = tone;
        if (cell.dataset.r !== undefined) {
          const [r, c] = place(cell), told = `${names[r]} ${column(c).title}${words ? ` ${words}` : ""}`;
          if (cell.getAttribute("aria-label") !== told) cell.setAttribute("aria-label", told);
          if ((cell.getAttribute("aria-disabled") === "true") !== (tone === "off")) cell.setAttribute("aria-disabled", String(tone === "off"));
          if ((words || !cell.dataset.own) && cell.title !== words) cell.title = words;
        }
      });
      box.querySelectorAll("tbody tr[data-key]").forEach((tr) => {
        const texts = notes[tr.dataset.key] || [], old = tr.nextElementSibling?.classList.contains("gr-note") ? tr.nextElementSibling : null;
        if (!texts.length) return void old?.remove();
        const html = texts.map(([text, tone]) => `<div class="gr-${tone}"${tone === "err" ? ' role="alert"' : ""}>${tone === "err" ? "⚠ " : ""}${escape(text)}</div>`).join("");
        if (old) {
          if (old.dataset.html !== html) old.firstElementChild.innerHTML = html;
          old.dataset.html = html;
          return;
        }
        const note = document.createElement("tr");
        note.className = "gr-note";
        note.dataset.html = html;
        note.id = `${mine}-${tr.dataset.key}`;
        note.innerHTML = `<td colspan="${shape().columns.length + 1}">${html}</td>`;
        tr.after(note);
      });
      box.querySelectorAll("tbody [data-r]:is([aria-invalid], [aria-describedby])").forEach((cell) => {
        const note = `${mine}-${rows[place(cell)[0]].k}`;
        if (cell.hasAttribute("aria-invalid") && notes[rows[place(cell)[0]].k]) cell.setAttribute("aria-describedby", note);
        else cell.removeAttribute("aria-describedby");
      });
      if (!box.querySelector('tbody [role][tabindex="0"]')) {
        const first = box.querySelector('tbody [role][tabindex]:not([aria-disabled="true"])');
        if (first) first.tabIndex = 0;
      }
      const quiet = (what, off) => { const b = box.querySelector(`[data-act=${what}]`); if (b) b.disabled = off; };
      quiet("undo", !past.length);
      quiet("redo", !future.length);
    }

    // ..... typing

    function read(cell) {
      const [r, c] = place(cell), value = rows[r].v[c];
      if (cell.dataset.part) return { ...value, [cell.dataset.part]: cell.value };
      return cell.value === OUTSIDE ? { name: "", unit: "" } : cell.value;
    }

    function enter(cell) {
      const [r, c] = place(cell), before = rows[r].v[c], value = read(cell);
      put(r, c, value, cell.tagName === "SELECT");
      const folded = (v) => v && typeof v === "object";
      if (column(c).kind === "person" && Boolean(folded(before)) !== Boolean(folded(value))) {
        everywhere("paint");
        box.querySelector(`[data-r="${r}"][data-c="${c}"][data-part]`)?.focus();
      } else {
        everywhere("paint", view);
        const undo = box.querySelector("[data-act=undo]");
        if (undo) undo.disabled = false;
      }
    }

    function tick(cell) {
      const [r, c] = place(cell);
      if (locked()) return;
      const on = rows[r].v[c] !== true;
      put(r, c, on, true);
      cell.setAttribute("aria-checked", String(on));
      everywhere("paint", view);
      const undo = box.querySelector("[data-act=undo]");
      if (undo) undo.disabled = false;
    }

    function press(cell) {
      if (cell.getAttribute("aria-disabled") === "true") return;
      const [r, c] = place(cell);
      flush();
      model.send({ press: [rows[r].k, c] });
    }

    function write(cell) {
      if (locked() || cell.getAttribute("aria-disabled") === "true" || cell.querySelector("textarea")) return;
      const [r, c] = place(cell), before = rows[r].v[c] ?? "";
      const area = document.createElement("textarea");
      area.value = before;
      area.className = "gr-area";
      area.setAttribute("aria-label", cell.getAttribute("aria-label"));
      cell.textContent = "";
      cell.appendChild(area);
      area.focus();
      area.setSelectionRange(area.value.length, area.value.length);
      area.oninput = () => { if (!view.composing) put(r, c, area.value); };
      area.onblur = () => { if (rows[r]?.v[c] !== area.value && area.value !== before) put(r, c, area.value, true); cell.textContent = area.value; };
      area.onkeydown = (event) => {
        event.stopPropagation();
        if (event.isComposing) return;
        if (event.key === "Escape") {
          area.value = before;
          put(r, c, before, true);
        }
        const step = event.key === "Tab" ? [0, event.shiftKey ? -1 : 1] : event.key === "Enter" && (event.ctrlKey || event.metaKey) ? [1, 0] : null;
        if (!step && event.key !== "Escape") return;
        event.preventDefault();
        area.blur();
        if (!step || !move(cell, step)) cell.focus();
      };
    }

    function move(cell, [down, right]) {
      let [r, c] = place(cell);
      for (let i = 0; i < 60; i += 1) {
        r += down;
        c += right;
        if (r < 0 || r >= rows.length || c < 0 || c >= shape().columns.length) return null;
        const next = at(r, c);
        if (next && !next.classList.contains("gr-head") && next.getAttribute("aria-disabled") !== "true") return reach(next);
      }
      return null;
    }

    function reach(cell) {
      if (cell.getAttribute("role")) {
        box.querySelectorAll('tbody [role][tabindex="0"]').forEach((other) => (other.tabIndex = -1));
        cell.tabIndex = 0;
      }
      cell.focus();
      if (cell.tagName === "INPUT") cell.select();
      return cell;
    }

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

    function add() {
      restructure(() => rows.push(fresh()));
      const first = [...box.querySelectorAll(`[data-r="${rows.length - 1}"]`)].find((cell) => !cell.classList.contains("gr-head"));
      first?.focus();
    }

    function act(what, r) {
      if (what === "add") return add();
      if (what === "undo") return go(past, future);
      if (what === "redo") return go(future, past);
      if (what === "drop") restructure(() => rows.splice(r, 1));
      const other = what === "up" ? r - 1 : r + 1;
      if (what !== "drop" && other >= 0 && other < rows.length) restructure(() => ([rows[r], rows[other]] = [rows[other], rows[r]]));
      return null;
    }

    box.addEventListener("compositionstart", () => (view.composing = true));
    box.addEventListener("compositionend", (event) => {
      view.composing = false;
      const cell = cellOf(event.target);
      if (event.target.classList.contains("gr-area")) event.target.oninput();
      else if (cell) enter(cell);
      const owed = view.owed;
      view.owed = "";
      if (owed) view[owed]();
    });
    box.addEventListener("input", (event) => {
      if (!view.composing && event.target.dataset.r !== undefined) enter(event.target);
    });
    box.addEventListener("focusout", flush);
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) return void act(button.dataset.act, Number(button.dataset.row));
      const cell = cellOf(event.target), kind = cell && column(place(cell)[1]).kind;
      if (kind === "tick") tick(reach(cell));
      if (kind === "press") press(reach(cell));
      if (kind === "words") write(reach(cell));
    });
    box.addEventListener("paste", (event) => {
      const cell = cellOf(event.target), text = event.clipboardData.getData("text/plain");
      if (!cell || locked() || !/[\t\n]/.test(text.trimEnd())) {
        if (!cell || !cell.getAttribute("role") || event.target.classList.contains("gr-area")) return;
      }
      if (event.target.classList.contains("gr-area") && !text.includes("\t")) return; // several lines into one cell
      event.preventDefault();
      remember("");
      flush();
      const [r, c] = place(cell);
      model.send({ paste: [rows[r].k, c, text] });
    });
    box.addEventListener("keydown", (event) => {
      event.stopPropagation(); // Lab's own keys stay out
      const cell = cellOf(event.target), { key } = event;
      if (event.isComposing || event.keyCode === 229) return;
      if ((event.ctrlKey || event.metaKey) && /^[zy]$/i.test(key)) {
        event.preventDefault();
        if (key.toLowerCase() === "y" || event.shiftKey) go(future, past);
        else go(past, future);
        return;
      }
      if (!cell) return;
      const [r, c] = place(cell), role = cell.getAttribute("role"), { kind } = column(c);
      if (!shape().fixed && !locked() && event.altKey && (key === "ArrowUp" || key === "ArrowDown")) {
        event.preventDefault();
        return void act(key === "ArrowUp" ? "up" : "down", r);
      }
      if (!shape().fixed && !locked() && event.ctrlKey && key === "Delete") {
        event.preventDefault();
        return void act("drop", r);
      }
      if (role && (key === " " || key === "Enter")) {
        event.preventDefault();
        if (kind === "tick" && key === " ") return tick(cell);
        if (kind === "press") return press(cell);
        if (kind === "words") return write(cell);
      }
      if (kind === "words" && key === "Delete") return void (put(r, c, "", true), (cell.textContent = ""));
      if (kind === "words" && key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return write(cell);
      if (key === "Enter" && (cell.tagName !== "TEXTAREA" || event.ctrlKey)) {
        event.preventDefault();
        if (!move(cell, [event.shiftKey ? -1 : 1, 0]) && !shape().fixed && r === rows.length - 1 && !event.shiftKey) add();
        return;
      }
      if (STEPS[key] && !event.altKey && !event.ctrlKey && !event.shiftKey && leaves(cell, key) && move(cell, STEPS[key])) event.preventDefault();
    });
    return view;
  }

  return {
    initialize(context) {
      model = context.model;
      const given = model.get("given");
      [number, turn, rows] = [given.n, given.turn, copy(given.rows)];
      model.on("change:given", take);
      model.on("change:shape change:disabled", () => everywhere("paint"));
      model.on("change:told", () => everywhere("mark"));
      model.on("change:wanted", () => setTimeout(goTo, 80));
      window.addEventListener("pagehide", flush);
      return () => {
        window.removeEventListener("pagehide", flush);
        flush();
      };
    },
    render({ el }) {
      const view = makeView(el);
      views.add(view);
      view.paint();
      return () => views.delete(view);
    },
  };
};
