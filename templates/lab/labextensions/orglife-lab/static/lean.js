// Parts of Lab that the guided page has no use for as they are, in their lean form. Loaded by guided.js, which hands over
// what it knows; it returns the plugins that stand in for Lab's (page.json takes those away).
window.orglifeLean = async ({ shared, name, asked }) => {
  // --- cells without editors: nobody sees or writes code here, and an editor a cell is what Lab takes longest to make --
  const { NotebookPanel } = await shared('@jupyterlab/notebook');
  const { Signal } = await shared('@lumino/signaling');
  const bare = options => {
    const known = {
      host: options.host, model: options.model, uuid: options.uuid || '', selectionStyle: {}, isDisposed: false,
      lineCount: 1, lineHeight: 16, charWidth: 8,
      hasFocus: () => false, getLine: () => '', getOffsetAt: () => 0, getRange: () => '', getTokens: () => [], getSelections: () => [],
      getPositionAt: () => ({ line: 0, column: 0 }), getCursorPosition: () => ({ line: 0, column: 0 }),
      getSelection: () => ({ start: { line: 0, column: 0 }, end: { line: 0, column: 0 } }),
      addKeydownHandler: () => ({ isDisposed: true, dispose() {} }),
      dispose() { known.isDisposed = true; Signal.clearData(known); },
    };
    known.edgeRequested = new Signal(known);
    return new Proxy(known, { get: (_, key) => key in known || typeof key === 'symbol' || key === 'then' ? known[key] : () => undefined });
  };
  const cells = {
    id: `${name}:cells`, autoStart: true, provides: NotebookPanel.IContentFactory,
    activate: () => new NotebookPanel.ContentFactory({ editorFactory: bare }),
  };

  // --- settings: ours, that nobody changes; Lab would compile a program for each of them, to check them at every load --
  const { ISettingRegistry, SettingRegistry } = await shared('@jupyterlab/settingregistry');
  const filled = (schema, values) => {
    for (const [key, each] of Object.entries(schema.properties || {})) {
      if (values[key] === undefined && each.default !== undefined) values[key] = structuredClone(each.default);
      if (values[key] && typeof values[key] === 'object') filled(each, values[key]);
    }
    return values;
  };
  const unchecked = {
    validateData: plugin => {
      plugin.data = { composite: filled(plugin.schema, {}), user: {} };
      return null;
    },
  };
  const settings = {
    id: `${name}:settings`, autoStart: true, provides: ISettingRegistry,
    activate: async app => {
      const known = new Map((await asked.settings).settings.map(each => [each.id, each]));
      for (const { schema } of known.values()) delete schema['jupyter.lab.toolbars']; // nobody sees the bar of buttons that each page would be given
      const connector = { fetch: async id => known.get(id), list: async () => ({ ids: [], values: [] }), save: async () => {}, remove: async () => {} };
      return new SettingRegistry({ connector, validator: unchecked, plugins: [...known.values()].filter(each => app.hasPlugin(each.id)) });
    },
  };

  // --- Lab's words in Chinese: asked for before Lab is there ---------------------------------------------------------
  const { ITranslatorConnector } = await shared('@jupyterlab/translation');
  const words = { id: `${name}:words`, autoStart: true, provides: ITranslatorConnector, activate: () => ({ fetch: () => asked.words }) };

  return [cells, settings, words];
};
