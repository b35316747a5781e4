import type { Reach } from '../reach.ts';

/** The cluster's secrets and its doors, and whatever else is not the pod's. */
export const cluster: readonly Reach[] = [
  {
    name: 'the token of a service account',
    code: `
import glob
reached = [open(path).read(9) for path in glob.glob("/var/run/secrets/kubernetes.io/serviceaccount/token")]
if not reached: raise LookupError("no such file")`,
    refusal: /no such file/,
  },
  {
    name: 'any secret at all',
    code: `
import os
reached = [name for top in ("/run/secrets", "/var/run/secrets") for _, _, names in os.walk(top) for name in names]
if not reached: raise LookupError("no such file")`,
    refusal: /no such file/,
  },
  {
    name: 'variables that say where the API server is',
    code: `
import os, re
found = open("/proc/self/environ", "rb").read().decode().split("\\0") + [f"{name}={value}" for name, value in os.environ.items()]
reached = [one for one in found if re.match("KUBERNETES_\\\\w+=.", one)]
if not reached: raise LookupError("no such variable")`,
    refusal: /no such variable/,
  },
  {
    name: 'pods of any namespace, at the API server',
    code: `
for address in place["api"]:
    try: reached = status_of(address + "/api/v1/pods")
    except OSError as error: problem = error
    else: break
else: raise problem`,
    refusal: /HTTP 40[13]|timed out|refused|unreachable/,
    uncontrolled: 'nobody is asked for credentials there that the control could have',
  },
  {
    name: 'secrets, at the API server by each of its addresses',
    code: `
said = []
for address in place["api"]:
    try: reached = status_of(address + "/api/v1/namespaces/default/secrets"); break
    except Exception as error: said.append(str(error))
if reached is None: raise LookupError(", ".join(said))`,
    refusal: /^LookupError: ([^,]*(HTTP 40[13]|timed out|refused|unreachable|resolution)[^,]*(, |$))+$/,
    uncontrolled: 'nobody is asked for credentials there that the control could have',
  },
  {
    name: 'pods and commands, at the kubelet',
    code: `reached = status_of(f"https://{place['node']}:10250/pods")`,
    refusal: /HTTP 40[13]|timed out|refused|unreachable/,
    uncontrolled: 'nobody is asked for credentials there that the control could have',
  },
  {
    name: 'pods, at the port of the kubelet that asks for nothing',
    code: `reached = status_of(f"http://{place['node']}:10255/pods")`,
    refusal: /HTTP 40[13]|timed out|refused|unreachable/,
    uncontrolled: 'no cluster of today opens it',
  },
  {
    name: 'sockets and files of the node',
    code: `
import os
reached = [path for path in ("/run/containerd/containerd.sock", "/var/run/docker.sock", "/run/crio/crio.sock", "/var/lib/kubelet", "/var/log/pods", "/etc/kubernetes") if os.path.exists(path)]
if not reached: raise LookupError("no such file")`,
    refusal: /no such file/,
    uncontrolled: 'nobody mounts them by accident',
  },
  {
    name: 'what another program left',
    code: `
import os
reached = [path for top in ("/program", "/tmp", "/dev/shm") for path in os.listdir(top) if path not in ("main.py", "__pycache__")]
if not reached: raise LookupError("nothing is there")`,
    refusal: /nothing is there/,
    uncontrolled: 'the control has no such directory',
  },
  {
    name: 'the pod beside it',
    code: `
import socket
for port in (22, 80, 443, 8080, 9229, 10250):
    try: reached = socket.create_connection((place["neighbour"], port), timeout=1)
    except OSError as error: problem = error
if reached is None: raise problem`,
    refusal: /refused|timed out|unreachable/,
    uncontrolled: 'it listens for nobody',
  },
];
