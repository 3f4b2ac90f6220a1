// In the place of kit.js, in a file that is loaded later.
module.exports = globalThis.bookable.kit;
