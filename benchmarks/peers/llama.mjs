// Tokens a second of llama.cpp, for comparison: reading a prompt of 256 tokens, then steps of one row and of 64 rows.
// In a folder that git ignores: npm install --ignore-scripts node-llama-cpp@3.22.1, then node llama.mjs FILE THREADS
// Rows get a copy of the prompt's state: this binding shares no cells between sequences.
import {getLlama} from "node-llama-cpp";
const [file, threadText = "2"] = process.argv.slice(2);
const threads = Number(threadText);
const llama = await getLlama({gpu: false, build: "never", maxThreads: threads, progressLogs: false, logLevel: "error"});
const started = performance.now();
const model = await llama.loadModel({modelPath: file});
console.log(`load ${((performance.now() - started) / 1000).toFixed(2)} s`);
const rows = 64;
const context = await model.createContext({contextSize: 512, sequences: rows, batchSize: 512, threads: {ideal: threads, min: threads}});
const ctx = context._ctx;
if (ctx.setThreads) ctx.setThreads(threads);
const prompt = Uint32Array.from({length: 256}, (_, i) => 100 + i * 37 % 40000);
async function decode(parts) {
    ctx.initBatch(parts.reduce((n, p) => n + p.tokens.length, 0));
    for (const p of parts) ctx.addToBatch(p.row, p.at, p.tokens, Uint32Array.from([p.tokens.length - 1]));
    await ctx.decodeBatch();
}
let cpu = 0;
const begin = () => { cpu = process.cpuUsage(); return performance.now(); };
// Beside the rate by the clock, in brackets, the rate by processor time: what one idle core would do.
const rate = (n, t) => { const used = process.cpuUsage(cpu); return `${(n / (performance.now() - t) * 1000).toFixed(1)} (${(n / (used.user + used.system) * 1e6 * threads).toFixed(1)})`; };
for (let repeat = 0; repeat < 4; repeat++) {
    for (let r = 0; r < rows; r++) ctx.disposeSequence(r);
    let t = begin();
    await decode([{row: 0, at: 0, tokens: prompt}]);
    const read = rate(prompt.length, t);
    t = begin();
    for (let i = 0; i < 32; i++) await decode([{row: 0, at: 256 + i, tokens: Uint32Array.from([200 + i])}]);
    const one = rate(32, t);
    for (let r = 1; r < rows; r++) await ctx.copySequenceStateFromOtherSequence(r, 0);
    t = begin();
    for (let i = 0; i < 8; i++)
        await decode(Array.from({length: rows}, (_, r) => ({row: r, at: 288 + i, tokens: Uint32Array.from([300 + r + i])})));
    console.log(`prompt ${read}  one row ${one}  ${rows} rows ${rate(8 * rows, t)}`);
}
process.exit(0);
