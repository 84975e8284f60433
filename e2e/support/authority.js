// A small certification authority, made with openssl for one journey.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[subscriber]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
`;

export function authority() {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(join(folder, 'o.cnf'), CONFIG);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-config', 'o.cnf', '-utf8', '-x509', ...curve, '-keyout', 'root.key', '-out', 'root.pem', '-days', '3650', '-subj', '/C=VN/CN=CA thử nghiệm', '-extensions', 'root');
  const file = (name, mimeType) => ({ name, mimeType, buffer: readFileSync(join(folder, name)) });
  return {
    /** A certificate for that subject which ends after so many days. */
    certificate(subject, days) {
      const name = `s${Date.now()}`;
      openssl('req', '-config', 'o.cnf', '-utf8', '-new', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', `${days}`, '-extfile', 'o.cnf', '-extensions', 'subscriber', '-out', `${name}.crt`);
      return { file: file(`${name}.crt`, 'application/x-x509-ca-cert'), key: file(`${name}.key`, 'application/octet-stream') };
    },
  };
}
