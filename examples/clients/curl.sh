#!/bin/sh
# Submits a program over the REST routes and follows its output. Usage: examples/clients/curl.sh [FILE.py [URL]]
set -eu
file=${1:-$(dirname "$0")/../progress.py}
url=${2:-http://127.0.0.1:5000}
auth=${PODLINE_API_KEY:+Authorization: Bearer $PODLINE_API_KEY}

code=$(base64 <"$file" | tr -d '\n')
answer=$(curl -sS -X POST "$url/execute" ${auth:+-H "$auth"} -H 'Content-Type: application/json' \
  --data-binary "{\"code\": \"$code\", \"language\": \"python\"}")
id=$(printf '%s' "$answer" | sed -n 's/.*"execution_id": *"\([^"]*\)".*/\1/p')
[ -n "$id" ] || { printf '%s\n' "$answer" >&2; exit 1; }

# Server-sent events: each has an id, so that "Last-Event-ID: N" goes on behind chunk N after a cut.
curl -sS -N "$url/result/$id/stream" ${auth:+-H "$auth"}
curl -sS "$url/result/$id" ${auth:+-H "$auth"}
echo
