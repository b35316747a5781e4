/**
 * What process 1 of a pod finds, as it sees it itself: one line of JSON. `written` has the directories where a file could
 * be made, `token` and `variables` what there is of the cluster.
 */
export interface Facts {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly written: readonly string[];
  readonly token: boolean;
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Lines of /proc/self/status by their names. */
  readonly status: { readonly [name: string]: string };
  readonly kernel: string;
}

const PYTHON = `
import json, os
def writes(directory):
    try:
        open(directory + "/made", "w").write("x")
        return True
    except OSError:
        return False
status = dict(line.rstrip().split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
print(json.dumps({
    "uid": os.getuid(), "gid": os.getgid(), "groups": os.getgroups(),
    "written": [one for one in ("/", "/root", "/etc", "/usr", "/var/tmp", "/program", "/tmp") if writes(one)],
    "token": os.path.exists("/var/run/secrets/kubernetes.io"),
    "variables": [[name, value] for name, value in os.environ.items() if "KUBERNETES" in name or "SERVICE" in name],
    "status": status, "kernel": open("/proc/version").read(),
}))
`;

const NODE = `
import fs from 'node:fs';
const writes = (directory) => {
  try { fs.writeFileSync(directory + '/made', 'x'); return true; } catch { return false; }
};
const lines = fs.readFileSync('/proc/self/status', 'utf8').split('\\n').filter((line) => line.includes(':\\t'));
console.log(JSON.stringify({
  uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
  written: ['/', '/root', '/etc', '/usr', '/var/tmp', '/program', '/tmp'].filter(writes),
  token: fs.existsSync('/var/run/secrets/kubernetes.io'),
  variables: Object.entries(process.env).filter(([name]) => /KUBERNETES|SERVICE/.test(name)),
  status: Object.fromEntries(lines.map((line) => line.split(':\\t'))), kernel: fs.readFileSync('/proc/version', 'utf8'),
}));
`;

/** Prints the facts, instead of a launcher. */
export const TELLS_FACTS = {
  python: ['python3', '-c', PYTHON],
  javascript: ['node', '--input-type=module', '-e', NODE],
} as const;
