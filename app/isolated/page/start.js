import begin, { start } from '/reader.js';

await begin({ module_or_path: '/reader_bg.wasm' });
start();
document.documentElement.dataset.started = '';
