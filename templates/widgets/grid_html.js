/* A table as HTML, from its shape and its rows. grid_annotations.js adds errors, notes and calculated cells later. */
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const OUTSIDE = "*outside*";

/** The row's name: the value of its naming column, else its number. */
function nameOf({ columns }, row, r) {
  const place = columns.findIndex((column) => column.names), value = row.v[place];
  const label = place < 0 ? "" : (columns[place].options || []).find(([key]) => key === value)?.[1] || (typeof value === "string" ? value : "");
  return label || `第${r + 1}行`;
}

function optionsHtml(column, value) {
  const text = value === null || value === undefined ? "" : typeof value === "object" ? OUTSIDE : String(value);
  const known = [["", column.first || "—"], ...column.options];
  if (column.kind === "person") known.push([OUTSIDE, "外单位人员…"]);
  if (!known.some(([key]) => key === text)) known.push([text, /^[A-Za-z0-9][\w.-]*$/.test(text) ? "已移除的一项" : `${text}（列表里没有）`]);  // an id is never shown
  return known.map(([key, words]) => `<option value="${escape(key)}"${key === text ? " selected" : ""}>${escape(words)}</option>`).join("");
}

function insideHtml(column, value, r, c, name, locked) {
  const place = `data-r="${r}" data-c="${c}"`, label = `${name} ${escape(column.title)}`;
  const mine = `${place} aria-label="${label}"`, shown = `data-shown="${r}|${c}"`, off = locked ? " disabled" : "";
  const select = () => `<select ${mine}${off}>${optionsHtml(column, value)}</select>`;
  const part = (key, words) => `<input type="text" ${place} aria-label="${label} ${words}" data-part="${key}" placeholder="${words}" value="${escape(value[key] ?? "")}"${off}>`;
  switch (column.kind) {
    case "head": return `<span class="gr-head" ${place}>${escape(value ?? "")}</span>`;
    case "show": return `<span class="gr-show" ${shown}></span>`;
    case "tick": return `<span role="checkbox" tabindex="-1" ${mine} aria-checked="${value === true}"></span>`;
    case "press": return `<span role="button" tabindex="-1" ${mine} ${shown}></span>`;
    case "words": return `<span ${shown} data-own="1" class="gr-words" role="button" tabindex="-1" ${mine}>${escape(value ?? "")}</span>`;
    case "choice": case "member": return select();
    case "person": return select() + (value && typeof value === "object" ? part("name", "姓名") + part("unit", "单位") : "");
    case "lines": return `<textarea rows="1" autocomplete="off" ${mine}${off}>${escape(value ?? "")}</textarea>`;
    default: return `<input type="text" autocomplete="off" ${mine}${off} value="${escape(value ?? "")}">`;
  }
}

function actsHtml({ ordered }, r) {
  const button = (what, sign, words) => `<button type="button" tabindex="-1" data-act="${what}" data-row="${r}" title="${words}" aria-label="${words}第${r + 1}行">${sign}</button>`;
  const moves = ordered === false ? "" : button("up", "↑", "上移") + button("down", "↓", "下移");
  return `<td class="gr-acts">${moves}${button("drop", "✕", "删除")}</td>`;
}

/* Whether a choice has words that need two lines in a narrow column. */
const isLong = (column) => Boolean(column.options?.some(([, words]) => words.length > 9));

function lineHtml(shape, row, r, locked) {
  const name = escape(nameOf(shape, row, r));
  const cells = shape.columns.map((column, c) => {
    const inside = insideHtml(column, row.v[c], r, c, name, locked), group = column.group || "";
    return column.kind === "head" ? `<th scope="row" class="${group}">${inside}</th>` : `<td class="gr-k-${column.kind} ${group}${isLong(column) ? " gr-long" : ""}">${inside}</td>`;
  });
  return `<tr data-key="${escape(row.k)}">${cells.join("")}${shape.fixed || locked ? "" : actsHtml(shape, r)}</tr>`;
}

function headHtml(column, c, locked) {
  const help = column.help ? ` title="${escape(column.help)}"` : "", must = column.core ? '<b aria-hidden="true"> *</b>' : "";
  const all = column.all && !locked ? `<button type="button" class="gr-all" data-act="all" data-col="${c}" aria-label="${escape(column.title)}：全部勾上">全部勾上</button>` : "";
  return `<th scope="col" class="gr-k-${column.kind} ${column.group || ""}"${help}><span>${escape(column.title)}${must}</span>${all}</th>`;
}

function sumHtml(column, c) {
  const shown = `<span data-shown="foot|${c}"></span>`;
  return column.kind === "head" ? `<th scope="row">${shown}</th>` : `<td class="gr-k-${column.kind}">${shown}</td>`;
}

function tableHtml(shape, rows, locked) {
  const { columns, upright, foot, tall, fit } = shape, mayAct = !shape.fixed && !locked;
  const heads = columns.map((column, c) => headHtml(column, c, locked)).join("") + (mayAct ? '<th class="gr-acts"><span class="gr-hidden">操作</span></th>' : "");
  const body = rows.map((row, r) => lineHtml(shape, row, r, locked)).join("") || `<tr class="gr-empty"><td colspan="${columns.length}">${escape(shape.empty || "还没有内容。")}</td></tr>`;
  const sums = foot && rows.length ? `<tfoot><tr>${columns.map(sumHtml).join("")}${mayAct ? '<td class="gr-acts"></td>' : ""}</tr></tfoot>` : "";
  const add = mayAct ? `<button type="button" class="gr-add" data-act="add">${escape(shape.add || "加一行")}</button>` : "";
  const undo = locked || shape.still ? "" : '<button type="button" data-act="undo">撤销</button><button type="button" data-act="redo">重做</button>';
  const fill = shape.fill && !locked ? '<button type="button" data-act="fill" title="把刚点的一格填到它下面的空格里（Ctrl+D）">填到下面的空格</button>' : "";
  const hint = locked || !shape.hint ? "" : `<span class="gr-hint">${escape(shape.hint)}</span>`;
  const looks = `gr-scroll${upright ? " gr-upright" : ""}${tall ? " gr-tall" : ""}${fit ? " gr-fit" : ""}`;
  return `<div class="${looks}"><table role="grid" aria-label="${escape(shape.label)}"><thead><tr>${heads}</tr></thead><tbody>${body}</tbody>${sums}</table></div><div class="gr-bar">${add}${fill}${undo}${hint}</div>`;
}
