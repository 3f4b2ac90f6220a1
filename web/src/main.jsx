// Evaluated from above: what the page begins with is on its way before React's part for browsers is made ready.
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';

import '../css/index.css';
import * as kit from './kit.js';
import { first } from './beginning.js';
import { App } from './app.jsx';
import { pages } from './pages.jsx';
import { createRoot } from 'react-dom/client';

globalThis.bookable = { kit, react, jsxRuntime, pages: pages.map(({ name }) => name) };

const root = createRoot(document.getElementById('page'));
first.then((state) => root.render(<App first={state} />));
