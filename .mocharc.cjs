module.exports = {
  'node-option': ['conditions=source', 'import=tsx/esm'],
  extension: ['ts'],
  timeout: 20000,
};
