import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import { createRoot } from 'react-dom/client';

import '../css/index.css';
import * as kit from './kit.js';
import { App } from './app.jsx';
import { pages } from './pages.jsx';

globalThis.bookable = { kit, react, jsxRuntime, pages: pages.map(({ name }) => name) };

createRoot(document.getElementById('page')).render(<App />);
