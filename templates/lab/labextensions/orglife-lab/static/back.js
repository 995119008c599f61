// The back of all pages: one kernel for the workspace and one line to it for this window, however many stages are open.
// Loaded by guided.js, which hands over what it knows; it returns what the pages call. In the kernel each page has a
// room of its own (orglife.adapters.lab.page_scopes).
window.orglifeBack = ({
  NotebookActions, Dialog, base, signOfLife, hub, panels, ready, wait, uncover, warn, calm, nav, services, current, branch, ask, ran,
}) => {
  const PATIENCE = 5000; // ms that a kernel may take to answer before “重新载入” starts another
  let session = null; // of the page that was opened first; all the others run in it
  let lost = false; // the kernel has ended by itself and is being started again
  let lives = 0; // how often that has happened: what was run in an earlier life is gone
  let frozen = false; // the server is gone

  // --- the server is gone: the page freezes. For some seconds it asks whether this same server is there again, without
  // cookie or key, since another program may listen there by now; then it asks nothing any more and says what to do ----
  const ASKS = 12;
  const silence = () => { // Lab goes on asking, with the cookie
    services.serverSettings.fetch = () => Promise.reject(new TypeError('gone'));
    services.serverSettings.WebSocket = class { close() {} send() {} };
  };
  const isBack = async () => {
    try {
      const answer = await fetch(`${base}orglife/alive`, { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
      return answer.ok && await answer.text() === signOfLife;
    } catch (error) { return false; }
  };
  const still = () => {
    document.activeElement?.blur?.();
    document.querySelector('#jp-main-content-panel')?.setAttribute('inert', '');
    for (const panel of panels) panel.node.inert = true; // nothing may be typed that is not kept
  };
  const freeze = async () => {
    if (frozen) return;
    frozen = true;
    uncover();
    still();
    nav.inert = true;
    document.body.dataset.ogFrozen = '1';
    silence();
    warn('与程序的连接断了，页面已暂停，已保存的内容不受影响。正在再试…');
    for (let asked = 0; asked < ASKS; asked += 1) {
      await new Promise(next => setTimeout(next, 1500));
      if (await isBack()) { location.reload(); return; }
    }
    document.body.dataset.ogGone = '1';
    if (hub) { warn('久未使用或网站重开，这一页已停下，已保存的内容都在。', '重新打开', () => location.reload()); return; }
    warn('程序已经关了，这一页不能再用，已保存的内容都在。请像平时那样再打开一次工作簿，用新打开的网页；这一页请关掉。');
  };
  const stopped = async () => { // the kernel has ended for good: alone, or as the first of a server that is ending
    if (frozen) return;
    still();
    silence();
    warn('程序停了，页面已暂停。已保存的内容不受影响。', '重新载入', () => location.reload());
    for (let asked = 0; asked < ASKS && !frozen; asked += 1) {
      await new Promise(next => setTimeout(next, 1500));
      if (!await isBack()) freeze();
    }
  };
  const dismiss = () => setTimeout(() => Dialog.flush(), 0); // Lab's own dialog about it, in English
  services.connectionFailure.connect(() => { dismiss(); freeze(); });

  // --- what is asked of the kernel beside the cells ------------------------------------------------------------------
  const tell = code => session?.session?.kernel?.requestExecute({
    code: `from orglife.adapters.lab.page_scopes import page_scopes; page_scopes().${code}`, silent: true, store_history: false, stop_on_error: false,
  }).done.then(reply => reply.content.status === 'ok', () => null); // null: nobody answered
  const call = async (panel, what) => { // the page's desk is asked for something
    if (frozen || lost) return;
    if (await tell(`desk(${JSON.stringify(panel.context.path)}).${what}`) !== false) return;
    ready.delete(panel); // the kernel does not know this page: it is another one than the page was run in
    if (current() === panel) run(panel);
  };
  const refresh = panel => call(panel, 'refresh()'); // somebody comes back, or something changed elsewhere

  // --- a page is run: one after the other, each in its own room ------------------------------------------------------
  let turn = Promise.resolve();
  const run = async panel => {
    await session.ready;
    await panel.revealed; // before it takes its turn: who clicks on quickly leaves pages that are never shown
    const mine = turn.then(() => runNow(panel));
    turn = mine.catch(() => 0);
    return mine;
  };
  const runNow = async panel => {
    performance.mark('og-kernel');
    const { path } = panel.context;
    if (frozen || lost || ready.has(panel) || current() !== panel || ask(path)) return;
    const life = lives;
    const top = panel.content.outerNode || panel.content.node;
    const at = panel.ogRan ? top.scrollTop : 0; // to ask for it is to lay out the page
    tell(`enter(${JSON.stringify(path)}, ${JSON.stringify(branch())})`);
    const good = await NotebookActions.runAll(panel.content, session).catch(() => false);
    top.scrollTop = at;
    if (frozen || lost || life !== lives) return;
    panel.ogRan = true;
    ready.add(panel);
    performance.mark('og-ran');
    ran(panel, good);
  };
  const reopen = async panel => {
    calm();
    wait('正在重新载入…');
    ready.delete(panel);
    const late = new Promise(done => setTimeout(done, PATIENCE, null));
    if (await Promise.race([tell('enter("")'), late]) === null) {
      lives += 1;
      ready.clear();
      await session.restartKernel();
    }
    await run(panel);
  };

  // --- the kernel is gone: started again by the server, run again by us; the other pages when their turn comes -------
  const mend = async () => {
    lost = false;
    const panel = current();
    if (!panels.includes(panel)) return;
    await run(panel);
    if (ready.has(panel)) warn('已恢复，页面已回到上次保存的内容。', '知道了', calm);
  };
  const watch = () => {
    session.kernelChanged.connect((_, change) => { if (change.newValue) own(change.newValue); });
    session.statusChanged.connect((_, status) => {
      if (frozen) return;
      if (status === 'autorestarting' || status === 'dead') {
        lost = true;
        lives += 1;
        ready.clear();
        dismiss();
        if (status === 'dead') stopped();
        else warn('程序刚才停了，正在自动恢复…已保存的内容不受影响。');
      } else if (lost && status === 'idle') mend();
    });
    session.connectionStatusChanged.connect((_, status) => {
      if (status === 'connected') return;
      setTimeout(() => { // a restart of the kernel also disconnects for a moment
        const kernel = session.session?.kernel;
        if (!lost && kernel && kernel.connectionStatus !== 'connected') freeze();
      }, 1500);
    });
    session.sessionChanged.connect((_, change) => { // somebody ended the kernel
      if (change.oldValue && !change.newValue) stopped();
    });
  };
  const own = kernel => { // what is made for other windows comes over this line too: it is theirs
    const register = kernel.registerCommTarget.bind(kernel);
    kernel.registerCommTarget = (name, take) => register(name, (comm, made) => made.parent_header.session === kernel.clientId ? take(comm, made) : null);
  };
  const share = factory => { // of notebooks: Lab would begin a kernel for each that is opened
    const make = factory.createNew.bind(factory);
    factory.createNew = (context, ...more) => {
      if (session) context.sessionContext = session;
      else { session = context.sessionContext; watch(); }
      return make(context, ...more);
    };
  };

  return { share, run, reopen, refresh, call };
};
