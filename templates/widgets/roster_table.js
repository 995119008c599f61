/* The table in which a person confirms a roster: at the founding and in the roster's form.
 *
 * host: where it is shown. data: the table as Python made it. actions: {reread(uses), changed(), again()}.
 * Returns {answer(), open(), focusFirst()}; nothing is kept anywhere else, so what is shown is what is taken in.
 */
function rosterTable(host, data, actions) {
  const rows = data.rows.map((row) => ({ ...row, seen: false, values: { ...row.values }, touched: new Set() }));
  const own = { sure: false };
  const make = (name, props = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(props)) {
      if (key in node && key !== "list") node[key] = value; else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  };
  const plain = (text) => (text || "").replace(/\s/g, "");
  /** Whether a row is asked about only because of another row that says the same, and that row no longer does. */
  const settled = (row, name) => row.alike.includes(name)
    && !rows.some((other) => other !== row && other.keep && plain(other.values[name]) === plain(row.values[name]));
  const unanswered = (row) => (row.keep && !row.seen
    ? Object.keys(row.doubts).filter((name) => !settled(row, name) && (!row.touched.has(name) || row.alike.includes(name))) : []);
  const blanks = (row) => (row.keep ? ["name", "status"].filter((name) => !(row.values[name] || "").trim()) : []);
  const isOpen = (row) => unanswered(row).length > 0 || blanks(row).length > 0;
  const box = make("div", { className: "ro" });
  const summary = make("div", { className: "ro-sum" });
  const count = make("span", { role: "status" });
  const next = make("button", { type: "button", className: "ro-next", textContent: "到下一处" });
  summary.append(count, next);
  if (actions.again) summary.append(make("button", { type: "button", className: "ro-plain", textContent: actions.againLabel || "换一份", onclick: actions.again }));
  const paint = new Map();
  const asked = rows.some((row) => Object.keys(row.doubts).length);

  function tell() {
    const kept = rows.filter((row) => row.keep), open = rows.filter(isOpen);
    const stranger = data.stranger && !own.sure;
    count.textContent = `${kept.length}人` + (open.length ? `，${open.length}人要您看一看` : asked ? "，都看过了" : "，没有认不准的，请看一遍");
    count.className = open.length || stranger ? "ro-wait" : "ro-good";
    next.hidden = !open.length;
    for (const row of rows) paint.get(row)?.();
    actions.changed?.();
  }
  next.onclick = () => {
    const open = rows.filter(isOpen), here = rows.findIndex((row) => row.line?.contains(document.activeElement) || row.line === next.last);
    const row = open.find((each) => rows.indexOf(each) > here) || open[0];
    if (!row) return;
    next.last = row.line;
    focusIn(row);
  };
  function focusIn(row) {
    const name = blanks(row)[0] || unanswered(row).find((each) => row.fields[each]);
    const field = row.fields[name] || row.box;
    row.line.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }

  // --- sentences above

  const above = make("div");
  for (const sentence of data.notices) above.append(make("p", { className: "ro-note", textContent: sentence }));
  if (data.stranger) {
    const sure = make("input", { type: "checkbox", onchange: () => { own.sure = sure.checked; tell(); } });
    above.append(make("p", { className: "ro-note ro-ask" }, data.stranger, " ", make("label", {}, sure, " 是本支部的名册")));
  }
  if (data.columns.length) above.append(columnsOf());
  box.append(above, summary);

  function columnsOf() {
    const used = data.columns.filter((column) => column.use).map((column) => column.heading);
    const left = data.columns.filter((column) => !column.use).map((column) => column.heading);
    const words = `用到的列：${used.join("、")}` + (left.length ? `；不保留：${left.join("、")}` : "");
    const list = make("div", { className: "ro-cols" });
    for (const column of data.columns) {
      const select = make("select", { "aria-label": `“${column.heading}”这一列是` });
      for (const [use, label] of data.uses) select.append(make("option", { value: use, textContent: label, selected: use === column.use }));
      select.onchange = () => {
        column.use = select.value;
        actions.reread(Object.fromEntries(data.columns.filter((each) => each.use).map((each) => [each.place, each.use])));
      };
      list.append(make("div", {}, make("b", { textContent: column.heading }), make("small", { textContent: column.sample || "　" }), select));
    }
    return make("details", { className: "ro-fold", open: Boolean(data.showColumns) }, make("summary", { textContent: words }), list);
  }

  // --- rows

  const table = make("table");
  const head = make("tr", {}, make("th", { textContent: "列入" }), make("th", { textContent: "行" }));
  for (const field of data.fields) head.append(make("th", { textContent: field.label }));
  if (rows.some((row) => row.state)) head.append(make("th", { textContent: "与现有名单比较" }));
  head.append(make("th", { textContent: "请核对" }));
  const body = make("tbody");
  table.append(make("thead", {}, head), body);
  const withState = head.childElementCount > data.fields.length + 3;
  for (const row of rows) body.append(lineOf(row));
  const add = make("button", { type: "button", className: "ro-plain", textContent: "＋ 加一人", onclick: () => {
    const row = { n: 0, keep: true, values: { status: "full", role: "member" }, doubts: {}, alike: [], remark: "", state: "", seen: false, touched: new Set() };
    rows.push(row);
    body.append(lineOf(row));
    tell();
    row.fields.name.focus();
  } });
  box.append(make("div", { className: "ro-scroll" }, table), add);
  if (data.absent.length) {
    box.append(make("p", { className: "ro-note", textContent: `名册里没有、本支部名单里有：${data.absent.join("、")}。这里不会移除；已转出的，请在名单里填转出日期。` }));
  }
  if (data.left.length) {
    const lines = data.left.map((line) => make("li", { textContent: line }));
    box.append(make("details", { className: "ro-fold" }, make("summary", { textContent: `没有列入的行（${data.left.length}）：标题、合计、落款等` }), make("ul", {}, ...lines)));
  }

  function lineOf(row) {
    const line = make("tr"), who = () => row.values.name || (row.n ? `第${row.n}行` : "新加的一行");
    row.line = line;
    row.fields = {};
    row.box = make("input", { type: "checkbox", checked: row.keep, onchange: () => { row.keep = row.box.checked; tell(); } });
    line.append(make("td", {}, row.box), make("td", { className: "ro-n", textContent: row.n || "新" }));
    for (const field of data.fields) {
      const input = inputOf(row, field);
      row.fields[field.name] = input;
      line.append(make("td", {}, input));
    }
    if (withState) line.append(make("td", { className: "ro-state", textContent: row.state }));
    const asks = make("td", { className: "ro-asks" });
    for (const sentence of new Set(Object.values(row.doubts))) asks.append(make("div", { textContent: sentence }));
    const seen = make("input", { type: "checkbox", onchange: () => { row.seen = seen.checked; tell(); } });
    if (Object.keys(row.doubts).length) asks.append(make("label", {}, seen, " 已核对"));
    if (row.remark && !asks.textContent.includes(row.remark)) asks.append(make("div", { className: "ro-remark", textContent: `备注：${row.remark}` }));
    line.append(asks);
    paint.set(row, () => {
      line.className = !row.keep ? "ro-off" : isOpen(row) ? "ro-open" : "";
      row.box.setAttribute("aria-label", `列入${who()}`);
      seen.setAttribute("aria-label", `${who()}已核对`);
      const waiting = new Set([...unanswered(row), ...blanks(row)]);
      for (const field of data.fields) {
        const input = row.fields[field.name];
        input.setAttribute("aria-label", `${who()}的${field.label}`);
        input.classList.toggle("ro-look", row.keep && waiting.has(field.name));
      }
    });
    return line;
  }
  function inputOf(row, field) {
    const value = row.values[field.name] ?? "";
    const set = (input) => () => { row.values[field.name] = input.value; row.touched.add(field.name); tell(); };
    if (field.kind === "choice") {
      const select = make("select");
      if (!field.options.some(([key]) => key === "")) select.append(make("option", { value: "", textContent: field.name === "status" ? "请选择" : "" }));
      for (const [key, label] of field.options) select.append(make("option", { value: key, textContent: label }));
      select.value = value;
      select.onchange = set(select);
      return select;
    }
    const input = make("input", { type: "text", value, className: field.name === "name" ? "ro-name" : "", autocomplete: "off" });
    input.oninput = set(input);
    input.onkeydown = (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); };
    return input;
  }

  host.replaceChildren(box);
  tell();
  return {
    answer: () => ({ own: own.sure, rows: rows.map((row) => ({ n: row.n, keep: row.keep, seen: row.seen, values: row.values, open: unanswered(row) })) }),
    open: () => rows.filter(isOpen).length + (data.stranger && !own.sure ? 1 : 0),
    focusFirst: () => { const row = rows.find(isOpen); if (row) focusIn(row); },
  };
}
