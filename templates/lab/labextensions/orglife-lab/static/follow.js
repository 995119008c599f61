// Where the cursor and the page go after a click: into the card that was added, to the line that says what was done.
// Loaded by guided.js, which calls it for each stage.
window.orglifeFollow = ({ until }) => {
  const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select';
  const PATIENCE = 60000; // ms for which the end of what a button began is brought into sight

  const added = async button => { // the new card is the last one of its list
    const list = button.closest('.of-sort, .of-frame'), cards = () => list.querySelectorAll('.of-card');
    if (!list) return; // a button of the same look that adds to a table or to a list of another kind
    const before = cards().length;
    const shown = card => {
      const fields = [...card.querySelectorAll(FIELDS)].filter(one => one.offsetParent && !one.disabled);
      return fields.find(one => !one.value) || fields[0];
    };
    const field = await until(() => cards().length > before && shown([...cards()].at(-1)), 3000);
    if (!field || !(document.activeElement === button || document.activeElement === document.body)) return; // somebody went on
    field.focus({ preventScroll: true });
    field.closest('.of-card').scrollIntoView({ block: 'nearest' });
  };

  const see = status => { // a long table above it may just have gone, so that it stands under the bar on top
    const { top, bottom } = status.getBoundingClientRect();
    const bar = document.querySelector('.og-nav')?.getBoundingClientRect().bottom || 0;
    if (status.isConnected && (top < bar || bottom > innerHeight)) status.scrollIntoView({ block: 'center' });
  };

  return panel => {
    let end = 0, box = null;
    const watcher = new MutationObserver(records => {
      const came = records.flatMap(one => [...one.addedNodes]).filter(node => node.nodeType === 1)
        .map(node => (node.matches('.of-good, .of-bad') ? node : node.querySelector('.of-good, .of-bad'))).find(one => one && box.contains(one));
      if (!came && Date.now() < end) return;
      watcher.disconnect();
      if (came) setTimeout(() => see(came), 250); // the page takes its new height first
    });
    panel.node.addEventListener('click', event => {
      const button = event.target.closest('button');
      if (!button) return;
      if (button.matches('.of-add')) added(button);
      box = button.closest('.og-bring');
      if (!box) return;
      end = Date.now() + PATIENCE;
      watcher.observe(box, { childList: true, subtree: true });
    });
  };
};
