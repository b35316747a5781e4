import './styles/base.css';
import './styles/parts.css';
import './styles/terminal.css';
import './styles/files.css';
import './styles/pages.css';
import './styles/sessions.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { loadRuntimes } from './runtimes.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('Expected an element for the console in its page.');
render(<App />, root);
void loadRuntimes();
