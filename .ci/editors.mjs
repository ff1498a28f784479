// Talks to the YAML language server as an editor does. Arguments: the schema, and files that must have no finding.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';

const [schema, ...files] = process.argv.slice(2);
const program = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/yaml-language-server/bin/yaml-language-server');
const server = spawn('node', [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
const settings = { yaml: { schemas: { [`file://${schema}`]: ['*.yaml'] }, validate: true, completion: true, schemaStore: { enable: false } } };
const published = new Map();
let failures = 0;

connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) => settings[section] ?? {}));
connection.onRequest('client/registerCapability', () => null);
connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => published.get(uri)?.(diagnostics));
connection.listen();
await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: { textDocument: { completion: {} }, workspace: { configuration: true } } });
connection.sendNotification('initialized', {});

for (const file of files) {
  const { findings } = await open(readFileSync(file, 'utf8'));
  check(`${file}: no finding`, findings.length === 0, findings.map((found) => `${found.range.start.line + 1}: ${found.message}`));
}
const { findings } = await open('version: 1\ndefaults: { datadog: { account_tagz: [] } }\n');
check('a misspelt key is found', findings.length === 1, findings);

const entry = 'accounts:\n  - aws_account_id: "210000000001"\n';
await completes('sites', 'providers:\n  datadog:\n    site: |\n', ['datadoghq.eu', 'us5.datadoghq.com', 'ddog-gov.com']);
await completes('variables in defaults', 'defaults:\n  va|\n', ['vars']);
await completes('variables in an entry', `${entry}    va|\n`, ['vars', 'profiles', 'hold']);
await completes('KEY+ in a profile', 'profiles:\n  pii:\n    datadog:\n      account|\n', ['account_tags', 'account_tags+']);
await completes('KEY+ in an entry', `${entry}    datadog:\n      account|\n`, ['account_tags', 'account_tags+']);
await completes('no KEY+ in defaults', 'defaults:\n  datadog:\n    account|\n', ['account_tags'], ['account_tags+']);
const list = (path, last) => `defaults:\n${[...path, `${last}:`].map((key, at) => `${'  '.repeat(at + 1)}${key}${key.endsWith(':') ? '' : ':'}\n`).join('')}${'  '.repeat(path.length + 2)}- |\n`;
await completes('namespaces', list(['datadog', 'metrics_config', 'namespace_filters'], 'exclude_only'), ['AWS/EC2', 'AWS/SQS']);
await completes('log sources', list(['datadog', 'logs_config', 'lambda_forwarder'], 'sources'), ['s3', 'lambda', 'cloudtrail']);
await completes('regions', list(['datadog', 'aws_regions'], 'include_only'), ['eu-central-1', 'us-gov-west-1']);
process.exit(failures === 0 ? 0 : 1);

// Opens a text as a file of its own, and waits for what is found in it.
async function open(text) {
  const uri = `file:///config-${published.size}.yaml`;
  const found = new Promise((resolve) => published.set(uri, resolve));
  connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  return { uri, findings: await found };
}

// Whether all of `wanted` and nothing of `unwanted` is offered where `|` stands.
async function completes(what, marked, wanted, unwanted = []) {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const { uri } = await open(`version: 1\n${marked.replace('|', '')}`);
  const position = { line: before.length, character: before.at(-1).length };
  const { items } = await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  const offered = items.map(({ label }) => label);
  check(`completes ${what}`, wanted.every((label) => offered.includes(label)) && !unwanted.some((label) => offered.includes(label)), offered);
}

function check(what, holds, seen) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (!holds) {
    failures += 1;
    console.log('     saw:', seen);
  }
}
