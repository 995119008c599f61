/* 收件: drop files or folders, or choose them; zips are sent to Python one by one, other files are only named.
 *
 * Messages to Python: {begin: count}, {file: name} with the bytes as buffer, {end: {others, large}}.
 * Python answers in the trait "state": {busy, problem}.
 */
const MOST = 95 * 1024 * 1024; // of one message; larger files vanish without a word
const MAGIC = [0x50, 0x4b, 3, 4];

function dropOf(el, model) {
  const make = (name, props = {}, ...children) => {
    const node = Object.assign(document.createElement(name), props);
    node.append(...children);
    return node;
  };
  const chooser = (label, props) => {
    const input = make("input", { type: "file", multiple: true, ...props });
    input.hidden = true;
    const button = make("button", { type: "button", className: "dr-pick", textContent: label, onclick: () => input.click() });
    input.onchange = () => { send([...input.files]); input.value = ""; };
    return [input, button];
  };
  const [files, pickFiles] = chooser("选择文件（可多选）", { accept: ".zip" });
  const [folder, pickFolder] = chooser("选择文件夹", { webkitdirectory: true });
  const words = make("p", { textContent: "把支部交来的包拖到这里：可以一次拖很多份、一个文件夹，或者装着很多包的压缩包。" });
  const state = make("p", { className: "dr-state" });
  state.setAttribute("role", "status");
  const zone = make("div", { className: "dr-zone" }, words, make("div", { className: "dr-row" }, files, pickFiles, folder, pickFolder), state);
  el.append(zone);

  let sending = false;
  const show = (text) => { state.textContent = text; };
  const ready = () => { pickFiles.disabled = pickFolder.disabled = sending || Boolean(model.get("state").busy); };

  async function send(chosen) {
    if (sending || !chosen.length) return;
    sending = true;
    ready();
    const others = [], large = [], zips = [];
    for (const [number, file] of chosen.entries()) {
      if (number % 200 === 0) show(`正在看文件：${number}/${chosen.length}`);
      const first = file.size ? new Uint8Array(await file.slice(0, 4).arrayBuffer()) : [];
      const zip = MAGIC.every((byte, at) => first[at] === byte) || /\.zip$/i.test(file.name);
      if (!zip) others.push(file.name);
      else if (file.size > MOST) large.push(file.name);
      else zips.push(file);
    }
    model.send({ begin: zips.length });
    for (const [number, file] of zips.entries()) {
      show(`正在读入：${number + 1}/${zips.length}`);
      model.send({ file: file.name }, undefined, [await file.arrayBuffer()]);
    }
    model.send({ end: { others: others.slice(0, 20), other_count: others.length, large } });
    show("");
    sending = false;
    ready();
  }
  async function filesOf(entry) {
    if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const each of some) found.push(...await filesOf(each));
    }
  }
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, async (event) => {
      zone.classList.toggle("dr-over", name === "dragover");
      if (name === "dragleave") return;
      event.preventDefault();
      event.stopPropagation();
      if (name !== "drop" || pickFiles.disabled) return;
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const plain = [...event.dataTransfer.files];
      try {
        send(entries.length ? (await Promise.all(entries.map(filesOf))).flat() : plain);
      } catch {
        show("有文件读不了。请检查U盘，再拖一次。");
      }
    });
  }
  const paint = () => { show(model.get("state").problem || ""); ready(); };
  model.on("change:state", paint);
  paint();
  return () => model.off("change:state", paint);
}

export default { render: ({ model, el }) => dropOf(el, model) };
