import type { Attempt } from '../attempt.ts';

const family = (name: string, number: number, type: string, isRoots = false): Attempt => ({
  name: `a socket of ${name}`,
  code: {
    c: `return socket(${number}, ${type}, 0);`,
    python: `import socket\nreached = socket.socket(${number}, socket.${type})`,
  },
  ...(isRoots ? { isRoots } : {}),
});
const MODULE = { uncontrolled: 'the kernel may have no such module' };

/** Listeners of the host, other networks, and families of sockets that are not for networks. */
export const network: readonly Attempt[] = [
  {
    name: 'a port of the machine',
    code: {
      c: `struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons(number("TCP_PORT"))};
tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
return connects(AF_INET, &tcp, sizeof tcp);`,
      python: 'import socket\nreached = socket.create_connection(("127.0.0.1", int(env["TCP_PORT"])))',
      javascript:
        "const socket = net.connect(Number(env.TCP_PORT), '127.0.0.1'); await once(socket, 'connect'); return 'connected'",
      bash: ': <"/dev/tcp/127.0.0.1/$TCP_PORT"',
    },
  },
  {
    name: 'a datagram to the machine',
    code: {
      // To send is no proof; what arrives is counted by the host.
      python: `import socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.settimeout(1)
one.connect(("127.0.0.1", int(env["UDP_PORT"])))
one.send(b"x")
raise OSError("sent into nothing")`,
      bash: 'echo x >"/dev/udp/127.0.0.1/$UDP_PORT"; exit 1',
    },
    uncontrolled: 'the host counts it',
  },
  {
    name: 'a socket file',
    code: {
      c: `struct sockaddr_un local = {.sun_family = AF_UNIX};
strncpy(local.sun_path, text("SOCKET_FILE"), sizeof local.sun_path - 1);
return connects(AF_UNIX, &local, sizeof local);`,
      python: 'import socket\nsocket.socket(socket.AF_UNIX).connect(env["SOCKET_FILE"])',
      javascript:
        "const socket = net.connect(env.SOCKET_FILE); await once(socket, 'connect'); return 'connected'",
    },
  },
  {
    name: 'an abstract socket',
    code: {
      c: `struct sockaddr_un local = {.sun_family = AF_UNIX};
size_t length = strlen(text("ABSTRACT_SOCKET"));
memcpy(local.sun_path + 1, text("ABSTRACT_SOCKET"), length);
return connects(AF_UNIX, &local, offsetof(struct sockaddr_un, sun_path) + 1 + length);`,
      python: 'import socket\nsocket.socket(socket.AF_UNIX).connect("\\0" + env["ABSTRACT_SOCKET"])',
      javascript:
        "const socket = net.connect('\\0' + env.ABSTRACT_SOCKET); await once(socket, 'connect'); return 'connected'",
    },
  },
  {
    name: 'sockets of the machine in its lists',
    code: {
      bash: 'grep -F "$ABSTRACT_SOCKET" /proc/net/unix || grep "$(printf ":%04X" "$TCP_PORT")" /proc/net/tcp',
    },
  },
  {
    name: 'another network',
    code: {
      c: `struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(53)};
far.sin_addr.s_addr = inet_addr("192.0.2.1");
int one = socket(AF_INET, SOCK_DGRAM, 0);
return one < 0 ? -1 : connect(one, (void *)&far, sizeof far);`,
      bash: 'echo x >/dev/udp/192.0.2.1/9',
    },
    uncontrolled: 'the machine may have none',
  },
  {
    name: 'an interface beyond its own',
    code: { bash: "tail -n +3 /proc/net/dev | grep -v '^ *lo:'" },
    uncontrolled: 'the machine may have none',
  },
  family('netlink', 16, 'SOCK_RAW'),
  family('packets', 17, 'SOCK_RAW', true),
  {
    name: 'a raw socket',
    code: {
      c: 'return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);',
      python: 'import socket\nreached = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)',
    },
    isRoots: true,
  },
  { ...family('virtual machines', 40, 'SOCK_STREAM'), ...MODULE },
  { ...family('ciphers', 38, 'SOCK_SEQPACKET'), ...MODULE },
  { ...family('vehicles', 29, 'SOCK_RAW'), ...MODULE },
  { ...family('Bluetooth', 31, 'SOCK_RAW'), ...MODULE },
  { ...family('express data paths', 44, 'SOCK_RAW'), ...MODULE },
  {
    name: 'setting up an interface',
    code: {
      c: 'struct { char name[16]; short flags; char rest[22]; } all = {"lo", 0x41, {0}}; return ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x8914, &all);',
    },
    isRoots: true,
  },
];
