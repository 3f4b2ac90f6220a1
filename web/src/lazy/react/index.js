// In the place of React, in a file that is loaded later: there may be only one.
module.exports = globalThis.bookable.react;
