module.exports = globalThis.bookable.jsxRuntime;
